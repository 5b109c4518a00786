using System.Globalization;
using Store.Native;

namespace Store;

/// <summary>
/// The journal's column families and their options. The reasons and the measurements behind the values are in
/// docs/decisions/0006-journal-of-frames.md, 0007-wal-recovery.md and 0009-indexes.md.
/// </summary>
internal static class JournalDatabase
{
    internal const string Kind = "journal";
    internal const int Version = 4;

    /// <summary>The oldest format whose records this one reads too; it only lacks what came since.</summary>
    internal const int OldestRead = 3;

    internal const int Meta = 0;
    internal const int Log = 1;
    internal const int Finished = 2;
    internal const int Awaiting = 3;
    internal const int Repeats = 4;
    internal const int History = 5;

    /// <summary>The families' names in the order of the numbers above. New ones come last: a folder written before they
    /// were there is given them when it is opened.</summary>
    internal static readonly string[] Families = ["default", "log", "finished", "awaiting", "repeats", "history"];

    /// <summary>All but the log.</summary>
    internal const int SmallFamilies = 5;

    /// <summary>
    /// Opens the database in <paramref name="options"/>' folder. <paramref name="more"/> is appended to the database
    /// options (name=value;...) and wins over ours: for measurements.
    /// </summary>
    internal static Database Open(JournalOptions options, nint cache, bool create, bool readOnly = false,
        string more = "")
    {
        ReadOnlySpan<FamilyOptions> families =
        [
            new(Families[Meta], SmallText(options), cache, 4096),
            new(Families[Log], LogText(options), cache, Framing.TargetFrame),
            new(Families[Finished], SmallText(options), cache, 16 * 1024),
            new(Families[Awaiting], KeyedText(options), cache, 4096, KeyedBloom, WholeKeys: false),
            new(Families[Repeats], KeyedText(options), cache, 4096, KeyedBloom, WholeKeys: false),
            new(Families[History], SmallText(options), cache, 16 * 1024),
        ];
        // Reading only, what an older version has not made cannot be made.
        var count = readOnly ? Database.ListFamilies(options.Path).Length : families.Length;
        return Database.Open(options.Path, DatabaseText(options, create, readOnly) + ';' + more,
            families[..Math.Min(count, families.Length)], readOnly);
    }

    /// <summary>Bits of filter a key: one look in a hundred goes to a file in vain.</summary>
    private const double KeyedBloom = 10;

    private static string DatabaseText(JournalOptions options, bool create, bool readOnly) => string.Join(';',
        $"create_if_missing={(create ? "true" : "false")}",
        "create_missing_column_families=true",
        // A torn tail is what a power cut leaves and is cut; damage before the tail refuses to open.
        "wal_recovery_mode=kTolerateCorruptedTailRecords",
        // A write-ahead log that is missing or shorter than when it was synced refuses to open.
        "track_and_verify_wals_in_manifest=true",
        "paranoid_checks=true",
        Number("max_total_wal_size", options.MaxWal),
        Number("max_open_files", options.MaxOpenFiles),
        Number("max_background_jobs", options.BackgroundJobs),
        // Files are written out as they grow, so that the sync of the log does not wait behind one large write-back.
        Number("bytes_per_sync", 1 << 20),
        // Past the page cache: nobody reads them soon, and the log's sync waits for no other file's pages.
        "use_direct_io_for_flush_and_compaction=" + (!readOnly && DirectFiles.WorkIn(options.Path) ? "true" : "false"),
        // One thread writes; a second one (the indexes) comes beside it. Spinning would take its core.
        "enable_write_thread_adaptive_yield=false",
        "allow_concurrent_memtable_write=false",
        "skip_stats_update_on_db_open=true",
        "stats_dump_period_sec=0",
        "stats_persist_period_sec=0",
        "info_log_level=WARN_LEVEL",
        Number("max_log_file_size", 4 << 20),
        Number("keep_log_file_num", 4));

    private static string LogText(JournalOptions options) => string.Join(';',
        Number("write_buffer_size", options.LogWriteBuffer),
        Number("max_write_buffer_number", options.LogWriteBuffers),
        // One compression at all levels: a file that overlaps no other moves down by a rename in the manifest only.
        "compression=" + CompressionText(options.Compression),
        Number("target_file_size_base", 64 << 20),
        Number("max_bytes_for_level_base", 1L << 30),
        Number("level0_slowdown_writes_trigger", 64),
        Number("level0_stop_writes_trigger", 128));

    private static string SmallText(JournalOptions options) => string.Join(';',
        Number("write_buffer_size", options.SmallWriteBuffer),
        Number("max_write_buffer_number", 2),
        "compression=kLZ4Compression");

    /// <summary>Families that are looked up by the first 8 bytes of the key, mostly in vain.</summary>
    private static string KeyedText(JournalOptions options) => string.Join(';',
        SmallText(options),
        "prefix_extractor=rocksdb.FixedPrefix.8",
        "memtable_prefix_bloom_size_ratio=0.1");

    private static string CompressionText(LogCompression compression) => compression switch
    {
        LogCompression.None => "kNoCompression",
        LogCompression.Zstd => "kZSTD",
        _ => "kLZ4Compression",
    };

    private static string Number(string name, long value) =>
        name + "=" + value.ToString(CultureInfo.InvariantCulture);
}
