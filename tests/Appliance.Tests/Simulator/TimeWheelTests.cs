using Appliance.Peers.Spec;
using Appliance.Simulator.Smsc;
using Xunit;

namespace Appliance.Tests.Simulator;

public sealed class TimeWheelTests
{
    private const long Tick = 1L << 20;

    [Fact]
    public void Everything_comes_once_not_before_its_time_and_within_two_ticks_of_it()
    {
        var pool = new PendingPool(20_000);
        long now = 123 * Duration.Second;
        var wheel = new TimeWheel(pool, now);
        var dice = new Dice(5);
        var waiting = new HashSet<int>();
        for (int i = 0; i < 10_000; i++)
        {
            Assert.True(pool.TryRent(out int index));
            // Up to three minutes: more than twice round.
            pool[index].Due = now + (long)(dice.Fraction() * 180 * Duration.Second);
            wheel.Add(index);
            waiting.Add(index);
        }
        while (waiting.Count > 0)
        {
            long next = wheel.NextDue();
            Assert.InRange(next, now, now + 70 * Duration.Second);
            now = next + dice.Below(2_000_000);
            wheel.Advance(now, index =>
            {
                Assert.True(waiting.Remove(index));
                Assert.InRange(now, pool[index].Due, pool[index].Due + 4 * Tick);
            });
        }
        Assert.Equal(0, wheel.Count);
        Assert.Equal(long.MaxValue, wheel.NextDue());
    }

    [Fact]
    public void Entries_of_one_time_keep_their_order()
    {
        var pool = new PendingPool(100);
        var wheel = new TimeWheel(pool, 0);
        for (int i = 0; i < 50; i++)
        {
            pool.TryRent(out int index);
            pool[index].Due = Duration.Second;
            pool[index].Id = (ulong)i;
            wheel.Add(index);
        }
        var order = new List<ulong>();
        wheel.Advance(2 * Duration.Second, index => order.Add(pool[index].Id));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (ulong)i), order);
    }

    [Fact]
    public void What_is_added_while_it_advances_comes_later()
    {
        var pool = new PendingPool(10);
        var wheel = new TimeWheel(pool, 0);
        pool.TryRent(out int first);
        pool[first].Due = 0;
        wheel.Add(first);
        int seen = 0;
        void Again(int index)
        {
            seen++;
            if (seen < 3) wheel.Add(index);
        }
        wheel.Advance(100 * Tick, Again);
        Assert.Equal(3, seen);
        Assert.Equal(0, wheel.Count);
    }

    [Fact]
    public void The_pool_gives_no_more_than_its_capacity_and_reuses()
    {
        var pool = new PendingPool(5000);
        var rented = new HashSet<int>();
        while (pool.TryRent(out int index)) Assert.True(rented.Add(index));
        Assert.Equal(5000, rented.Count);
        Assert.DoesNotContain(0, rented);
        pool.Return(17);
        Assert.True(pool.TryRent(out int again));
        Assert.Equal(17, again);
    }
}
