using System.Buffers.Binary;
using System.Globalization;
using Xunit;

namespace Store.Tests;

public sealed class CrashTests
{
    /// <summary>KILLS says how many; a long run has 300.</summary>
    [Fact]
    public void Nothing_committed_is_lost_over_many_kills()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("KILLS") ?? "10", CultureInfo.InvariantCulture);
        using var folder = new Folder();
        var random = new Random(11);
        long known = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            using var child = new ChildProcess(folder.File("journal"), kill);
            child.WaitForCommits(random.Next(1, 10 + (3000 / kills))); // all is read again after each kill
            child.Kill();
            known = Math.Max(known, child.Committed);
            var findings = DataCheck.Run(folder.File("journal")).Findings;
            Assert.Equal([], findings.Where(f => f.Severity == CheckSeverity.Damage));
            known = Check(folder, known);
        }
        Assert.True(known > 1000);
    }

    /// <summary>All records from 0 to at least <paramref name="known"/> are there once, in order, whole.</summary>
    private static long Check(Folder folder, long known)
    {
        using var journal = Journal.Open(folder.Options);
        using var index = new FinishedIndex(journal);
        using var history = new HistoryIndex(journal);
        using var awaiting = new KeyIndex(journal, KeyIndexFamily.Awaiting);
        CrashChild.Recover(journal, index, history, awaiting);
        var found = new KeyedEntry[2];
        var positions = new List<ulong>();
        using var scanner = journal.Scan();
        long next = 0;
        ulong last = 0;
        while (scanner.MoveNext())
        {
            Assert.True(scanner.Position > last);
            last = scanner.Position;
            Assert.True(scanner.Record.SequenceEqual(CrashChild.Record(next)), $"record {next}");
            Assert.True(index.TryFind(last, out var end));
            Assert.Equal(last + 1, end);
            Assert.Equal(1, awaiting.Find(CrashChild.Key(next), found));
            Assert.Equal(new KeyedEntry(last, (ulong)next, 0), found[0]);
            positions.Add(last);
            next++;
        }
        Assert.True(next >= known, $"{known} records were committed, {next} are there");
        Assert.Equal(next, BinaryPrimitives.ReadInt64LittleEndian(journal.GetMeta("count"u8)));
        Assert.True(journal.NextPosition > last);
        CheckHistory(history, positions);
        return next;
    }

    private static void CheckHistory(HistoryIndex history, List<ulong> positions)
    {
        var page = new ulong[positions.Count + 1];
        positions.Reverse();
        Assert.Equal(positions.Count, history.Page(new HistoryQuery(0, 0), page));
        Assert.True(page.AsSpan(0, positions.Count).SequenceEqual(positions.ToArray()));
        var accounts = Enumerable.Range(1, 3).Sum(account => history.Page(new HistoryQuery((ushort)account, 0), page));
        Assert.Equal(positions.Count, accounts);
        for (var n = 0; n < positions.Count; n += 997)
        {
            Assert.Equal(1, history.Page(new HistoryQuery((ushort)(1 + (n % 3)), CrashChild.Key(n)), page));
            Assert.Equal(positions[^(n + 1)], page[0]);
        }
    }
}
