using Appliance.Carriers.Smpp;
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
        var pauses = Enumerable.Range(0, 10_000).Select(_ => LinkRunner.Jittered(pause, random)).ToArray();
        Assert.Equal((least, most), (pauses.Min(), pauses.Max()));
        Assert.True(pauses.Distinct().Count() > 20);
    }
}
