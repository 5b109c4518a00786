using Xunit;

namespace Store.Tests;

public sealed class StatisticsTests
{
    [Fact]
    public void What_the_database_holds_is_told_by_family()
    {
        using var folder = new Folder();
        using var journal = Journal.Open(folder.Options with { Compression = LogCompression.None });
        using var history = new HistoryIndex(journal);
        for (var i = 0; i < 2000; i++)
        {
            history.Add(1, (ulong)i << 40, journal.Append(new byte[1000]));
            journal.Commit();
        }
        history.Flush();
        var before = journal.Statistics();
        Assert.Equal((2000, 0, 2000), (before.Commits, before.FailedCommits, before.Frames));
        Assert.True(before.WalBytes > 2_000_000 && before.MemtableBytes > 2_000_000, before.ToString());
        Assert.Equal(0, before.Families.Sum(f => f.DiskBytes));
        Assert.True(before.CommitTime >= before.LongestCommit && before.LongestCommit >= before.LastCommit);
        Assert.True(before.CommitTime >= before.SlowCommitTime && before.SlowCommits <= before.Commits);
        journal.Database.Flush(JournalDatabase.Log);
        journal.Database.Flush(JournalDatabase.History);
        var after = journal.Statistics();
        Assert.Equal(["default", "log", "finished", "awaiting", "repeats", "history"], after.Families.Select(f => f.Name));
        Assert.True(after.LogBytes > 2_000_000 && after.Families[5].DiskBytes > 0, after.ToString());
        Assert.Equal((1, 0), (after.Level0Files, after.Families[4].Level0Files));
        Assert.Equal(after.TotalBytes, after.Families.Sum(f => f.DiskBytes));
        Assert.True(after.MemtableBytes < before.MemtableBytes);
        Assert.Equal((false, 0, 0), (after.WritesStopped, after.DelayedWriteRate, after.BackgroundErrors));
        Assert.True(after.BlockCacheBytes >= after.BlockCachePinnedBytes);
    }
}
