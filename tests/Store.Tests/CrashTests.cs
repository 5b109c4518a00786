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
        using var scanner = journal.Scan();
        long next = 0;
        ulong last = 0;
        while (scanner.MoveNext())
        {
            Assert.True(scanner.Position > last);
            last = scanner.Position;
            Assert.True(scanner.Record.SequenceEqual(CrashChild.Record(next)), $"record {next}");
            if (index.TryFind(last, out var end))
            {
                Assert.Equal(last + 1, end);
            }
            next++;
        }
        Assert.True(next >= known, $"{known} records were committed, {next} are there");
        Assert.Equal(next, BinaryPrimitives.ReadInt64LittleEndian(journal.GetMeta("count"u8)));
        Assert.True(journal.NextPosition > last);
        return next;
    }
}
