using System.Buffers.Binary;
using Xunit;

namespace Store.Tests;

public sealed class JournalTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Records_of_every_size_are_read_back()
    {
        int[] sizes = [0, 1, 2, 3, 4, 5, 100, 32763, 32764, 32765, 40000, 1 << 20, 7];
        var positions = new List<ulong>();
        using var journal = Journal.Open(_folder.Options);
        foreach (var size in sizes)
        {
            positions.Add(journal.Append(Content(size)));
            Assert.Equal(-1, journal.Read(positions[^1], []));
        }
        journal.Commit();

        var reader = journal.CreateReader();
        var buffer = new byte[Journal.MaxRecord];
        for (var i = 0; i < sizes.Length; i++)
        {
            Assert.Equal(sizes[i], journal.Read(positions[i], buffer));
            Assert.Equal(Content(sizes[i]), buffer.AsSpan(0, sizes[i]));
            Assert.True(reader.TryRead(positions[i], out var record));
            Assert.Equal(Content(sizes[i]), record);
        }
        Assert.Equal(Scan(journal, 0).Select(r => r.Position), positions);
        Assert.Equal(positions.Order(), positions);
    }

    [Fact]
    public void A_record_over_the_limit_is_refused()
    {
        using var journal = Journal.Open(_folder.Options);
        Assert.Throws<ArgumentOutOfRangeException>(() => journal.Reserve(Journal.MaxRecord + 1, out _).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => journal.Reserve(-1, out _).Length);
    }

    [Fact]
    public void Spans_stay_good_until_the_commit()
    {
        using var journal = Journal.Open(_folder.Options);
        var first = journal.Reserve(8, out var position);
        for (var i = 0; i < 10_000; i++)
        {
            journal.Append(Content(100));
        }
        BinaryPrimitives.WriteInt64LittleEndian(first, 42);
        journal.Commit();
        var read = new byte[8];
        Assert.Equal(8, journal.Read(position, read));
        Assert.Equal(42, BinaryPrimitives.ReadInt64LittleEndian(read));
    }

    [Fact]
    public void Positions_between_records_read_as_absent()
    {
        using var journal = Journal.Open(_folder.Options);
        var known = Enumerable.Range(0, 50).Select(i => journal.Append(Content(i))).ToHashSet();
        journal.Commit();
        var reader = journal.CreateReader();
        for (ulong p = 0; p < known.Max() + 100; p++)
        {
            Assert.Equal(known.Contains(p), journal.Read(p, []) >= 0);
            Assert.Equal(known.Contains(p), reader.TryRead(p, out _));
        }
        Assert.Equal(-1, journal.Read(ulong.MaxValue, []));
        Assert.Equal(-1, journal.Read(Position.Max, []));
    }

    [Fact]
    public void A_reopened_journal_goes_on_where_it_was()
    {
        var expected = new List<(ulong Position, byte[] Record)>();
        for (var open = 0; open < 4; open++)
        {
            using var journal = Journal.Open(_folder.Options);
            Assert.Equal(expected.Select(r => r.Position), Scan(journal, 0).Select(r => r.Position));
            for (var batch = 0; batch < 20; batch++)
            {
                for (var i = 0; i < 100; i++)
                {
                    var record = Content((open * 31) + batch + i);
                    Assert.True(expected.Count == 0 || journal.NextPosition > expected[^1].Position);
                    expected.Add((journal.Append(record), record));
                }
                journal.Commit();
            }
        }
        using var last = Journal.Open(_folder.Options);
        Assert.Equal(expected.Select(r => r.Record), Scan(last, 0).Select(r => r.Record));
        Assert.True(last.NextPosition > expected[^1].Position);
        for (var i = 0; i < expected.Count; i += 397)
        {
            Assert.Equal(expected[i..].Select(r => r.Position), Scan(last, expected[i].Position).Select(r =>
                r.Position));
        }
    }

    [Fact]
    public void Next_position_is_what_the_next_record_gets()
    {
        using var journal = Journal.Open(_folder.Options);
        for (var i = 0; i < 3000; i++)
        {
            var next = journal.NextPosition;
            Assert.Equal(next, journal.Append(i % 2 == 0 ? [] : [1]));
            for (var j = 0; j < i % 3; j++)
            {
                journal.Append(Content(i % 900));
            }
            if (i % 7 == 0)
            {
                journal.Commit();
            }
        }
    }

    [Fact]
    public void An_uncommitted_batch_is_gone_after_a_close()
    {
        using (var journal = Journal.Open(_folder.Options))
        {
            journal.Append("kept"u8);
            journal.Commit();
            journal.Append("dropped"u8);
            journal.PutMeta("k"u8, "dropped"u8);
        }
        using var again = Journal.Open(_folder.Options);
        Assert.Equal("kept"u8.ToArray(), Assert.Single(Scan(again, 0)).Record);
        Assert.Null(again.GetMeta("k"u8));
    }

    [Fact]
    public void Facts_are_set_replaced_removed_and_listed()
    {
        using (var journal = Journal.Open(_folder.Options))
        {
            journal.PutMeta("a/1"u8, "one"u8);
            journal.PutMeta("a/2"u8, []);
            journal.PutMeta("b/1"u8, "other"u8);
            Assert.Null(journal.GetMeta("a/1"u8));
            journal.Commit();
            journal.PutMeta("a/1"u8, "two"u8);
            journal.RemoveMeta("b/1"u8);
            journal.Commit();
        }
        using var again = Journal.Open(_folder.Options);
        Assert.Equal("two"u8.ToArray(), again.GetMeta("a/1"u8));
        Assert.Equal([], again.GetMeta("a/2"u8)!);
        Assert.Null(again.GetMeta("b/1"u8));
        var part = new byte[2];
        Assert.True(again.TryGetMeta("a/1"u8, part, out var length));
        Assert.Equal((3, "tw"), (length, System.Text.Encoding.ASCII.GetString(part)));
        Assert.False(again.TryGetMeta("absent"u8, part, out _));
        using var scan = again.ScanMeta("a/"u8);
        var keys = new List<string>();
        while (scan.MoveNext())
        {
            keys.Add(System.Text.Encoding.ASCII.GetString(scan.Key));
        }
        Assert.Equal(["a/1", "a/2"], keys);
    }

    [Fact]
    public void Commit_without_news_does_nothing()
    {
        using var journal = Journal.Open(_folder.Options);
        journal.Commit();
        Assert.Equal(0, journal.Statistics().Commits);
        Assert.True(journal.LastCommit.IsEmpty);
        journal.Append("x"u8);
        journal.Commit();
        var size = journal.LastCommit.Length;
        journal.Commit();
        var statistics = journal.Statistics();
        Assert.Equal((1, 1, size), (statistics.Commits, statistics.Frames, statistics.Bytes));
        Assert.True(statistics.LastCommit > TimeSpan.Zero);
        Assert.True(statistics.MemtableBytes > 0);
    }

    [Fact]
    public void Appending_and_committing_allocates_nothing()
    {
        using var journal = Journal.Open(_folder.Options);
        var record = Content(200);
        Cycle(10);
        Assert.Equal(0, Measured.Allocations.Least(() => Cycle(100)));

        void Cycle(int commits)
        {
            for (var i = 0; i < commits; i++)
            {
                for (var j = 0; j < 500; j++)
                {
                    journal.Append(record);
                }
                journal.PutMeta("checkpoint"u8, record);
                journal.Commit();
            }
        }
    }

    [Fact]
    public async Task Readers_on_other_threads_see_whole_records_while_one_appends()
    {
        using var journal = Journal.Open(_folder.Options);
        var committed = new ulong[20_000];
        var count = 0;
        var readers = Enumerable.Range(0, 2).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            var buffer = new byte[256];
            var reader = journal.CreateReader();
            int seen;
            while ((seen = Volatile.Read(ref count)) < committed.Length)
            {
                if (seen == 0)
                {
                    continue;
                }
                var i = random.Next(seen);
                Assert.Equal(i % 200, journal.Read(committed[i], buffer));
                Assert.Equal(Content(i % 200), buffer.AsSpan(0, i % 200));
                Assert.True(reader.TryRead(committed[i], out var record));
                Assert.Equal(Content(i % 200), record);
            }
        })).ToArray();
        for (var i = 0; i < committed.Length; i++)
        {
            committed[i] = journal.Append(Content(i % 200));
            if (i % 50 == 49)
            {
                journal.Commit();
                Volatile.Write(ref count, i + 1);
            }
        }
        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(60));
    }

    internal static List<(ulong Position, byte[] Record)> Scan(Journal journal, ulong from)
    {
        var list = new List<(ulong, byte[])>();
        using var scanner = journal.Scan(from);
        while (scanner.MoveNext())
        {
            list.Add((scanner.Position, scanner.Record.ToArray()));
        }
        return list;
    }

    internal static byte[] Content(int size)
    {
        var bytes = new byte[size];
        for (var i = 0; i < size; i++)
        {
            bytes[i] = (byte)((i * 7) + size);
        }
        return bytes;
    }
}
