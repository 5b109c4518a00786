using Appliance.Numbering.Lookups;
using Xunit;

namespace Appliance.Tests.Numbering.Lookups;

public class CacheAndBreakerTests
{
    private readonly SteppedTime _time = new();

    [Fact]
    public void A_finding_holds_for_its_time()
    {
        var cache = new FindingCache(10, TimeSpan.FromSeconds(60), _time);
        var finding = new HlrFinding("262", "01", null, null);
        cache.Put("1", finding);
        cache.Put("2", null);
        _time.Move(TimeSpan.FromSeconds(59));
        Assert.True(cache.TryGet("1", out var found));
        Assert.Same(finding, found);
        Assert.True(cache.TryGet("2", out found));
        Assert.Null(found);
        _time.Move(TimeSpan.FromSeconds(1));
        Assert.False(cache.TryGet("1", out _));
    }

    [Fact]
    public void It_never_holds_more_than_its_size_and_keeps_what_is_asked_for()
    {
        var cache = new FindingCache(100, TimeSpan.FromHours(1), _time);
        cache.Put("asked", null);
        for (var i = 0; i < 10_000; i++)
        {
            cache.Put($"{i}", null);
            Assert.InRange(cache.Count, 1, 100);
            Assert.True(cache.TryGet("asked", out _));
        }

        Assert.False(cache.TryGet("0", out _));
    }

    [Fact]
    public void Without_a_time_to_live_nothing_is_kept()
    {
        var cache = new FindingCache(100, TimeSpan.Zero, _time);
        cache.Put("1", null);
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void Who_keeps_failing_is_left_alone_until_one_try_succeeds()
    {
        var breaker = new Breaker(_time);
        for (var i = 0; i < Breaker.Failures; i++)
        {
            Assert.True(breaker.TryEnter());
            Assert.False(breaker.IsOpen);
            breaker.Failed();
        }

        Assert.True(breaker.IsOpen);
        Assert.False(breaker.TryEnter());
        _time.Move(Breaker.Pause);
        Assert.True(breaker.TryEnter());
        Assert.False(breaker.TryEnter());
        breaker.Failed();
        Assert.False(breaker.TryEnter());
        _time.Move(Breaker.Pause);
        Assert.True(breaker.TryEnter());
        breaker.Succeeded();
        Assert.True(breaker.TryEnter() && breaker.TryEnter());
        Assert.False(breaker.IsOpen);
    }

    [Fact]
    public void A_success_between_failures_counts_them_from_the_beginning()
    {
        var breaker = new Breaker(_time);
        for (var i = 0; i < 10 * Breaker.Failures; i++)
        {
            Assert.True(breaker.TryEnter());
            if (i % Breaker.Failures == 0) breaker.Succeeded();
            else breaker.Failed();
        }
    }
}
