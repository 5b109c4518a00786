using System.Globalization;
using Appliance.Ingress.Http;
using FsCheck;
using FsCheck.Fluent;

namespace Operate.Tests.Http;

public class Rfc3339Tests
{
    [Theory]
    [InlineData("1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.5200000Z")]
    [InlineData("1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57.0000000Z")]
    [InlineData("1990-12-31T23:59:60Z", "1991-01-01T00:00:00.0000000Z")]
    [InlineData("1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00.0000000Z")]
    [InlineData("1987-01-01T12:00:27.87+00:20", "1987-01-01T11:40:27.8700000Z")]
    [InlineData("2026-11-21t09:30:00z", "2026-11-21T09:30:00.0000000Z")]
    [InlineData("2024-02-29T00:00:00.123456789Z", "2024-02-29T00:00:00.1234567Z")]
    public void Times_of_the_rfc_are_read(string text, string utc)
    {
        Assert.True(Rfc3339.TryParse(text, out var time));
        Assert.Equal(utc, time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-21T09:30:00")]
    [InlineData("2026-11-21T09:30Z")]
    [InlineData("2026-11-21T09:30:00.Z")]
    [InlineData("2026-11-21T09:30:00.5")]
    [InlineData("2026-11-21T09:30:00+1:00")]
    [InlineData("2026-11-21T09:30:00+24:00")]
    [InlineData("2026-11-21T09:30:00+00:60")]
    [InlineData("2026-11-21T09:30:00 01:00")]
    [InlineData("2026-02-29T09:30:00Z")]
    [InlineData("2026-11-21T24:00:00Z")]
    [InlineData("2026-11-21T09:30:61Z")]
    [InlineData("2026-11-21T09:30:00ZZ")]
    [InlineData("1969-12-31T23:59:59Z")]
    [InlineData("9999-12-31T23:59:60Z")]
    [InlineData("٢٠٢٦-11-21T09:30:00Z")]
    public void What_is_no_such_time_is_refused(string text) => Assert.False(Rfc3339.TryParse(text, out _));

    [Fact]
    public void What_is_written_is_read_back() =>
        Prop.ForAll<PositiveInt, int, byte>((seconds, minutes, milliseconds) =>
        {
            var offset = TimeSpan.FromMinutes(minutes % (14 * 60));
            var time = DateTimeOffset.FromUnixTimeSeconds(86_400L + seconds.Get).AddMilliseconds(milliseconds)
                .ToOffset(offset);
            var text = time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
            return Rfc3339.TryParse(text, out var read) && read == time;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_is_read_or_refused() =>
        Prop.ForAll<NonNull<string>, byte>((noise, at) =>
        {
            var text = "2026-11-21T09:30:00.25+01:00".Insert(at % 28, noise.Get);
            return !Rfc3339.TryParse(text, out var read) || read.Year >= 1970;
        }).QuickCheckThrowOnFailure();
}
