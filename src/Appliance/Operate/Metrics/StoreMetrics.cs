using Store;

namespace Appliance.Operate.Metrics;

/// <summary>The journal's and RocksDB's own figures. One look at them serves all metrics of a scrape.</summary>
public static class StoreMetrics
{
    /// <summary>A look younger than this is not repeated.</summary>
    private const long FreshMs = 200;

    public static void Register(MetricsRegistry registry, Store.Journal journal)
    {
        var look = new Look(journal);
        Count("sms_journal_commits_total", "Commits, each one write and one sync.", s => s.Commits);
        Count("sms_journal_commits_failed_total", "Commits that failed; the process ends with the first.",
            s => s.FailedCommits);
        Count("sms_journal_frames_total", "Frames of records, one put each.", s => s.Frames);
        Count("sms_journal_bytes_total", "Bytes of records written to the journal.", s => s.Bytes);
        Gauge("sms_journal_longest_commit_seconds", "The longest commit since the last scrape.",
            s => s.LongestCommit.TotalSeconds);
        Gauge("sms_journal_write_stopped", "1 while RocksDB holds all writes back until it has flushed or compacted.",
            s => s.WritesStopped ? 1 : 0);
        Gauge("sms_journal_delayed_write_rate_bytes",
            "Bytes a second to which RocksDB slows writes; 0 when it does not.",
            s => s.DelayedWriteRate);
        Gauge("sms_journal_compaction_pending_bytes", "Compaction debt.", s => s.PendingCompactionBytes);
        Gauge("sms_journal_level0_files", "Files of the log that are not moved down yet.", s => s.Level0Files);
        Gauge("sms_journal_memtable_bytes", "Memory of write buffers.", s => s.MemtableBytes);
        Gauge("sms_journal_block_cache_bytes", "Memory of cached blocks.", s => s.BlockCacheBytes);
        Gauge("sms_journal_log_bytes", "Bytes of the log's live files.", s => s.LogBytes);
        Gauge("sms_journal_files_bytes", "Bytes of all table files.", s => s.TotalBytes);
        registry.Gauge("sms_journal_wal_bytes", "Bytes of write-ahead logs, which a start reads.",
            () => WalBytes(journal.Options.Path));
        Gauge("sms_journal_background_errors", "Errors that flush or compaction met.", s => s.BackgroundErrors);

        void Count(string name, string help, Func<JournalStatistics, double> read) =>
            registry.CounterOf(name, help, () => read(look.Value));

        void Gauge(string name, string help, Func<JournalStatistics, double> read) =>
            registry.Gauge(name, help, () => read(look.Value));
    }

    /// <summary>An index that is written behind the journal, which look-ups do not notice.</summary>
    public static void RegisterIndex(MetricsRegistry registry, string index, Func<IndexLag> lag)
    {
        registry.Gauge("sms_store_index_lag_seconds",
            "How long what is due to be written to the index waits for it; look-ups find it all the same.",
            () => lag().Behind.TotalSeconds, ("index", index));
        registry.Gauge("sms_store_index_unwritten_seconds",
            "Age of the index's oldest entry that is in memory and the journal only; a restart adds it again.",
            () => lag().Oldest.TotalSeconds, ("index", index));
        registry.Gauge("sms_store_index_unwritten_entries", "The index's entries in memory and the journal only.",
            () => lag().Entries, ("index", index));
    }

    private static double WalBytes(string path)
    {
        try
        {
            return new DirectoryInfo(path).EnumerateFiles("*.log").Sum(file => file.Length);
        }
        catch (IOException)
        {
            return double.NaN; // one went while it was looked at
        }
    }

    private sealed class Look(Store.Journal journal)
    {
        private readonly Lock _lock = new();
        private JournalStatistics _value;
        private long _at = long.MinValue / 2;

        public JournalStatistics Value
        {
            get
            {
                lock (_lock)
                {
                    var now = Environment.TickCount64;
                    if (now - _at <= FreshMs) return _value;
                    _value = journal.Statistics();
                    _at = now;
                    return _value;
                }
            }
        }
    }
}
