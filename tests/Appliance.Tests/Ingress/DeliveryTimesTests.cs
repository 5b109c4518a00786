using System.Text;
using Appliance.Ingress.Smpp;
using Codec;
using Xunit;

namespace Appliance.Tests.Ingress;

/// <summary>schedule_delivery_time and validity_period, each absolute, relative and absent.</summary>
public sealed class DeliveryTimesTests
{
    // 2026-11-20 22:00:00.250 UTC.
    private static readonly long Now =
        new DateTimeOffset(2026, 11, 20, 22, 0, 0, 250, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static readonly uint Second = (uint)(Now / 1000);

    [Theory]
    [InlineData("", "", 0, 0)]
    // One hour ahead, in UTC, in another zone, and relative; what is left of a second counts as a whole one.
    [InlineData("261120230000000+", "", 3600, 0)]
    [InlineData("261120230000300+", "", 3601, 0)]
    [InlineData("261121000000004+", "", 3600, 0)]
    [InlineData("261120180000020-", "", 3600, 0)]
    [InlineData("000000010000000R", "", 3601, 0)]
    // A time that has passed is at once.
    [InlineData("261120215900000+", "", 0, 0)]
    [InlineData("200101000000000+", "", 0, 0)]
    [InlineData("000000000000000R", "", 0, 0)]
    [InlineData("", "000000010000000R", 0, 3600)]
    [InlineData("", "261120230000000+", 0, 3599)]
    [InlineData("000000010000000R", "000000020000000R", 3601, 7200)]
    public void Times_are_read(string schedule, string validity, int dueAhead, int seconds)
    {
        Assert.Equal(CommandStatus.ESME_ROK, Read(schedule, validity, out var times));
        Assert.Equal(dueAhead == 0 ? 0 : Second + (uint)dueAhead, times.Due);
        Assert.Equal((uint)seconds, times.Validity);
    }

    [Theory]
    [InlineData("tomorrow", "", CommandStatus.ESME_RINVSCHED)]
    [InlineData("261320230000000+", "", CommandStatus.ESME_RINVSCHED)]
    [InlineData("261120230000000*", "", CommandStatus.ESME_RINVSCHED)]
    // 30 days are the most: December has the 20th within, the 21st not.
    [InlineData("261221000000000+", "", CommandStatus.ESME_RINVSCHED)]
    [InlineData("000100010000000R", "", CommandStatus.ESME_RINVSCHED)]
    [InlineData("", "nonsense", CommandStatus.ESME_RINVEXPIRY)]
    [InlineData("", "261120215900000+", CommandStatus.ESME_RINVEXPIRY)]
    [InlineData("", "000000000000000R", CommandStatus.ESME_RINVEXPIRY)]
    [InlineData("000000020000000R", "000000010000000R", CommandStatus.ESME_RINVEXPIRY)]
    [InlineData("000000010000000R", "000000010000000R", CommandStatus.ESME_RINVEXPIRY)]
    [InlineData("261120230000000+", "261120223000000+", CommandStatus.ESME_RINVEXPIRY)]
    public void What_cannot_be_meant_is_refused(string schedule, string validity, CommandStatus status) =>
        Assert.Equal(status, Read(schedule, validity, out _));

    [Theory]
    [InlineData("000000010000000R", "000000020000000R", "000000005959000R")]
    [InlineData("", "000000020000000R", "000000020000000R")]
    [InlineData("000000010000000R", "261121000000000+", "261121000000000+")]
    [InlineData("000000010000000R", "", "")]
    // A relative time says no more than 31 days with certainty: left as it was.
    [InlineData("000000010000000R", "000300000000000R", "000300000000000R")]
    public void The_carrier_gets_what_is_left_when_it_is_due(string schedule, string validity, string carried)
    {
        Assert.Equal(CommandStatus.ESME_ROK, Read(schedule, validity, out var times));
        Span<byte> room = stackalloc byte[SmppTime.Length];
        var written = times.ValidityWhenDue(Encoding.ASCII.GetBytes(validity), room, Now);
        Assert.Equal(carried, Encoding.ASCII.GetString(written));
    }

    [Theory]
    [InlineData("", "000014000000000R", CommandStatus.ESME_ROK)]
    [InlineData("", "000014000001000R", CommandStatus.ESME_RINVEXPIRY)]
    [InlineData("", "000015000000000R", CommandStatus.ESME_RINVEXPIRY)]
    // It counts from the schedule on, as over HTTP.
    [InlineData("000010000000000R", "000024000000000R", CommandStatus.ESME_ROK)]
    [InlineData("000010000000000R", "000024000002000R", CommandStatus.ESME_RINVEXPIRY)]
    public void It_may_be_tried_for_so_long(string schedule, string validity, CommandStatus status) =>
        Assert.Equal(status, DeliveryTimes.Read(Encoding.ASCII.GetBytes(schedule), Encoding.ASCII.GetBytes(validity),
            Now, 14 * 24 * 3600, out _));

    private static CommandStatus Read(string schedule, string validity, out DeliveryTimes times) => DeliveryTimes.Read(
        Encoding.ASCII.GetBytes(schedule), Encoding.ASCII.GetBytes(validity), Now, 366 * 24 * 3600, out times);
}
