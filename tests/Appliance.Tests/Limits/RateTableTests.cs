using Appliance.Limits;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Appliance.Tests.Limits;

/// <summary>Token buckets by account, sender, carrier, and carrier with sender.</summary>
public class RateTableTests
{
    private const long Second = 1_000_000_000;

    private static readonly ulong Key = RateTable.KeyOf(RateKind.Account, 1);

    [Fact]
    public void A_burst_and_then_the_rate()
    {
        var table = new RateTable(64);
        var limit = new RateLimit(10, 5);
        Assert.Equal(5, Enumerable.Range(0, 100).Count(_ => table.TryTake(Key, limit, Second, out var _)));
        Assert.False(table.TryTake(Key, limit, Second, out var wait));
        Assert.Equal(Second / 10, wait);
        Assert.False(table.TryTake(Key, limit, Second + wait - 1, out _));
        Assert.True(table.TryTake(Key, limit, Second + wait, out _));
        var taken = 0;
        for (var now = 2 * Second; now < 12 * Second; now += Second / 100)
            if (table.TryTake(Key, limit, now, out _)) taken++;
        Assert.InRange(taken, 100, 106);
    }

    [Fact]
    public void No_limit_is_no_limit()
    {
        var table = new RateTable(64);
        for (var i = 0; i < 1000; i++) Assert.True(table.TryTake(Key, new RateLimit(0, 0), 0, out _));
        Assert.Equal(new RateLimit(7, 7), RateLimit.Of(7));
        Assert.Equal(1, RateLimit.Of(0).Burst);
    }

    [Fact]
    public void Kinds_and_ids_have_buckets_of_their_own()
    {
        var table = new RateTable(1024);
        var one = new RateLimit(1, 1);
        ulong[] keys =
        [
            Key, RateTable.KeyOf(RateKind.Account, 2), RateTable.KeyOf(RateKind.Carrier, 1),
            RateTable.KeyOf(RateKind.Sender, 77UL), RateTable.KeyOf(RateKind.CarrierSender, 77UL, 1),
            RateTable.KeyOf(RateKind.CarrierSender, 77UL, 2),
        ];
        foreach (var key in keys) Assert.True(table.TryTake(key, one, 0, out _));
        foreach (var key in keys) Assert.False(table.TryTake(key, one, 0, out _));
    }

    [Fact]
    public void All_or_none()
    {
        var table = new RateTable(64);
        RateClaim[] claims =
        [
            new(Key, new RateLimit(100, 100)), new(RateTable.KeyOf(RateKind.Carrier, 3), new RateLimit(10, 1)),
            new(RateTable.KeyOf(RateKind.Sender, 5UL), new RateLimit(5, 1)),
        ];
        Assert.True(table.TryTakeAll(claims, 0, out _, out var lacking));
        Assert.Equal(-1, lacking);
        for (var i = 0; i < 1000; i++)
        {
            Assert.False(table.TryTakeAll(claims, 0, out var wait, out lacking));
            Assert.Equal((1, Second / 5), (lacking, wait));
        }

        // Of the account only the one message's token is gone.
        Assert.Equal(99, Enumerable.Range(0, 200).Count(_ => table.TryTake(Key, claims[0].Limit, 0, out var _)));
    }

    [Fact]
    public void A_token_that_comes_back_can_be_taken_again()
    {
        var table = new RateTable(64);
        var limit = new RateLimit(10, 3);
        for (var i = 0; i < 3; i++) Assert.True(table.TryTake(Key, limit, 0, out _));
        table.Return(Key, limit, 0);
        Assert.True(table.TryTake(Key, limit, 0, out _));
        Assert.False(table.TryTake(Key, limit, 0, out _));
        table.Return(RateTable.KeyOf(RateKind.Account, 9), limit, 0);
    }

    [Fact]
    public void Idle_buckets_make_room_and_nothing_is_lost()
    {
        var table = new RateTable(1024);
        var limit = new RateLimit(10, 1);
        for (var second = 0; second < 50; second++)
            for (ulong sender = 0; sender < 200; sender++)
            {
                var key = RateTable.KeyOf(RateKind.Sender, sender + (1000 * (ulong)second));
                Assert.True(table.TryTake(key, limit, second * Second, out _));
                Assert.False(table.TryTake(key, limit, second * Second, out _));
            }

        Assert.Equal(0, table.Evicted);
    }

    [Fact]
    public void Memory_is_bounded()
    {
        var table = new RateTable(64);
        for (ulong sender = 0; sender < 10_000; sender++)
            Assert.True(table.TryTake(RateTable.KeyOf(RateKind.Sender, sender), new RateLimit(1, 1), 0, out _));
        Assert.Equal(10_000 - 64, table.Evicted);
    }

    /// <summary>Whatever comes when: in no span of time more than the burst and the rate's share of it.</summary>
    [Fact]
    public void Never_more_than_the_rate() =>
        Prop.ForAll(Gen.Choose(1, 500).ToArbitrary(), Gen.Choose(1, 50).ToArbitrary(), ArbMap.Default.ArbFor<int>(),
            (rate, burst, seed) =>
            {
                var random = new System.Random(seed);
                var table = new RateTable(8);
                var limit = new RateLimit(rate, burst);
                var taken = new List<long>();
                long now = 0;
                for (var i = 0; i < 400; i++)
                {
                    now += random.Next(3) == 0 ? 0 : random.NextInt64(Second / rate * 3);
                    if (table.TryTake(Key, limit, now, out var wait)) taken.Add(now);
                    else Assert.True(wait > 0);
                }

                for (var i = 0; i < taken.Count; i++)
                    for (var j = i; j < taken.Count; j += 7)
                        Assert.True(j - i + 1 <= burst + ((taken[j] - taken[i]) * rate / (double)Second) + 1e-3);
                return taken.Count > 0;
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true));
}
