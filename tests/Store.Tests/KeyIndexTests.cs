using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Store.Tests;

public sealed class KeyIndexTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Entries_are_found_newest_first_before_and_after_they_are_written_and_after_a_reopen()
    {
        KeyedEntry[] entries = [new(30, 3, 33), new(10, 1, 11), new(20, 2, 22)];
        using (var journal = Journal.Open(_folder.Options))
        using (var index = new KeyIndex(journal, KeyIndexFamily.Awaiting))
        {
            foreach (var entry in entries)
            {
                index.Put(7, entry, floor: entry.Position);
                index.Flush();
            }
            index.Put(8, new KeyedEntry(40, 4, 44), floor: 5);
            Assert.Equal(5u, index.UnflushedFloor);
            AssertFound(index);
            index.Flush();
            Assert.Equal(ulong.MaxValue, index.UnflushedFloor);
            AssertFound(index);
        }
        using (var journal = Journal.Open(_folder.Options))
        using (var index = new KeyIndex(journal, KeyIndexFamily.Awaiting))
        {
            AssertFound(index);
            index.Remove(7, 20);
            Assert.Equal([30u, 10u], Find(index, 7).Select(e => e.Position));
            index.Flush();
            Assert.Equal([30u, 10u], Find(index, 7).Select(e => e.Position));
        }
        Assert.Equal(3, DataCheck.Run(_folder.File("journal")).KeyedEntries);

        void AssertFound(KeyIndex index)
        {
            Assert.Equal(entries.OrderByDescending(e => e.Position), Find(index, 7));
            Assert.Equal([new KeyedEntry(40, 4, 44)], Find(index, 8));
            Assert.Empty(Find(index, 9));
            Assert.Equal([30u, 20u], Find(index, 7, 2).Select(e => e.Position));
            Assert.Empty(Find(index, 7, 0));
        }
    }

    [Fact]
    public void The_two_families_are_apart()
    {
        using var journal = Journal.Open(_folder.Options);
        using var awaiting = new KeyIndex(journal, KeyIndexFamily.Awaiting);
        using var repeats = new KeyIndex(journal, KeyIndexFamily.Repeats);
        awaiting.Put(1, new KeyedEntry(1, 0, 0), 1);
        repeats.Put(1, new KeyedEntry(2, 0, 0), 2);
        awaiting.Flush();
        repeats.Flush();
        Assert.Equal(1u, Assert.Single(Find(awaiting, 1)).Position);
        Assert.Equal(2u, Assert.Single(Find(repeats, 1)).Position);
    }

    [Fact]
    public void What_is_not_committed_is_not_written()
    {
        using var journal = Journal.Open(_folder.Options);
        using var index = new KeyIndex(journal, KeyIndexFamily.Repeats);
        var position = journal.Append("a record"u8);
        index.Put(5, new KeyedEntry(position, 0, 0), position);
        index.Rotate();
        Assert.Throws<InvalidOperationException>(index.Flush);
        Assert.Equal(position, index.UnflushedFloor);
        Assert.Equal(1, index.Lag.Entries);
        Assert.Single(Find(index, 5));
        var cursor = default(KeyedCursor);
        Assert.Equal(0, index.Scan(ref cursor, new (ulong, KeyedEntry)[4]));
        journal.Commit();
        index.Flush();
        Assert.Equal(ulong.MaxValue, index.UnflushedFloor);
        Assert.Equal(1, index.Scan(ref cursor, new (ulong, KeyedEntry)[4]));
    }

    /// <summary>Steps on few keys and positions, looked at against a dictionary after each.</summary>
    [Fact]
    public void Find_equals_the_model() => Prop.ForAll(
        ArbMap.Default.ArbFor<(byte Key, byte Position, byte What)[]>(), steps =>
        {
            using var folder = new Folder();
            using var journal = Journal.Open(folder.Options);
            using var index = new KeyIndex(journal, KeyIndexFamily.Awaiting);
            var model = new Model();
            foreach (var (k, p, what) in steps)
            {
                var (key, position) = (k % 3UL, 1 + (p % 5UL));
                model.Step(index, key, position, what);
                if (what % 8 == 6)
                {
                    index.Rotate();
                }
                else if (what % 8 == 7)
                {
                    index.Flush();
                }
                Assert.Equal(model.Under(key), Find(index, key));
                Assert.Equal(model.Under(key).Take(2), Find(index, key, 2));
            }
            index.Flush();
            Assert.Equal(model.All, Scan(index, 3));
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    /// <summary>
    /// The files as a kill would leave them, opened again, and what a recovery does from the floor on done again: all
    /// that should be found is; what is found too many was removed once.
    /// </summary>
    [Fact]
    public void After_a_crash_the_floor_leads_to_all_that_is_missing() => Prop.ForAll(
        ArbMap.Default.ArbFor<(byte Key, byte What)[]>(), steps =>
        {
            using var folder = new Folder();
            var model = new Model();
            var log = new List<(ulong Position, Action<KeyIndex> Do)>();
            var copy = folder.Options with { Path = folder.File("copy") };
            ulong floor;
            using (var journal = Journal.Open(folder.Options))
            using (var index = new KeyIndex(journal, KeyIndexFamily.Awaiting))
            {
                foreach (var (k, what) in steps)
                {
                    var position = journal.Append("step"u8);
                    log.Add((position, model.Step(index, k % 3UL, position, what)));
                    journal.Commit();
                    if (what % 5 == 0)
                    {
                        index.Rotate();
                    }
                }
                floor = index.UnflushedFloor;
                folder.CopyJournal(copy.Path);
            }
            using var reopened = Journal.Open(copy);
            using var recovered = new KeyIndex(reopened, KeyIndexFamily.Awaiting);
            foreach (var (_, again) in log.Where(step => step.Position >= floor))
            {
                again(recovered);
            }
            for (var key = 0UL; key < 3; key++)
            {
                var found = Find(recovered, key, 1000);
                Assert.Empty(model.Under(key).Except(found));
                Assert.Empty(found.Except(model.Under(key)).Except(model.Removed));
            }
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    [Fact]
    public async Task Readers_find_every_entry_while_buffers_are_written_and_used_again()
    {
        using var journal = Journal.Open(_folder.Options);
        using var index = new KeyIndex(journal, KeyIndexFamily.Awaiting);
        const int Count = 400_000;
        var added = 0;
        var readers = Enumerable.Range(0, 2).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            var found = new KeyedEntry[4];
            int seen;
            while ((seen = Volatile.Read(ref added)) < Count)
            {
                var n = seen - 1 - random.Next(Math.Min(seen, 200_000));
                if (n > 0)
                {
                    // Every third has been removed after it was put.
                    Assert.Equal(n % 3 == 0 ? 0 : 1, index.Find(Key(n), found));
                    Assert.True(n % 3 == 0 || found[0] == new KeyedEntry((ulong)n, 1, 2), $"{n} of {seen}");
                }
            }
        })).ToArray();
        for (var i = 1; i < Count; i++)
        {
            index.Put(Key(i), new KeyedEntry((ulong)i, 1, 2), (ulong)i);
            if (i % 3 == 0)
            {
                index.Remove(Key(i), (ulong)i);
            }
            Volatile.Write(ref added, i + 1);
        }
        Volatile.Write(ref added, Count);
        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(60));
        index.Flush();
        Assert.Equal(Count - 1 - ((Count - 1) / 3), Scan(index, 1000).Count);

        static ulong Key(int n) => (ulong)n * 0x9E3779B97F4A7C15UL;
    }

    [Fact]
    public void Putting_and_finding_allocate_nothing()
    {
        using var journal = Journal.Open(_folder.Options);
        using var index = new KeyIndex(journal, KeyIndexFamily.Awaiting);
        var found = new KeyedEntry[2];
        index.Put(1, new KeyedEntry(1, 1, 1), 1);
        index.Flush();
        index.Find(1, found);
        index.Find(2, found);
        index.Remove(2, 2);
        // Where the disk is slow the writing falls to this thread, now and then: it may allocate, an entry may not.
        var rounds = new List<long>();
        for (var round = 0; round < 20; round++)
        {
            rounds.Add(Measured.Allocations.Of(() =>
            {
                for (var i = 0UL; i < 500; i++)
                {
                    var key = ((ulong)round * 500) + i;
                    index.Put(key, new KeyedEntry(key, 0, 0), key);
                    index.Remove(key / 2, key / 2);
                    index.Find(key + 5000, found);
                }
            }));
        }

        rounds.Sort();
        Assert.Equal(0, rounds[rounds.Count / 2]);
    }

    [Fact]
    public void Retention_takes_the_entries_before_the_cut()
    {
        using var journal = Journal.Open(_folder.Options);
        using var index = new KeyIndex(journal, KeyIndexFamily.Repeats);
        for (var frame = 1UL; frame <= 100; frame++)
        {
            index.Put(frame % 5, new KeyedEntry(Position.Of(frame, 0), frame, 0), 0);
        }
        index.Flush();
        index.Put(0, new KeyedEntry(Position.Of(39, 0), 39, 0), 0);
        journal.DropBefore(Position.Of(40, 12));
        Assert.Equal(61, Scan(index, 7).Count);
        Assert.Equal([100u, 95u, 90u, 85u, 80u, 75u, 70u, 65u, 60u, 55u, 50u, 45u, 40u],
            Find(index, 0, 100).Select(e => e.First));
    }

    [Fact]
    public async Task Erased_positions_are_gone_from_memory_and_database()
    {
        using var journal = Journal.Open(_folder.Options);
        using var index = new KeyIndex(journal, KeyIndexFamily.Repeats);
        for (var i = 1UL; i <= 1000; i++)
        {
            index.Put(i % 300, new KeyedEntry(i, i, 0), i);
            if (i == 500)
            {
                index.Flush();
            }
        }
        var erasing = Task.Run(() => index.Erase(new HashSet<ulong> { 7, 307, 900, 5000 }));
        Assert.True(SpinWait.SpinUntil(() =>
        {
            index.Rotate(); // as the journal's thread does
            return erasing.IsCompleted;
        }, TimeSpan.FromSeconds(30)));
        Assert.Equal(3, await erasing);
        index.Flush();
        Assert.Equal([907u, 607u], Find(index, 7).Select(e => e.Position));
        Assert.Equal([600u, 300u], Find(index, 0).Select(e => e.Position));
        Assert.Equal(997, Scan(index, 100).Count);
    }

    internal static List<KeyedEntry> Find(KeyIndex index, ulong key, int most = 100)
    {
        var found = new KeyedEntry[most];
        return [.. found.Take(index.Find(key, found))];
    }

    private static List<(ulong Key, KeyedEntry Entry)> Scan(KeyIndex index, int piece)
    {
        var all = new List<(ulong, KeyedEntry)>();
        var found = new (ulong, KeyedEntry)[piece];
        var cursor = default(KeyedCursor);
        int count;
        do
        {
            count = index.Scan(ref cursor, found);
            all.AddRange(found.Take(count));
        }
        while (count == piece);
        return all;
    }

    private sealed class Model
    {
        private readonly SortedDictionary<(ulong Key, ulong Position), KeyedEntry> _entries = [];
        private ulong _time;

        internal HashSet<KeyedEntry> Removed { get; } = [];

        internal List<(ulong, KeyedEntry)> All => [.. _entries.Select(e => (e.Key.Key, e.Value))];

        internal List<KeyedEntry> Under(ulong key) =>
            [.. _entries.Where(e => e.Key.Key == key).Select(e => e.Value).OrderByDescending(e => e.Position)];

        /// <summary>
        /// What % 3: 0 removes the key's newest, else puts; values tell one put from another. Returns the same step.
        /// </summary>
        internal Action<KeyIndex> Step(KeyIndex index, ulong key, ulong position, byte what)
        {
            Action<KeyIndex> step = _ => { };
            if (what % 3 != 0)
            {
                var entry = new KeyedEntry(position, what, ++_time);
                _entries[(key, position)] = entry;
                step = other => other.Put(key, entry, position);
            }
            else if (Under(key) is [var newest, ..])
            {
                Removed.Add(newest);
                _entries.Remove((key, newest.Position));
                step = other => other.Remove(key, newest.Position);
            }
            step(index);
            return step;
        }
    }
}
