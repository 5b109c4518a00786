using Appliance.Carriers.Smpp;
using Codec;
using Xunit;

namespace Appliance.Tests;

public class LinkPauseTests
{
    [Theory]
    [InlineData(1_000, 750, 1_250)]
    [InlineData(32_000, 24_000, 40_000)]
    [InlineData(50_000, 37_500, 60_000)]
    [InlineData(60_000, 45_000, 60_000)]
    public void A_pause_before_a_session_begins_again_is_spread_and_60_seconds_at_the_most(int pause, int least, int most)
    {
        var random = new Random(7);
        var pauses = Enumerable.Range(0, 10_000).Select(_ => LinkPauses.Jittered(pause, random)).ToArray();
        Assert.Equal((least, most), (pauses.Min(), pauses.Max()));
        Assert.True(pauses.Distinct().Count() > 20);
    }

    [Theory]
    [InlineData(CommandStatus.ESME_RINVPASWD, true)]
    [InlineData(CommandStatus.ESME_RINVSYSID, true)]
    [InlineData(CommandStatus.ESME_RINVSYSTYP, true)]
    [InlineData(CommandStatus.ESME_RBINDFAIL, false)]
    [InlineData(CommandStatus.ESME_RALYBND, false)]
    [InlineData(CommandStatus.ESME_RSYSERR, false)]
    public void A_refusal_that_a_person_has_to_mend_waits_longest_at_once(CommandStatus refused, bool longest)
    {
        var pauses = new LinkPauses(new Random(7));
        pauses.Next(null);
        var pause = pauses.Next(new BindFailure("refused", refused));
        Assert.Equal(longest, pause >= 45_000);
    }

    [Fact]
    public void A_carrier_that_never_took_the_bind_and_fails_it_is_asked_once_a_minute()
    {
        var pauses = new LinkPauses(new Random(7));
        Assert.InRange(pauses.Next(new BindFailure("refused", CommandStatus.ESME_RBINDFAIL)), 45_000, 60_000);
    }

    [Fact]
    public void Pauses_double_while_it_fails_and_begin_again_after_a_session()
    {
        var pauses = new LinkPauses(new Random(7));
        pauses.Next(null);
        foreach (var usual in (int[])[1, 2, 4, 8, 16, 32, 60, 60])
            Assert.InRange(pauses.Next(new BindFailure("refused", CommandStatus.ESME_RBINDFAIL)), usual * 750, usual * 1_250);
        Assert.InRange(pauses.Next(null), 750, 1_250);
    }
}
