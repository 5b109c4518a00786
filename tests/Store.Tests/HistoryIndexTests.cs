using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Store.Tests;

public sealed class HistoryIndexTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Accounts 1 to 3, eight destinations of which two share a bucket and two all but the lowest bit.
    /// </summary>
    private static readonly ulong[] Hashes =
        [1, 1UL << 47, 1UL << 52, (1UL << 52) + 1, 0xFFFF_0000_0000_0001, ulong.MaxValue, 0xABCD_EF01_2345_6789, 77];

    [Theory]
    [InlineData(50)]
    [InlineData(9000)]
    public void Pages_are_the_same_in_memory_written_and_after_a_reopen(int count)
    {
        var model = new List<Message>();
        using (var journal = Journal.Open(_folder.Options))
        using (var index = new HistoryIndex(journal))
        {
            Add(index, model, count, 1);
            Assert.Equal(model[0].Position, index.UnflushedFloor);
            Assert.Equal(count, index.Lag.Entries);
            AssertPages(index, model);
            index.Flush();
            Assert.Equal((ulong.MaxValue, default(IndexLag)), (index.UnflushedFloor, index.Lag));
            AssertPages(index, model);
            Add(index, model, count / 2, 2);
            AssertPages(index, model);
        }
        using (var journal = Journal.Open(_folder.Options))
        using (var index = new HistoryIndex(journal))
        {
            AssertPages(index, model);
            // A recovery comes to everything again.
            foreach (var (account, hash, position) in model)
            {
                index.Add(account, hash, position);
            }
            Assert.Equal(0, index.Lag.Entries);
            AssertPages(index, model);
        }
    }

    [Fact]
    public void A_page_equals_the_model() => Prop.ForAll(
        ArbMap.Default.ArbFor<(byte Account, byte Hash, ushort Step, byte What)[]>(), steps =>
        {
            using var folder = new Folder();
            using var journal = Journal.Open(folder.Options);
            using var index = new HistoryIndex(journal);
            var model = new List<Message>();
            var position = 1000UL;
            foreach (var (account, hash, step, what) in steps)
            {
                position += step + 1UL;
                model.Add(new Message((ushort)(account % 4), Hashes[hash % Hashes.Length], position));
                index.Add(model[^1].Account, model[^1].Hash, position);
                if (what % 8 == 0)
                {
                    index.Rotate(TimeSpan.Zero);
                }
                else if (what % 8 == 1)
                {
                    index.Flush();
                }
                var query = new HistoryQuery((ushort)(what % 5 % 4), what % 3 == 0 ? 0 : Hashes[what % Hashes.Length],
                    what % 7 < 4 ? Position.Max : model[what % model.Count].Position,
                    what % 2 == 0 ? 0 : model[account % model.Count].Position);
                Assert.Equal(Expected(model, query).Take(1 + (what % 4)), Page(index, query, 1 + (what % 4)));
                query = query with { DestinationHash = 0 };
                var forward = new ulong[1 + (what % 4)];
                Assert.Equal(Expected(model, query).Reverse<ulong>().Take(forward.Length),
                    forward.Take(index.PageForward(query, forward)));
            }
            AssertPages(index, model);
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    /// <summary>
    /// A run that was written but for its last batch, added again by a recovery that cuts it elsewhere.
    /// </summary>
    [Theory]
    [InlineData(6000, 100)]
    [InlineData(6000, 2500)]
    [InlineData(30, 10)]
    public void An_interrupted_run_is_written_again(int count, int until)
    {
        var model = new List<Message>();
        using (var journal = Journal.Open(_folder.Options))
        using (var index = new HistoryIndex(journal))
        {
            Add(index, model, count, 3);
            index.Flush();
            journal.RemoveMeta(HistoryWriter.WrittenKey);
            journal.Commit();
        }
        using (var journal = Journal.Open(_folder.Options))
        using (var index = new HistoryIndex(journal))
        {
            for (var i = 0; i < model.Count; i++)
            {
                index.Add(model[i].Account, model[i].Hash, model[i].Position);
                if (i == until)
                {
                    AssertPages(index, model[..(i + 1)]);
                    index.Flush();
                }
            }
            AssertPages(index, model);
            index.Flush();
            AssertPages(index, model);
        }
    }

    [Fact]
    public void After_a_crash_the_floor_leads_to_all_that_is_missing() => Prop.ForAll(
        ArbMap.Default.ArbFor<(byte Account, byte Hash, byte What)[]>(), steps =>
        {
            using var folder = new Folder();
            var copy = folder.Options with { Path = folder.File("copy") };
            var model = new List<Message>();
            ulong floor;
            using (var journal = Journal.Open(folder.Options))
            using (var index = new HistoryIndex(journal))
            {
                foreach (var (account, hash, what) in steps)
                {
                    var position = journal.Append("a message"u8);
                    model.Add(new Message((ushort)(account % 4), Hashes[hash % Hashes.Length], position));
                    index.Add(model[^1].Account, model[^1].Hash, position);
                    journal.Commit();
                    if (what % 5 == 0)
                    {
                        index.Rotate(TimeSpan.Zero);
                    }
                }
                floor = index.UnflushedFloor;
                folder.CopyJournal(copy.Path);
            }
            using var reopened = Journal.Open(copy);
            using var recovered = new HistoryIndex(reopened);
            foreach (var message in model.Where(m => m.Position >= floor))
            {
                recovered.Add(message.Account, message.Hash, message.Position);
            }
            AssertPages(recovered, model);
            recovered.Flush();
            AssertPages(recovered, model);
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));

    [Fact]
    public async Task Readers_see_every_message_while_buffers_are_written_and_used_again()
    {
        using var journal = Journal.Open(_folder.Options);
        using var index = new HistoryIndex(journal);
        const int Count = 1_200_000;
        var added = 0;
        var readers = Enumerable.Range(0, 2).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            var page = new ulong[50];
            int seen;
            while ((seen = Volatile.Read(ref added)) < Count)
            {
                var before = 1 + random.Next(seen);
                var account = 1 + random.Next(9);
                var count = index.Page(new HistoryQuery((ushort)account, 0, (ulong)before), page);
                var expected = Enumerable.Range(1, before - 1).Reverse().Where(n => 1 + (n % 9) == account).Take(50);
                Assert.Equal(expected, page.Take(count).Select(p => (int)p));
            }
        })).ToArray();
        for (var i = 1; i < Count; i++)
        {
            index.Add((ushort)(1 + (i % 9)), (ulong)i * 0x9E3779B97F4A7C15UL, (ulong)i);
            Volatile.Write(ref added, i + 1);
            if (i % 100_000 == 0)
            {
                index.Rotate(TimeSpan.Zero);
            }
        }
        Volatile.Write(ref added, Count);
        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(60));
        for (var i = 1; i < Count; i += 9973)
        {
            Assert.Equal([(ulong)i], Page(index, new HistoryQuery(0, (ulong)i * 0x9E3779B97F4A7C15UL), 5));
        }
    }

    /// <summary>In memory, in the database, and in both.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(60_000)]
    [InlineData(100_000)]
    public void The_last_of_many_pages_forward_costs_as_the_first(int written)
    {
        const int Count = 100_000;
        const int Limit = 100;
        using var journal = Journal.Open(_folder.Options);
        using var index = new HistoryIndex(journal);
        for (var i = 1; i <= Count; i++)
        {
            index.Add(7, (ulong)i, (ulong)i);
            if (i == written)
            {
                index.Flush();
            }
        }
        var (page, costs, next) = (new ulong[Limit], new List<long>(), 1UL);
        for (var i = 0; i < Count / Limit; i++)
        {
            var before = index.Looked;
            Assert.Equal(Limit, index.PageForward(new HistoryQuery(7, 0, From: next), page));
            costs.Add(index.Looked - before);
            Assert.Equal(Enumerable.Range((int)next, Limit).Select(n => (ulong)n), page);
            next = page[^1] + 1;
        }
        Assert.Equal(0, index.PageForward(new HistoryQuery(7, 0, From: next), page));
        // At most the two pieces on which a page may lie, and what finds the first of them.
        Assert.All(costs, cost => Assert.InRange(cost, Limit, (2 * HistoryWriter.PieceCount) + 10));
    }

    [Fact]
    public void Adding_allocates_nothing()
    {
        using var journal = Journal.Open(_folder.Options);
        using var index = new HistoryIndex(journal);
        index.Add(1, 1, 1);
        var last = 1UL;
        Assert.Equal(0, Measured.Allocations.Least(() =>
        {
            for (var i = 0; i < 40_000; i++)
            {
                last++;
                index.Add(1, last, last);
            }
        }));
    }

    [Fact]
    public void A_young_buffer_stays_in_memory()
    {
        using var journal = Journal.Open(_folder.Options);
        using var index = new HistoryIndex(journal);
        index.Add(1, 1, 1);
        index.Rotate();
        index.Rotate();
        Assert.Equal((1, 1UL), (index.Lag.Entries, index.UnflushedFloor));
        index.Rotate(TimeSpan.Zero);
        Assert.True(SpinWait.SpinUntil(() => index.Lag.Entries == 0, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void Retention_takes_the_messages_before_the_cut()
    {
        using var journal = Journal.Open(_folder.Options);
        using var index = new HistoryIndex(journal);
        var model = new List<Message>();
        for (var frame = 1UL; frame <= 4000; frame++)
        {
            model.Add(new Message((ushort)(frame % 3), Hashes[frame % 8], Position.Of(frame, 8)));
            index.Add(model[^1].Account, model[^1].Hash, model[^1].Position);
            if (frame % 1000 == 0)
            {
                index.Flush();
            }
        }
        var cut = Position.Of(2500, 0);
        journal.DropBefore(cut);
        AssertPages(index, [.. model.Where(m => m.Position >= cut)]);
        journal.DropBefore(Position.Of(3000, 0)); // the third run is of two pieces; what is left of it still goes
        AssertPages(index, [.. model.Where(m => m.Position >= Position.Of(3000, 0))]);
        using var iterator = new Native.Iterator(journal.Database, JournalDatabase.History);
        for (var more = iterator.SeekToFirst(); more; more = iterator.Next())
        {
            Assert.True(HistoryPiece.Newest(iterator.Value) >= Position.Of(3000, 0));
        }
    }

    [Fact]
    public async Task An_erased_destination_is_gone_from_all_lists_and_may_come_again()
    {
        using var journal = Journal.Open(_folder.Options);
        using var index = new HistoryIndex(journal);
        var model = new List<Message>();
        var random = new Random(4);
        for (var i = 0; i < 7000; i++)
        {
            model.Add(new Message((ushort)random.Next(4), Hashes[random.Next(8)], journal.Append("a message"u8)));
            index.Add(model[^1].Account, model[^1].Hash, model[^1].Position);
            if (i % 3000 == 2999)
            {
                journal.Commit();
                index.Flush();
            }
        }
        journal.Commit();
        foreach (var hash in Hashes[1..4])
        {
            var gone = model.Where(m => m.Hash == hash).ToDictionary(m => m.Position, m => m.Hash);
            var erasing = Task.Run(() => index.Erase(gone));
            Assert.True(SpinWait.SpinUntil(() =>
            {
                index.Rotate(); // as the journal's thread does
                return erasing.IsCompleted;
            }, TimeSpan.FromSeconds(30)));
            Assert.Equal(gone.Count, await erasing);
            model.RemoveAll(m => m.Hash == hash);
            AssertPages(index, model);
        }
        Assert.Equal(0, index.Erase(new Dictionary<ulong, ulong> { [Position.Of(1, 4)] = Hashes[1] }));
        model.Add(new Message(1, Hashes[1], journal.Append("one more"u8)));
        index.Add(1, Hashes[1], model[^1].Position);
        AssertPages(index, model);
        journal.Commit();
        index.Flush();
        Assert.Equal(model.Count, DataCheck.Run(_folder.Options.Path).HistoryMessages);
    }

    private static void Add(HistoryIndex index, List<Message> model, int count, int seed)
    {
        var random = new Random(seed);
        var position = model.Count == 0 ? 0 : model[^1].Position;
        for (var i = 0; i < count; i++)
        {
            position += 1UL + (ulong)random.NextInt64(1L << random.Next(40));
            model.Add(new Message((ushort)random.Next(4), Hashes[random.Next(Hashes.Length)], position));
            index.Add(model[^1].Account, model[^1].Hash, position);
        }
    }

    private static void AssertPages(HistoryIndex index, List<Message> model)
    {
        for (ushort account = 0; account < 4; account++)
        {
            foreach (var hash in (ulong[])[0, 999, .. Hashes])
            {
                var expected = Expected(model, new HistoryQuery(account, hash));
                Assert.Equal(expected, Pages(index, new HistoryQuery(account, hash), 100 + (model.Count / 3)));
            }
            Assert.Equal(Expected(model, new HistoryQuery(account, 0)).Reverse<ulong>(),
                PagesForward(index, new HistoryQuery(account, 0), 100 + (model.Count / 3)));
        }
    }

    /// <summary>Page after page, each after the last one's last.</summary>
    private static List<ulong> PagesForward(HistoryIndex index, HistoryQuery query, int size)
    {
        var (all, page) = (new List<ulong>(), new ulong[size]);
        while (index.PageForward(query, page) is > 0 and var count)
        {
            all.AddRange(page[..count]);
            query = query with { From = page[count - 1] + 1 };
        }
        return all;
    }

    /// <summary>Page after page, each before the last one's last.</summary>
    private static List<ulong> Pages(HistoryIndex index, HistoryQuery query, int size)
    {
        var all = new List<ulong>();
        List<ulong> page;
        do
        {
            page = Page(index, query, size);
            all.AddRange(page);
            query = query with { Before = page.Count > 0 ? page[^1] : 0 };
        }
        while (page.Count == size);
        return all;
    }

    private static List<ulong> Page(HistoryIndex index, HistoryQuery query, int size)
    {
        var page = new ulong[size];
        return [.. page.Take(index.Page(query, page))];
    }

    private static List<ulong> Expected(List<Message> model, HistoryQuery query) =>
        [.. model.Where(m => query.Matches(m.Account, m.Hash) && m.Position < query.Before && m.Position >= query.From)
            .Select(m => m.Position).Reverse()];

    private readonly record struct Message(ushort Account, ulong Hash, ulong Position);
}
