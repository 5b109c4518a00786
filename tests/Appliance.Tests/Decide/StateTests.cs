using System.Text;
using Appliance.Decide;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>The structures the deciding stage stands on, against plain models of them.</summary>
public sealed class StateTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void LongIndex_does_what_a_list_of_pairs_does(int seed)
    {
        const int most = 200;
        var random = new Random(seed);
        var index = new LongIndex();
        var model = new List<(ulong Key, int Value)>();
        for (var step = 0; step < 20_000; step++)
        {
            // Few keys, so that several values share one and runs wrap and shift.
            var key = (ulong)random.Next(1, 60) * 0x1000_0000_0000UL;
            if (model.Count < most && random.Next(2) == 0)
            {
                index.Add(key, step);
                model.Add((key, step));
            }
            else if (model.Count > 0)
            {
                var gone = model[random.Next(model.Count)];
                Assert.True(index.Remove(gone.Key, gone.Value));
                Assert.False(index.Remove(gone.Key, gone.Value));
                model.Remove(gone);
            }

            Assert.Equal(model.Count, index.Count);
            var found = new List<int>();
            for (var place = index.Find(key); place >= 0; place = index.Next(key, place)) found.Add(index.ValueAt(place));
            Assert.Equal(model.Where(pair => pair.Key == key).Select(pair => pair.Value).Order(), found.Order());
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void A_message_is_found_by_its_position_as_long_as_it_lives(int seed)
    {
        const int limit = 500;
        var random = new Random(seed);
        var table = new MessageTable(limit);
        var model = new Dictionary<ulong, int>();
        ulong position = 1 << 16;
        for (var step = 0; step < 10_000; step++)
        {
            if (model.Count < limit && random.Next(100) < 52)
            {
                // Mostly the same frame, sometimes one of the next.
                position = random.Next(8) == 0 ? ((position >> 16) + (ulong)random.Next(1, 3)) << 16 : position + 7;
                model.Add(position, table.Add(position));
            }
            else if (model.Count > 0)
            {
                var gone = model.ElementAt(random.Next(model.Count));
                table.Remove(gone.Value);
                model.Remove(gone.Key);
                Assert.Equal(MessageTable.None, table.Find(gone.Key));
            }

            if (model.Count == 0) continue;
            var (key, handle) = model.ElementAt(random.Next(model.Count));
            Assert.Equal(handle, table.Find(key));
            Assert.Equal(model.Keys.Min(), table.OldestAnchor);
            Assert.Equal(model.Count, table.Count);
        }
    }

    [Fact]
    public void A_queue_gives_what_comes_back_its_place_by_age()
    {
        var table = new MessageTable(100);
        var handles = Enumerable.Range(1, 10).Select(i => table.Add((ulong)i << 16)).ToArray();
        var queue = new HandleQueue();
        foreach (var handle in handles) queue.Append(table, handle);
        var taken = Enumerable.Range(0, 5).Select(_ => queue.TakeHead(table)).ToArray();
        foreach (var handle in new[] { taken[3], taken[0], taken[4], taken[1] }) queue.Return(table, handle);
        var order = new List<int>();
        while (queue.Count > 0) order.Add(queue.TakeHead(table));
        Assert.Equal(handles.Where(handle => handle != taken[2]), order);
        queue.Return(table, taken[2]);
        Assert.Equal(taken[2], queue.TakeHead(table));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void A_window_takes_each_answer_once_and_gives_the_rest_in_order()
    {
        var window = new Window(8);
        var random = new Random(6);
        var open = new List<(uint Sequence, int Handle)>();
        for (var i = 0; i < 10_000; i++)
        {
            if (window.HasRoom && random.Next(2) == 0)
            {
                open.Add((window.Add(i, i), i));
            }
            else if (open.Count > 0)
            {
                var answered = open[random.Next(open.Count)];
                Assert.Equal(answered.Handle, window.Take(answered.Sequence, out var sentAt));
                Assert.Equal(answered.Handle, sentAt);
                Assert.Equal(MessageTable.None, window.Take(answered.Sequence, out _));
                open.Remove(answered);
            }

            Assert.Equal(open.Count, window.Used);
        }

        Assert.Equal(open.Select(one => one.Handle), window.TakeAll());
        Assert.Equal(0, window.Used);
    }

    [Fact]
    public void A_body_is_there_until_it_is_overwritten()
    {
        var cache = new BodyCache(1 << 12);
        var first = cache.Add(Encoding.ASCII.GetBytes(new string('a', 100)));
        Assert.True(cache.TryGet(first, out var body));
        Assert.Equal(new string('a', 100), Encoding.ASCII.GetString(body));
        for (var i = 0; i < 100; i++) cache.Add(new byte[100]);
        Assert.False(cache.TryGet(first, out _));
        Assert.Equal(-1, cache.Add(new byte[1 << 11]));
        Assert.False(cache.TryGet(-1, out _));
    }

    [Fact]
    public void Tokens_come_with_time_and_a_clock_that_goes_back_gives_none()
    {
        var bucket = new TokenBucket(100);
        var taken = 0;
        for (long now = 1_000_000; now < 1_010_000; now += 5) if (bucket.TryTake(now)) taken++;
        Assert.InRange(taken, 990, 1011);
        for (var i = 0; i < 100; i++) if (bucket.TryTake(900_000)) taken++;
        Assert.InRange(taken, 990, 1021);
        Assert.True(new TokenBucket(0).TryTake(0));
    }
}
