using Xunit;

namespace Store.Tests;

public sealed class DiskTests
{
    /// <summary>
    /// The one that meets the full disk is a process of its own: RocksDB may end it at any time after.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_full_disk_loses_nothing_committed_and_with_space_the_folder_opens_again(int seed)
    {
        using var disk = SmallDisk.Mount(64);
        if (disk == null)
        {
            return;
        }
        var options = Options(disk);
        var ballast = Path.Combine(disk.Path, "ballast");
        File.WriteAllBytes(ballast, new byte[40 << 20]);
        using var child = new ChildProcess("fill", options.Path, seed);
        if (child.WaitForFullDisk())
        {
            child.GoOn();
            Assert.True(child.WaitForEnd() != 0 || child.Word == "refused", child.Word);
        }
        Assert.NotEqual("a call went through", child.Word);
        Assert.True(child.Committed > 0);
        File.Delete(ballast);
        AssertWholeAndWritable(options, child.Committed);
    }

    [Fact]
    public void Space_that_comes_while_the_failed_process_still_runs_does_no_harm()
    {
        using var disk = SmallDisk.Mount(64);
        if (disk == null)
        {
            return;
        }
        var options = Options(disk);
        var ballast = Path.Combine(disk.Path, "ballast");
        File.WriteAllBytes(ballast, new byte[40 << 20]);
        using var child = new ChildProcess("fill", options.Path, 5);
        var alive = child.WaitForFullDisk();
        File.Delete(ballast);
        if (alive)
        {
            child.GoOn();
            child.WaitForEnd(); // by itself or by RocksDB
        }
        Assert.NotEqual("a call went through", child.Word);
        AssertWholeAndWritable(options, child.Committed);
    }

    [Fact]
    public void A_full_disk_and_then_a_kill_leaves_what_was_committed()
    {
        using var disk = SmallDisk.Mount(24);
        if (disk == null)
        {
            return;
        }
        var options = Options(disk);
        using var child = new ChildProcess("fill", options.Path, 3);
        child.WaitForFullDisk();
        child.Kill();
        Assert.True(child.Committed > 0);
        using var folder = new Folder();
        Copy(options.Path, folder.File("journal")); // to where there is room
        AssertWholeAndWritable(folder.Options, child.Committed);
    }

    [Fact]
    public void After_a_failure_all_that_writes_throws_the_same()
    {
        using var folder = new Folder();
        var journal = Journal.Open(folder.Options); // its lock stays with this process
        using var finished = new FinishedIndex(journal);
        using var history = new HistoryIndex(journal);
        using var keys = new KeyIndex(journal, KeyIndexFamily.Repeats);
        var position = journal.Append("committed"u8);
        journal.Commit();
        journal.Append("not committed"u8);
        finished.Add(position, position);
        var failure = new StoreException(StoreFault.DiskFull, "the disk is full");
        Assert.Null(journal.Failure);
        journal.Fail(failure);
        journal.Fail(new StoreException(StoreFault.Failed, "a later one"));
        Assert.Same(failure, journal.Failure);
        foreach (var call in (Action[])[journal.Commit, () => journal.Append("x"u8), () => journal.PutMeta("x"u8, "y"u8),
            () => journal.RemoveMeta("x"u8), finished.Flush, () => journal.DropBefore(position + (1 << 16)),
            () => Backup.Create(journal, null, folder.File("backup"))])
        {
            Assert.Same(failure, Assert.Throws<StoreException>(call));
        }
        // An index waits for the disk no longer than the journal does.
        Assert.Same(failure, Assert.Throws<StoreException>(() =>
        {
            for (var i = 0UL; i < 10_000_000; i++)
            {
                keys.Put(i, new KeyedEntry(i, 0, 0), i);
            }
        }));
        Assert.Equal("committed"u8, JournalTests.Scan(journal, 0)[0].Record);
        journal.Dispose();
        Assert.Equal(StoreFault.Locked, Assert.Throws<StoreException>(() => Journal.Open(folder.Options)).Fault);
        Assert.True(DataCheck.Run(folder.Options.Path).IsWhole);
    }

    [Fact]
    public void A_read_only_disk_is_named()
    {
        using var disk = SmallDisk.Mount(32);
        if (disk == null)
        {
            return;
        }
        using (var journal = Journal.Open(Options(disk)))
        {
            Append(journal, 0);
            journal.Commit();
        }
        disk.Remount("ro");
        var error = Assert.Throws<StoreException>(() => Journal.Open(Options(disk)));
        Assert.Equal(StoreFault.PermissionDenied, error.Fault);
        Assert.True(DataCheck.Run(Options(disk).Path).IsWhole);
        disk.Remount("rw");
        using var again = Journal.Open(Options(disk));
        Assert.Equal(100, JournalTests.Scan(again, 0).Count);
    }

    [Fact]
    public void The_guard_refuses_early_and_accepts_again_with_room_to_spare()
    {
        using var disk = SmallDisk.Mount(32);
        if (disk == null)
        {
            return;
        }
        var guard = new DiskGuard(disk.Path, refuseBelow: 8 << 20, acceptAbove: 16 << 20);
        Assert.False(guard.Check());
        Assert.True(guard.Accepting);
        Assert.Equal(32 << 20, guard.Space.Total);
        var ballast = Path.Combine(disk.Path, "ballast");
        File.WriteAllBytes(ballast, new byte[26 << 20]);
        Assert.True(guard.Check());
        Assert.False(guard.Accepting);
        File.WriteAllBytes(ballast, new byte[20 << 20]);
        Assert.False(guard.Check());
        Assert.False(guard.Accepting);
        File.Delete(ballast);
        Assert.True(guard.Check());
        Assert.True(guard.Accepting);
    }

    [Fact]
    public void Free_space_of_an_absent_folder_is_an_error_with_its_name()
    {
        using var folder = new Folder();
        var space = DiskSpace.Read(folder.Path);
        Assert.InRange(space.Free, 1, space.Total);
        Assert.Contains("nowhere", Assert.Throws<StoreException>(() => DiskSpace.Read(folder.File("nowhere"))).Message,
            StringComparison.Ordinal);
    }

    private static JournalOptions Options(SmallDisk disk) => new()
    {
        Path = Path.Combine(disk.Path, "journal"),
        Node = 7,
        LogWriteBuffer = 2 << 20,
        MaxWal = 8 << 20,
        Compression = LogCompression.None,
    };

    private static void Append(Journal journal, long first)
    {
        for (var i = first; i < first + 100; i++)
        {
            journal.Append(CrashChild.Record(i));
        }
    }

    /// <summary>All that was committed, in order, and perhaps what the failed commit had; and it goes on.</summary>
    private static void AssertWholeAndWritable(JournalOptions options, long committed)
    {
        Assert.Equal([], DataCheck.Run(options.Path).Findings.Where(f => f.Severity == CheckSeverity.Damage));
        using var journal = Journal.Open(options);
        var records = JournalTests.Scan(journal, 0);
        Assert.InRange(records.Count, committed, committed + 400);
        for (var i = 0; i < records.Count; i++)
        {
            Assert.Equal(CrashChild.Record(i), records[i].Record);
        }
        Append(journal, records.Count);
        journal.Commit();
        Assert.Equal(records.Count + 100, JournalTests.Scan(journal, 0).Count);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
