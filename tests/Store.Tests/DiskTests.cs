using System.Diagnostics;
using Xunit;

namespace Store.Tests;

public sealed class DiskTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public void A_full_disk_loses_nothing_committed_and_the_same_batch_goes_through_when_there_is_space()
    {
        using var disk = SmallDisk.Mount(48);
        if (disk == null)
        {
            return;
        }
        var options = Options(disk);
        var ballast = Path.Combine(disk.Path, "ballast");
        long committed = 0;
        using (var journal = Journal.Open(options))
        {
            File.WriteAllBytes(ballast, new byte[30 << 20]);
            var error = Assert.Throws<StoreException>(() =>
            {
                for (var i = 0; i < 4000; i++)
                {
                    Append(journal, committed);
                    journal.Commit();
                    committed += 100;
                }
            });
            Assert.Equal(StoreFault.DiskFull, error.Fault);
            Assert.Contains("Free space", error.Message, StringComparison.Ordinal);
            Assert.Equal(1, journal.Statistics().FailedCommits);
            File.Delete(ballast);
            CommitUntilItWorks(journal);
            committed += 100;
            Append(journal, committed);
            journal.Commit();
            committed += 100;
        }
        using var again = Journal.Open(options);
        var records = JournalTests.Scan(again, 0);
        Assert.Equal(committed, records.Count);
        for (var i = 0; i < records.Count; i++)
        {
            Assert.Equal(CrashChild.Record(i), records[i].Record);
        }
    }

    [Fact]
    public void A_full_disk_and_then_a_kill_leaves_what_was_committed()
    {
        using var disk = SmallDisk.Mount(24);
        if (disk == null)
        {
            return;
        }
        long known;
        using (var child = new ChildProcess(Path.Combine(disk.Path, "journal"), 3))
        {
            child.WaitForEnd();
            known = child.Committed;
        }
        Assert.True(known > 0);
        var full = Path.Combine(disk.Path, "journal");
        using var folder = new Folder();
        Copy(full, folder.File("journal"));
        using var journal = Journal.Open(folder.Options);
        Assert.True(JournalTests.Scan(journal, 0).Count >= known);
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

    private static void CommitUntilItWorks(Journal journal)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                journal.Commit();
                return;
            }
            catch (StoreException error) when (Stopwatch.GetElapsedTime(start) < Deadline)
            {
                Assert.Equal(StoreFault.DiskFull, error.Fault);
                Thread.Yield();
            }
        }
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
