using Store.Native;

namespace Store.Numbers;

/// <summary>
/// Options of the numbers' database. A data set's generation is a column family of its own, so that a snapshot is made
/// apart, taken in whole and put in place of the last one by one small synced write.
/// </summary>
internal static class NumberDatabase
{
    internal const string Kind = "numbers";
    internal const int Version = 1;

    /// <summary>
    /// Pages are packed already: compression would save a tenth and cost a look-up two microseconds. Blocks are mapped,
    /// not read: a look-up makes no system call and no copy, and what is warm is the page cache's business, not ours.
    /// </summary>
    internal const string Options = "create_if_missing=true;allow_mmap_reads=true;max_open_files=512;"
        + "max_background_jobs=2;bytes_per_sync=1048576;max_total_wal_size=67108864;skip_stats_update_on_db_open=true;"
        + "track_and_verify_wals_in_manifest=true;wal_recovery_mode=kTolerateCorruptedTailRecords;"
        + "stats_dump_period_sec=0;stats_persist_period_sec=0;info_log_level=WARN_LEVEL;"
        + "max_log_file_size=4194304;keep_log_file_num=4";

    internal static FamilyOptions Meta => new("default", "write_buffer_size=1048576;compression=kNoCompression", 0,
        4096);

    /// <summary>Files of 64 MiB: a retired generation goes away in many small steps, not one long one.</summary>
    internal const long FileBytes = 64 << 20;

    internal static FamilyOptions Generation(string name) => new(name,
        "write_buffer_size=8388608;max_write_buffer_number=2;compression=kNoCompression;target_file_size_base=67108864",
        0, 4096, Bloom: 10);
}
