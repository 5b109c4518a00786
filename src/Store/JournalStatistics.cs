using System.Diagnostics;
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
/// <param name="MemtableBytes">Memory of all memtables, those included that readers still hold.</param>
/// <param name="LogBytes">Bytes of the log's live files.</param>
/// <param name="TotalBytes">Bytes of all files of the database's tables, dead ones not yet deleted included.</param>
/// <param name="BlockCacheBytes">Memory of cached blocks.</param>
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
    long MemtableBytes,
    long LogBytes,
    long TotalBytes,
    long BlockCacheBytes,
    long BackgroundErrors,
    long Level0Files);

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

    internal void Committed(long ticks, long bytes, int frames)
    {
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
        var log = JournalDatabase.Log;
        return new JournalStatistics(
            Volatile.Read(ref _commits),
            Volatile.Read(ref _failed),
            Volatile.Read(ref _frames),
            Volatile.Read(ref _bytes),
            Time(Volatile.Read(ref _last)),
            Time(Interlocked.Exchange(ref _longest, 0)),
            Time(Volatile.Read(ref _total)),
            db.Property(log, "rocksdb.is-write-stopped\0"u8) != 0,
            db.Property(log, "rocksdb.actual-delayed-write-rate\0"u8),
            Sum(db, "rocksdb.estimate-pending-compaction-bytes\0"u8),
            Sum(db, "rocksdb.size-all-mem-tables\0"u8),
            db.Property(log, "rocksdb.live-sst-files-size\0"u8),
            Sum(db, "rocksdb.total-sst-files-size\0"u8),
            db.Property(log, "rocksdb.block-cache-usage\0"u8),
            db.Property(log, "rocksdb.background-errors\0"u8),
            db.Property(log, "rocksdb.num-files-at-level0\0"u8));
    }

    private static long Sum(Database db, ReadOnlySpan<byte> property)
    {
        long sum = 0;
        for (var family = 0; family < db.FamilyCount; family++)
        {
            sum += db.Property(family, property);
        }
        return sum;
    }

    private static TimeSpan Time(long ticks) => Stopwatch.GetElapsedTime(0, ticks);
}
