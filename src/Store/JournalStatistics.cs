using System.Diagnostics;
using System.Globalization;
using Store.Native;

namespace Store;

/// <summary>What the journal has done since it was opened, and how RocksDB is.</summary>
/// <param name="Commits">Commits, each with one sync.</param>
/// <param name="FailedCommits">Commits that threw.</param>
/// <param name="Frames">Frames written.</param>
/// <param name="Bytes">Bytes of write batches written.</param>
/// <param name="LastCommit">Duration of the last commit's write and sync.</param>
/// <param name="LongestCommit">The longest one since the last look at these figures.</param>
/// <param name="CommitTime">All commits' durations together.</param>
/// <param name="WritesStopped">RocksDB holds writes back entirely until it has flushed or compacted.</param>
/// <param name="DelayedWriteRate">Bytes per second to which RocksDB slows writes; 0 when it does not.</param>
/// <param name="PendingCompactionBytes">Compaction debt.</param>
/// <param name="CompactionsRunning">Compactions under way.</param>
/// <param name="FlushesRunning">Flushes under way.</param>
/// <param name="SlowCommits">Commits of a tenth of a second and more: a sync that took long, or writes held
/// back.</param>
/// <param name="SlowCommitTime">The slow commits' durations together.</param>
/// <param name="WalBytes">Bytes of the write-ahead log's files, of which a start reads what is not flushed.</param>
/// <param name="MemtableBytes">Memory of all memtables, those included that readers still hold.</param>
/// <param name="LogBytes">Bytes of the log's live files.</param>
/// <param name="Families">Bytes on disk and files of each column family, the log among them.</param>
/// <param name="TotalBytes">Bytes of all files of the database's tables, dead ones not yet deleted included.</param>
/// <param name="BlockCacheBytes">Memory of cached blocks.</param>
/// <param name="BlockCachePinnedBytes">The part of it that is in use at this moment.</param>
/// <param name="BackgroundErrors">Errors that flush or compaction met.</param>
/// <param name="Level0Files">Files of the log not yet moved down.</param>
public readonly record struct JournalStatistics(
    long Commits,
    long FailedCommits,
    long Frames,
    long Bytes,
    TimeSpan LastCommit,
    TimeSpan LongestCommit,
    TimeSpan CommitTime,
    bool WritesStopped,
    long DelayedWriteRate,
    long PendingCompactionBytes,
    long CompactionsRunning,
    long FlushesRunning,
    long SlowCommits,
    TimeSpan SlowCommitTime,
    long WalBytes,
    long MemtableBytes,
    long LogBytes,
    IReadOnlyList<FamilyStatistics> Families,
    long TotalBytes,
    long BlockCacheBytes,
    long BlockCachePinnedBytes,
    long BackgroundErrors,
    long Level0Files);

/// <summary>One column family.</summary>
/// <param name="Name">log, finished, awaiting, repeats, history, or default for the facts.</param>
/// <param name="DiskBytes">Bytes of its live table files.</param>
/// <param name="Level0Files">Files flushed and not yet merged into the levels below; too many slow writes down.</param>
/// <param name="MemtableBytes">Memory of what is not flushed.</param>
/// <param name="PendingCompactionBytes">Compaction debt.</param>
public readonly record struct FamilyStatistics(
    string Name, long DiskBytes, long Level0Files, long MemtableBytes, long PendingCompactionBytes);

/// <summary>Written by the committing thread alone, read by any; each figure is whole by itself.</summary>
internal sealed class JournalCounters
{
    private long _commits;
    private long _failed;
    private long _frames;
    private long _bytes;
    private long _last;
    private long _longest;
    private long _total;
    private long _slow;
    private long _slowTotal;

    /// <summary>RocksDB's stalls begin at a millisecond, a disk's sync may take some: beyond this something is wrong.
    /// </summary>
    private static readonly long SlowTicks = Stopwatch.Frequency / 10;

    internal void Committed(long ticks, long bytes, int frames)
    {
        if (ticks >= SlowTicks)
        {
            Volatile.Write(ref _slow, _slow + 1);
            Volatile.Write(ref _slowTotal, _slowTotal + ticks);
        }
        Volatile.Write(ref _commits, _commits + 1);
        Volatile.Write(ref _frames, _frames + frames);
        Volatile.Write(ref _bytes, _bytes + bytes);
        Volatile.Write(ref _last, ticks);
        Volatile.Write(ref _total, _total + ticks);
        if (ticks > Volatile.Read(ref _longest))
        {
            Volatile.Write(ref _longest, ticks);
        }
    }

    internal void CommitFailed() => Volatile.Write(ref _failed, _failed + 1);

    internal JournalStatistics Read(Database db)
    {
        const int Log = JournalDatabase.Log;
        var families = new FamilyStatistics[db.FamilyCount];
        for (var family = 0; family < families.Length; family++)
        {
            families[family] = Read(db, family);
        }
        return new JournalStatistics(
            Volatile.Read(ref _commits),
            Volatile.Read(ref _failed),
            Volatile.Read(ref _frames),
            Volatile.Read(ref _bytes),
            Time(Volatile.Read(ref _last)),
            Time(Interlocked.Exchange(ref _longest, 0)),
            Time(Volatile.Read(ref _total)),
            db.Property(Log, "rocksdb.is-write-stopped\0"u8) != 0,
            db.Property(Log, "rocksdb.actual-delayed-write-rate\0"u8),
            families.Sum(family => family.PendingCompactionBytes),
            db.Property(Log, "rocksdb.num-running-compactions\0"u8),
            db.Property(Log, "rocksdb.num-running-flushes\0"u8),
            Volatile.Read(ref _slow),
            Time(Volatile.Read(ref _slowTotal)),
            WalBytes(db.Path),
            families.Sum(family => family.MemtableBytes),
            families[Log].DiskBytes,
            families,
            TotalBytes(db),
            db.Property(Log, "rocksdb.block-cache-usage\0"u8),
            db.Property(Log, "rocksdb.block-cache-pinned-usage\0"u8),
            db.Property(Log, "rocksdb.background-errors\0"u8),
            families[Log].Level0Files);
    }

    private static FamilyStatistics Read(Database db, int family) => new(
        JournalDatabase.Families[family],
        db.Property(family, "rocksdb.live-sst-files-size\0"u8),
        LevelFiles(db, family),
        db.Property(family, "rocksdb.size-all-mem-tables\0"u8),
        db.Property(family, "rocksdb.estimate-pending-compaction-bytes\0"u8));

    private static long TotalBytes(Database db)
    {
        long sum = 0;
        for (var family = 0; family < db.FamilyCount; family++)
        {
            sum += db.Property(family, "rocksdb.total-sst-files-size\0"u8);
        }
        return sum;
    }

    /// <summary>RocksDB tells the files at a level as text only.</summary>
    private static long LevelFiles(Database db, int family) =>
        long.TryParse(db.Text(family, "rocksdb.num-files-at-level0\0"u8), NumberStyles.None,
            CultureInfo.InvariantCulture, out var files) ? files : 0;

    private static long WalBytes(string path)
    {
        long sum = 0;
        foreach (var log in new DirectoryInfo(path).EnumerateFiles("*.log"))
        {
            try
            {
                sum += log.Length;
            }
            catch (FileNotFoundException)
            {
                // It went between the listing and the look.
            }
        }
        return sum;
    }

    private static TimeSpan Time(long ticks) => Stopwatch.GetElapsedTime(0, ticks);
}
