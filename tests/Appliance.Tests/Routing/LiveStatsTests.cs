using Appliance.Routing.Live;
using Xunit;

namespace Appliance.Tests.Routing;

/// <summary>Delivery rate and latency by carrier and network.</summary>
public class LiveStatsTests
{
    private const long Minute = 60_000;
    private const long Start = 1_777_464_000_000;
    private const uint Network = 524_001;
    private const uint Other = 524_002;

    private readonly LiveStats _stats = new(new LiveStatsOptions { HalfLife = 10 * Minute, Late = 14 * Minute });

    [Fact]
    public void An_unknown_carrier_is_as_carriers_usually_are()
    {
        Assert.Equal(0, _stats.Expect(1, Network, Start, out var rate, out var seconds));
        Assert.Equal((LiveStats.UsualRate, LiveStats.UsualSeconds), (rate, seconds));
    }

    [Fact]
    public void An_unknown_network_is_as_its_carrier_is()
    {
        for (var i = 0; i < 2_000; i++) _stats.Outcome(1, Other, Start, Start + 10_000, i % 2 == 0);
        _stats.Expect(1, Network, Start + 10_000, out var rate, out var seconds);
        Assert.Equal(0.5, rate, 0.01);
        Assert.Equal(10, seconds, 0.2);
        _stats.Expect(2, Network, Start + 10_000, out rate, out _);
        Assert.Equal(LiveStats.UsualRate, rate);
    }

    [Fact]
    public void What_was_long_ago_counts_less()
    {
        for (var i = 0; i < 1_000; i++) _stats.Outcome(1, Network, Start, Start, delivered: false);
        var outcomes = _stats.Expect(1, Network, Start + (10 * Minute), out _, out _);
        Assert.Equal(500, outcomes, 5f);
        for (var i = 0; i < 1_000; i++)
            _stats.Outcome(1, Network, Start + (40 * Minute), Start + (40 * Minute), delivered: true);
        _stats.Expect(1, Network, Start + (40 * Minute), out var rate, out _);
        Assert.InRange(rate, 0.92, 0.96);
    }

    [Fact]
    public void Decay_does_not_depend_on_how_often_it_is_asked()
    {
        _stats.Outcome(1, Network, Start, Start, delivered: true);
        for (var now = Start; now < Start + (10 * Minute); now += 500) _stats.Expect(1, Network, now, out _, out _);
        Assert.Equal(0.5, _stats.Expect(1, Network, Start + (10 * Minute), out _, out _), 0.02);
    }

    [Fact]
    public void A_receipt_that_is_awaited_is_no_failure_until_it_is_late()
    {
        for (var i = 0; i < 100; i++) _stats.Submitted(1, Network, Start);
        Assert.Equal(0, _stats.Expect(1, Network, Start + (14 * Minute) - 1, out var rate, out _));
        Assert.Equal(LiveStats.UsualRate, rate);
        Assert.Equal(100, _stats.Expect(1, Network, Start + (16 * Minute), out rate, out _));
        Assert.InRange(rate, 0, 0.2);
    }

    [Fact]
    public void A_receipt_in_time_settles_its_message()
    {
        for (var i = 0; i < 100; i++) _stats.Submitted(1, Network, Start + (i * 1000));
        for (var i = 0; i < 100; i++)
            _stats.Outcome(1, Network, Start + (i * 1000), Start + (3 * Minute), delivered: true);
        _stats.Expect(1, Network, Start + (30 * Minute), out var rate, out _);
        Assert.InRange(rate, 0.9, 1);
    }

    [Fact]
    public void A_receipt_after_that_changes_nothing()
    {
        _stats.Submitted(1, Network, Start);
        var before = _stats.Expect(1, Network, Start + (20 * Minute), out var rate, out _);
        _stats.Outcome(1, Network, Start, Start + (20 * Minute), delivered: true);
        Assert.Equal(before, _stats.Expect(1, Network, Start + (20 * Minute), out var after, out _));
        Assert.Equal((1, rate), (before, after));
    }

    [Fact]
    public void Memory_is_bounded_and_the_busy_stay()
    {
        var stats = new LiveStats(new LiveStatsOptions { Pairs = 1024 });
        for (var i = 0; i < 1_000; i++) stats.Outcome(1, Network, Start, Start, delivered: false);
        for (uint network = 1_000_000; network < 1_050_000; network++)
            stats.Outcome(1, network, Start, Start + 1000, delivered: true);
        Assert.InRange(stats.Pairs, 900, 1024);
        Assert.Equal(50_001, stats.Pairs + stats.Evicted);
        Assert.True(stats.Expect(1, Network, Start + 1000, out var rate, out _) > 900);
        Assert.InRange(rate, 0, 0.1);
    }
}
