using Appliance.Ingress;
using Xunit;

namespace Appliance.Tests.Ingress;

public sealed class AccountRateTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void A_second_is_let_through_at_once_and_then_the_rate()
    {
        var rate = new AccountRate(100);
        Assert.Equal(100, Count(rate, 500, Second));
        Assert.Equal(50, Count(rate, 500, Second + (Second / 2)));
        Assert.Equal(100, Count(rate, 500, 60 * Second));
    }

    [Fact]
    public void What_is_refused_is_told_when_to_come_again()
    {
        var rate = new AccountRate(4);
        Assert.Equal(4, Count(rate, 4, Second));
        Assert.False(rate.TryTake(Second, out var wait));
        Assert.Equal(Second / 4, wait);
        Assert.False(rate.TryTake(Second + wait - 1, out _));
        Assert.True(rate.TryTake(Second + wait, out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000_000_000)]
    public void Over_a_long_time_the_rate_is_kept(int perSecond)
    {
        var rate = new AccountRate(perSecond);
        var step = (Second / perSecond / 3) + 1;
        var taken = 0;
        for (var i = 1; i <= 30_000; i++)
            if (rate.TryTake(Second + (i * step), out _)) taken++;
        var expected = (30_000 * step / (double)Second * perSecond) + perSecond;
        Assert.InRange(taken, Math.Min(30_000, expected * 0.9), expected + 1);
    }

    [Fact]
    public void Without_a_limit_all_pass() => Assert.Equal(10_000, Count(new AccountRate(0), 10_000, 1));

    [Fact]
    public async Task Threads_together_get_no_more()
    {
        var rate = new AccountRate(1000);
        var counts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Count(rate, 1000, Second))));
        Assert.Equal(1000, counts.Sum());
    }

    private static int Count(AccountRate rate, int tries, long now)
    {
        var taken = 0;
        for (var i = 0; i < tries; i++)
            if (rate.TryTake(now, out _)) taken++;
        return taken;
    }
}
