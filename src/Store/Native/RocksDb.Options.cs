using System.Runtime.InteropServices;

namespace Store.Native;

/// <summary>librocksdb's C API, the options. Flags are bytes: 0 or 1.</summary>
internal static unsafe partial class RocksDb
{
    [LibraryImport(Library, EntryPoint = "rocksdb_options_create")]
    internal static partial nint OptionsCreate();
    [LibraryImport(Library, EntryPoint = "rocksdb_options_destroy")]
    internal static partial void OptionsDestroy(nint options);
    [LibraryImport(Library, EntryPoint = "rocksdb_get_options_from_string")]
    internal static partial void OptionsFromString(nint from, byte* text, nint to, byte** error);
    [LibraryImport(Library, EntryPoint = "rocksdb_options_set_block_based_table_factory")]
    internal static partial void OptionsSetTable(nint options, nint table);
    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_create")]
    internal static partial nint TableCreate();
    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_destroy")]
    internal static partial void TableDestroy(nint table);
    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_set_block_size")]
    internal static partial void TableSetBlockSize(nint table, nuint bytes);
    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_set_block_cache")]
    internal static partial void TableSetBlockCache(nint table, nint cache);
    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_set_format_version")]
    internal static partial void TableSetFormatVersion(nint table, int version);
    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_set_cache_index_and_filter_blocks")]
    internal static partial void TableSetCacheIndexBlocks(nint table, byte flag);
    [LibraryImport(Library, EntryPoint =
        "rocksdb_block_based_options_set_cache_index_and_filter_blocks_with_high_priority")]
    internal static partial void TableSetCacheIndexBlocksFirst(nint table, byte flag);
    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_set_filter_policy")]
    internal static partial void TableSetFilter(nint table, nint filter);
    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_set_whole_key_filtering")]
    internal static partial void TableSetWholeKeyFilter(nint table, byte flag);
    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_set_partition_filters")]
    internal static partial void TableSetPartitionFilters(nint table, byte flag);
    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_set_index_type")]
    internal static partial void TableSetIndexType(nint table, int type);
    [LibraryImport(Library, EntryPoint = "rocksdb_block_based_options_set_pin_top_level_index_and_filter")]
    internal static partial void TableSetPinTopLevel(nint table, byte flag);
    [LibraryImport(Library, EntryPoint = "rocksdb_cache_create_lru")]
    internal static partial nint CacheCreate(nuint capacity);
    [LibraryImport(Library, EntryPoint = "rocksdb_cache_destroy")]
    internal static partial void CacheDestroy(nint cache);
    [LibraryImport(Library, EntryPoint = "rocksdb_readoptions_create")]
    internal static partial nint ReadOptionsCreate();
    [LibraryImport(Library, EntryPoint = "rocksdb_readoptions_destroy")]
    internal static partial void ReadOptionsDestroy(nint options);
    [LibraryImport(Library, EntryPoint = "rocksdb_readoptions_set_readahead_size")]
    internal static partial void ReadOptionsSetReadahead(nint options, nuint bytes);
    [LibraryImport(Library, EntryPoint = "rocksdb_readoptions_set_fill_cache")]
    internal static partial void ReadOptionsSetFillCache(nint options, byte flag);
    [LibraryImport(Library, EntryPoint = "rocksdb_readoptions_set_total_order_seek")]
    internal static partial void ReadOptionsSetTotalOrder(nint options, byte flag);
    [LibraryImport(Library, EntryPoint = "rocksdb_readoptions_set_prefix_same_as_start")]
    internal static partial void ReadOptionsSetPrefixOnly(nint options, byte flag);
    [LibraryImport(Library, EntryPoint = "rocksdb_writeoptions_create")]
    internal static partial nint WriteOptionsCreate();
    [LibraryImport(Library, EntryPoint = "rocksdb_writeoptions_destroy")]
    internal static partial void WriteOptionsDestroy(nint options);
    [LibraryImport(Library, EntryPoint = "rocksdb_writeoptions_set_sync")]
    internal static partial void WriteOptionsSetSync(nint options, byte flag);
    [LibraryImport(Library, EntryPoint = "rocksdb_flushoptions_create")]
    internal static partial nint FlushOptionsCreate();
    [LibraryImport(Library, EntryPoint = "rocksdb_flushoptions_destroy")]
    internal static partial void FlushOptionsDestroy(nint options);
    [LibraryImport(Library, EntryPoint = "rocksdb_flushoptions_set_wait")]
    internal static partial void FlushOptionsSetWait(nint options, byte flag);
}
