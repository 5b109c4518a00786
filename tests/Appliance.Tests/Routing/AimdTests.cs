using Appliance.Routing.Live;
using Xunit;

namespace Appliance.Tests.Routing;

/// <summary>A link's window and rate follow what the carrier takes.</summary>
public class AimdTests
{
    private const long Start = 1_777_464_000_000;

    [Fact]
    public void Nothing_changes_without_throttling()
    {
        var link = new Aimd(50, 100);
        for (var i = 0; i < 10_000; i++) link.Good(Start + i);
        Assert.Equal((50, 100), (link.Window, link.Rate));
        Assert.Equal(0, new Aimd(50, 0).Rate);
    }

    [Fact]
    public void Throttling_takes_a_part_once_for_all_that_was_under_way()
    {
        var link = new Aimd(100, 1000);
        for (var i = 0; i < 40; i++) link.Throttled(Start + i);
        Assert.Equal(70, link.Window);
        link.Throttled(Start + 1000);
        Assert.Equal(49, link.Window);
    }

    [Fact]
    public void The_window_never_closes()
    {
        var link = new Aimd(10, 10);
        for (var i = 0; i < 100; i++) link.Throttled(Start + (i * 1000));
        Assert.Equal(1, link.Window);
        Assert.InRange(link.Rate, 1, 2);
    }

    /// <summary>A carrier that takes so many a second and throttles what is above.</summary>
    [Theory]
    [InlineData(0, 100)]
    [InlineData(1000, 100)]
    [InlineData(1000, 500)]
    [InlineData(0, 20)]
    public void The_rate_settles_at_what_the_carrier_takes(int configured, int takes)
    {
        var link = new Aimd(100, configured);
        var taken = 0;
        var throttled = 0;
        for (var second = 0; second < 300; second++)
        {
            var offered = link.Rate == 0 ? 2000 : (int)link.Rate;
            for (var i = 0; i < offered; i++)
            {
                var now = Start + (second * 1000) + (i * 1000 / offered);
                if (i < takes) link.Good(now);
                else link.Throttled(now);
                if (second < 100) continue;
                if (i < takes) taken++;
                else throttled++;
            }
        }

        Assert.InRange(taken / 200.0, takes * 0.8, takes);
        Assert.InRange(throttled / 200.0, 0, takes * 0.1);
    }

    [Fact]
    public void What_was_taken_comes_back()
    {
        var link = new Aimd(100, 200);
        for (var i = 0; i < 5; i++) link.Throttled(Start + (i * 1000));
        Assert.True(link.Rate < 100);
        for (var i = 0; i < 200 * 200; i++) link.Good(Start + 5_000 + (i * 5));
        Assert.Equal((100, 200), (link.Window, link.Rate));
    }
}
