using System.Globalization;
using Xunit;

namespace Store.Tests;

public sealed class DataCheckTests : IDisposable
{
    private const int Count = 60_000;
    private readonly Folder _folder = new();

    public DataCheckTests()
    {
        using var journal = Journal.Open(_folder.Options with { LogWriteBuffer = 1 << 20 });
        using var finished = new FinishedIndex(journal);
        using var history = new HistoryIndex(journal);
        using var awaiting = new KeyIndex(journal, KeyIndexFamily.Awaiting);
        var record = new byte[200];
        for (var i = 0; i < Count; i++)
        {
            new Random(i).NextBytes(record);
            var position = journal.Append(record);
            finished.Add(position, journal.NextPosition);
            history.Add((ushort)(1 + (i % 3)), (ulong)i * 0x9E3779B97F4A7C15UL, position);
            awaiting.Put((ulong)i, new KeyedEntry(position, 0, 0), position);
            if (i % 100 == 99)
            {
                journal.Commit();
            }
        }
        journal.Append("so that the last one's end is there"u8);
        journal.Commit();
        finished.Flush();
        history.Flush();
        awaiting.Flush();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Whole_data_is_whole_and_counted_also_while_in_use()
    {
        var report = Check();
        Assert.Empty(report.Findings);
        AssertComplete(report);
        Assert.True(report.TableFiles > 2 && report.Frames > 100 && report.WriteAheadRecords > 0);
        using var journal = Journal.Open(_folder.Options);
        Assert.True(Check().IsWhole);
    }

    [Fact]
    public void Checking_changes_nothing()
    {
        var before = Listing();
        Check();
        Assert.Equal(before, Listing());

        string[] Listing() => [.. new DirectoryInfo(_folder.File("journal")).GetFiles().Where(f => f.Name != "LOG")
            .Select(f => $"{f.Name} {f.Length} {f.LastWriteTimeUtc:O}").Order()];
    }

    [Fact]
    public void Every_damaged_table_is_named()
    {
        var tables = _folder.Files(".sst").OrderByDescending(f => new FileInfo(f).Length).Take(2).ToArray();
        foreach (var table in tables)
        {
            FaultTests.Flip(table, new FileInfo(table).Length / 3);
        }
        var report = Check();
        Assert.False(report.IsWhole);
        Assert.All(tables, table => Assert.Contains(report.Findings, f =>
            f.What.Contains(Path.GetFileName(table), StringComparison.Ordinal)
            && f.Remedy.Contains("backup", StringComparison.Ordinal)));
    }

    /// <summary>The first of them keeps RocksDB from opening at all; the others are named all the same.</summary>
    [Fact]
    public void Every_table_that_cannot_be_opened_is_named()
    {
        var tables = _folder.Files(".sst").OrderByDescending(f => new FileInfo(f).Length).Take(4).ToArray();
        foreach (var table in tables[..2])
        {
            FaultTests.Flip(table, new FileInfo(table).Length - 4); // the footer's magic number
        }
        File.Delete(tables[2]);
        FaultTests.Flip(tables[3], new FileInfo(tables[3]).Length / 3);
        var report = Check();
        Assert.All(tables, table => Assert.Contains(report.Findings, f => f.Severity == CheckSeverity.Damage
            && f.What.Contains(Path.GetFileName(table), StringComparison.Ordinal)));
    }

    /// <summary>A check and a start call the same damage the same.</summary>
    [Theory]
    [InlineData("FORMAT", "absent")]
    [InlineData("FORMAT", "newer")]
    [InlineData("CURRENT", "absent")]
    [InlineData("MANIFEST-*", "absent")]
    [InlineData("MANIFEST-*", "cut")]
    [InlineData("*.sst", "absent")]
    [InlineData("*.log", "absent")]
    [InlineData("*.log", "flipped")]
    [InlineData("*.log", "cut")]
    public void A_check_finds_the_fault_that_a_start_fails_with(string pattern, string what)
    {
        var file = Directory.GetFiles(_folder.File("journal"), pattern)[^1];
        switch (what)
        {
            case "absent":
                File.Delete(file);
                break;
            case "newer":
                File.WriteAllText(file, "journal 99 node 7\n");
                break;
            case "cut":
                File.WriteAllBytes(file, File.ReadAllBytes(file)[..^(int)(new FileInfo(file).Length / 2)]);
                break;
            default:
                FaultTests.Flip(file, new FileInfo(file).Length / 2);
                break;
        }
        var found = Check().Worst;
        Assert.NotNull(found);
        Assert.Equal(CheckFinding.AdviceFor(found.Fault), found.Remedy[..CheckFinding.AdviceFor(found.Fault).Length]);
        Assert.Equal(Assert.Throws<StoreException>(() => Journal.Open(_folder.Options)).Fault, found.Fault);
    }

    [Fact]
    public async Task A_check_beside_commits_finds_no_damage()
    {
        using var journal = Journal.Open(_folder.Options);
        using var stop = new CancellationTokenSource();
        var commits = 0;
        var committing = Task.Run(() =>
        {
            for (; !stop.IsCancellationRequested; Interlocked.Increment(ref commits))
            {
                journal.Append(new byte[40_000]);
                journal.Commit();
            }
        });
        for (var i = 0; (i < 5 || Volatile.Read(ref commits) <= 100) && !committing.IsCompleted; i++)
        {
            Assert.Empty(Check().Findings.Where(f => f.Severity == CheckSeverity.Damage).Select(f => f.What));
        }
        await stop.CancelAsync();
        await committing;
    }

    [Fact]
    public void An_absent_and_an_empty_folder_are_told_from_a_damaged_one()
    {
        Assert.True(DataCheck.IsThere(_folder.File("journal")));
        File.Delete(_folder.File("journal/FORMAT"));
        Assert.True(DataCheck.IsThere(_folder.File("journal")));
        File.WriteAllText(_folder.File("somebody-elses.log"), "text");
        Assert.False(DataCheck.IsThere(_folder.Path));
        Assert.False(DataCheck.IsThere(_folder.File("mistyped")));
        Assert.Contains("no data folder", Assert.Single(DataCheck.Run(_folder.File("mistyped")).Findings).What,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_log_is_named_with_its_place()
    {
        var log = _folder.Files(".log")[^1];
        FaultTests.Flip(log, new FileInfo(log).Length / 2);
        var report = Check();
        Assert.False(report.IsWhole);
        Assert.Contains(report.Findings, f => f.What.Contains(Path.GetFileName(log) + " is damaged at byte",
            StringComparison.Ordinal));
    }

    [Fact]
    public void A_torn_tail_is_a_note_unless_it_had_been_synced()
    {
        // Commits, and at the end bytes of the finished index, which are not synced.
        using (var journal = Journal.Open(_folder.Options))
        using (var finished = new FinishedIndex(journal))
        {
            for (var i = 0; i < 50; i++)
            {
                var position = journal.Append(new byte[200]);
                finished.Add(position, position);
                journal.Commit();
            }
        }
        var log = _folder.Files(".log")[^1];
        File.WriteAllBytes(log, File.ReadAllBytes(log)[..^5]);
        Assert.Equal(CheckSeverity.Note, Assert.Single(Check().Findings).Severity);
        File.WriteAllBytes(log, File.ReadAllBytes(log)[..^(int)(new FileInfo(log).Length / 2)]);
        Assert.Contains(Check().Findings, f => f.Severity == CheckSeverity.Note
            && f.What.Contains("torn record", StringComparison.Ordinal));
        Assert.Contains(Check().Findings, f => f.Severity == CheckSeverity.Damage
            && f.What.Contains("had been synced", StringComparison.Ordinal));
        File.Delete(_folder.File("journal/WATERMARK"));
        Assert.True(Check().IsWhole);
    }

    [Fact]
    public unsafe void Frames_missing_from_the_middle_are_found()
    {
        using (var journal = Journal.Open(_folder.Options))
        {
            var batch = Native.RocksDb.BatchCreate();
            var key = LogKey.Encode(50);
            byte* error = null;
            Native.RocksDb.BatchDelete(batch, journal.Database.Family(JournalDatabase.Log), (byte*)&key, LogKey.Size);
            Native.RocksDb.Write(journal.Database.Handle, journal.Database.WriteSynced, batch, &error);
            Native.RocksDb.BatchDestroy(batch);
            Assert.Contains("frames 50 to 50, which came before it, are missing",
                Assert.Throws<StoreException>(() => JournalTests.Scan(journal, 0)).Message, StringComparison.Ordinal);
        }
        Assert.Contains(Check().Findings, f => f.What.Contains("Frame 51", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("FORMAT")]
    [InlineData("CURRENT")]
    [InlineData("MANIFEST-*")]
    [InlineData("*.sst")]
    [InlineData("*.log")]
    public void A_missing_file_is_found(string pattern)
    {
        File.Delete(Directory.GetFiles(_folder.File("journal"), pattern)[^1]);
        var report = Check();
        Assert.False(report.IsWhole);
        Assert.NotEmpty(Assert.Single(report.Findings).Remedy);
    }

    [Fact]
    public void A_folder_that_is_no_journals_is_said_to_be_none() =>
        Assert.Contains("no journal's folder", Assert.Single(DataCheck.Run(_folder.Path).Findings).What,
            StringComparison.Ordinal);

    /// <summary>DAMAGED_FILES says how many; a long run has 2,000.</summary>
    [Fact]
    public void Damage_anywhere_is_found_or_harmless()
    {
        var random = new Random(9);
        var files = _folder.Files(".sst").Concat(_folder.Files(".log")).Where(f =>
            new FileInfo(f).Length > 0).ToArray();
        var rounds = int.Parse(
            Environment.GetEnvironmentVariable("DAMAGED_FILES") ?? "25", CultureInfo.InvariantCulture);
        for (var i = 0; i < rounds; i++)
        {
            var file = files[random.Next(files.Length)];
            var at = random.NextInt64(new FileInfo(file).Length);
            FaultTests.Flip(file, at);
            var report = Check();
            if (report.IsWhole && report.Findings.Count == 0)
            {
                // A byte that no checksum covers: everything must still be there.
                AssertComplete(report);
            }
            FaultTests.Flip(file, at);
        }
    }

    [Theory]
    [InlineData(JournalDatabase.Awaiting, "awaiting index", 16, 16)]
    [InlineData(JournalDatabase.History, "history", 13, 9)]
    public void An_index_that_contradicts_the_log_is_found(int family, string says, int keySize, int valueSize)
    {
        using (var journal = Journal.Open(_folder.Options))
        using (var batch = new IndexBatch(journal))
        {
            var (key, value) = (new byte[keySize], new byte[valueSize]);
            key.AsSpan().Fill(1);
            value.AsSpan().Fill(1); // both say a position far beyond the log
            batch.Put(family, key, value);
            batch.Write();
        }
        Assert.Contains(Check().Findings, f => f.What.Contains(says, StringComparison.Ordinal)
            && f.What.Contains("contradicts", StringComparison.Ordinal));
    }

    private static void AssertComplete(CheckReport report) => Assert.Equal((Count + 1, Count, Count, Count),
        (report.Records, report.FinishedMessages, report.HistoryMessages, report.KeyedEntries));

    private CheckReport Check() => DataCheck.Run(_folder.File("journal"));
}
