using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Store.Tests;

public sealed class FinishedIndexTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pairs_are_found_before_and_after_they_are_written_and_after_a_reopen()
    {
        var pairs = Enumerable.Range(1, 5000)
            .ToDictionary(i => Position.Of((ulong)(i * 7919 % 97), i * 4), i => (ulong)i * 1000);
        using (var journal = Journal.Open(_folder.Options))
        using (var index = new FinishedIndex(journal))
        {
            foreach (var (accepted, last) in pairs)
            {
                index.Add(accepted, last);
            }
            Assert.Equal(pairs.Keys.Min(), index.UnflushedFloor);
            AssertAll(index, pairs);
            index.Flush();
            Assert.Equal(ulong.MaxValue, index.UnflushedFloor);
            AssertAll(index, pairs);
        }
        using (var journal = Journal.Open(_folder.Options))
        using (var index = new FinishedIndex(journal))
        {
            AssertAll(index, pairs);
            var first = pairs.Keys.First();
            index.Add(first, pairs[first] = ulong.MaxValue - 77);
            index.Flush();
            AssertAll(index, pairs);
        }
    }

    [Fact]
    public void The_latest_of_two_entries_is_found() => Prop.ForAll(
        ArbMap.Default.ArbFor<(byte Frame, byte Offset, bool Rotate)[]>(), steps =>
        {
            using var folder = new Folder();
            using var journal = Journal.Open(folder.Options);
            using var index = new FinishedIndex(journal);
            var model = new Dictionary<ulong, ulong>();
            ulong time = 0;
            foreach (var (frame, offset, rotate) in steps)
            {
                var accepted = Position.Of(frame % 4u, offset % 16 * 4);
                index.Add(accepted, model[accepted] = time++);
                if (rotate)
                {
                    index.Rotate();
                }
            }
            AssertAll(index, model);
            index.Flush();
            AssertAll(index, model);
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));

    [Fact]
    public void Starts_that_tell_the_same_again_write_nothing()
    {
        // Frames 1 to 3 hold acceptances; each message is told of twice, as when it leaves memory and when it ends.
        var pairs = Enumerable.Range(0, 3000)
            .Select(i => (Accepted: Position.Of((ulong)(i / 1000) + 1, i % 1000 * 4), Last: Position.Of(5, i))).ToArray();
        using (var journal = Journal.Open(_folder.Options))
        {
            for (var frame = 0; frame < 8; frame++)
            {
                journal.Append(new byte[30_000]);
                journal.Commit();
            }
        }
        Recover();
        var (puts, size) = (Entries(), FinishedMessages());
        for (var restart = 0; restart < 5; restart++)
        {
            Recover();
            Assert.Equal((puts, size), (Entries(), FinishedMessages()));
        }

        using (var journal = Journal.Open(_folder.Options))
        using (var index = new FinishedIndex(journal))
        {
            AssertAll(index, pairs.ToDictionary(pair => pair.Accepted, pair => pair.Last + 1));
            var news = journal.Append("later"u8);
            journal.Commit();
            index.Add(pairs[7].Accepted, news);
            index.Flush();
            Assert.True(index.TryFind(pairs[7].Accepted, out var last));
            Assert.Equal(news, last);
        }
        Assert.True(Entries() > puts);

        void Recover()
        {
            using var journal = Journal.Open(_folder.Options);
            using var index = new FinishedIndex(journal);
            foreach (var (accepted, last) in pairs)
            {
                index.Add(accepted, last);
            }
            index.Flush();
            foreach (var (accepted, last) in pairs)
            {
                index.Add(accepted, last + 1);
            }
            index.Flush();
        }

        long FinishedMessages() => DataCheck.Run(_folder.File("journal")).FinishedMessages;

        ulong Entries()
        {
            using var journal = Journal.Open(_folder.Options);
            return FinishedRun.LastRun(journal);
        }
    }

    [Fact]
    public async Task Readers_find_every_pair_while_buffers_are_written_and_used_again()
    {
        using var journal = Journal.Open(_folder.Options);
        using var index = new FinishedIndex(journal);
        const int Count = 600_000;
        var added = 0;
        var readers = Enumerable.Range(0, 2).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            int seen;
            while ((seen = Volatile.Read(ref added)) < Count)
            {
                var n = seen - 1 - random.Next(Math.Min(seen, 200_000));
                if (n > 0)
                {
                    Assert.True(index.TryFind(Accepted(n), out var last), $"{n} of {seen}");
                    Assert.Equal((ulong)n, last);
                }
            }
        })).ToArray();
        for (var i = 0; i < Count; i++)
        {
            index.Add(Accepted(i), (ulong)i);
            Volatile.Write(ref added, i + 1);
            if (i % 50_000 == 0)
            {
                index.Rotate();
            }
        }
        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(60));
        index.Flush();
        for (var i = 0; i < Count; i += 997)
        {
            Assert.True(index.TryFind(Accepted(i), out var last));
            Assert.Equal((ulong)i, last);
        }
        Assert.False(index.TryFind(Accepted(Count), out _));

        static ulong Accepted(int n) => Position.Of((ulong)(n / 100) + 1, n % 100 * 4);
    }

    [Fact]
    public void The_lag_counts_from_when_a_buffer_is_due_and_ends_when_it_is_written()
    {
        using var journal = Journal.Open(_folder.Options);
        using var index = new FinishedIndex(journal);
        Assert.Equal(default, index.Lag);
        journal.Append("not committed yet"u8);
        index.Add(Position.Of(1, 0), Position.Of(1, 4));
        Assert.Equal((1, TimeSpan.Zero), (index.Lag.Entries, index.Lag.Behind));
        Assert.True(index.Lag.Oldest > TimeSpan.Zero);
        index.Rotate(); // due, but what it tells of is not committed
        var before = index.Lag.Behind;
        Assert.True(before > TimeSpan.Zero && index.Lag.Behind > before);
        journal.Commit();
        index.Flush();
        Assert.Equal(default, index.Lag);
    }

    [Fact]
    public void Adding_allocates_nothing()
    {
        using var journal = Journal.Open(_folder.Options);
        using var index = new FinishedIndex(journal);
        Assert.Equal(0, Measured.Allocations.Least(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                index.Add((ulong)i, (ulong)i);
            }
        }));
    }

    private static void AssertAll(FinishedIndex index, Dictionary<ulong, ulong> pairs)
    {
        foreach (var (accepted, last) in pairs)
        {
            Assert.True(index.TryFind(accepted, out var found));
            Assert.Equal(last, found);
            Assert.False(index.TryFind(accepted + (1UL << 40), out _));
        }
    }
}
