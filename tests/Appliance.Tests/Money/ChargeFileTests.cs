using System.Buffers;
using System.Text;
using Appliance.Money;
using Appliance.Records;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Appliance.Tests.Money;

/// <summary>Charge records as text, each message once whatever happens to the file.</summary>
public sealed class ChargeFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void A_line_as_csv_and_as_json()
    {
        var line = Line(7) with { Price = 4_500, Cost = RateCard.None, Segments = 2, Charged = 9_000, Refunded = 9_000, SubmittedAt = 0 };
        var output = new ArrayBufferWriter<byte>();
        ChargeText.WriteCsv(output, in line);
        Assert.Equal(
            "7,00000000-0000-0000-0000-000000000007,one,26201,2,0.0045,,0.009,0.00,alpha,failed,"
            + "2026-04-29T12:00:00.000Z,,2026-04-29T12:00:01.500Z\n", Encoding.UTF8.GetString(output.WrittenSpan));
        output.ResetWrittenCount();
        ChargeText.WriteJson(output, in line);
        Assert.Equal(
            """{"sequence":7,"message_id":"00000000-0000-0000-0000-000000000007","account":"one","mcc_mnc":"26201","""
            + """
            "segments":2,"price":"0.0045","cost":null,"refunded":"0.009","amount":"0.00","carrier":"alpha",
            """.Trim()
            + """
            "state":"failed","accepted":"2026-04-29T12:00:00.000Z","submitted":null,"finished":"2026-04-29T12:00:01.500Z"}
            """.Trim() + "\n", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    /// <summary>Cut off anywhere, and written again from too early: each message once, in order.</summary>
    [Theory]
    [InlineData("charges.csv")]
    [InlineData("charges.ndjson")]
    public void A_crash_leaves_each_message_once(string name) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new System.Random(seed);
            var path = Path.Combine(_folder, name);
            File.Delete(path);
            const ulong Messages = 40;
            for (ulong from = 1; ;)
            {
                using (var file = ChargeFile.Open(path))
                {
                    Assert.True(file.Last < Messages + 1);
                    from = Math.Max(1, file.Last - Math.Min(file.Last, (ulong)random.Next(5)));
                    var until = Math.Min(Messages, from + (ulong)random.Next(20));
                    for (var i = from; i <= until; i++) file.Add(Line(i));
                    file.Flush();
                    if (file.Last == Messages) break;
                }

                using var cut = new FileStream(path, FileMode.Open);
                cut.SetLength(Math.Max(0, cut.Length - random.Next(300)));
            }

            var lines = File.ReadAllLines(path);
            ulong[] sequences = [.. lines.Skip(name.EndsWith("csv", StringComparison.Ordinal) ? 1 : 0).Select(Sequence)];
            Assert.Equal(Enumerable.Range(1, (int)Messages).Select(i => (ulong)i), sequences);
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithQuietOnSuccess(true));

    [Fact]
    public void What_an_earlier_file_has_is_left_out()
    {
        using var file = ChargeFile.Open(Path.Combine(_folder, "second.csv"), after: 10);
        Assert.False(file.Add(Line(10)));
        Assert.True(file.Add(Line(11)));
    }

    [Fact]
    public void A_file_of_something_else_is_not_touched()
    {
        var path = Path.Combine(_folder, "notes.csv");
        foreach (var text in (string[])["a note\n", "a note", new string('x', 10_000)])
        {
            File.WriteAllText(path, text);
            var error = Assert.Throws<InvalidDataException>(() => ChargeFile.Open(path));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            Assert.Equal(text, File.ReadAllText(path));
        }
    }

    private static ulong Sequence(string line)
    {
        Assert.True(ChargeText.TryReadSequence(Encoding.UTF8.GetBytes(line), out var sequence), line);
        return sequence;
    }

    private static ChargeLine Line(ulong sequence) => new()
    {
        Sequence = sequence,
        MessageId = new Guid($"00000000-0000-0000-0000-{sequence:D12}"),
        Account = "one",
        MccMnc = "26201",
        Segments = 1,
        Price = 4_500,
        Charged = 4_500,
        Cost = 3_000,
        Carrier = "alpha",
        State = State.Failed,
        AcceptedAt = 1_777_464_000_000,
        SubmittedAt = 1_777_464_000_100,
        FinishedAt = 1_777_464_001_500,
    };
}
