using System.Runtime.InteropServices;

namespace Store.Native;

/// <summary>librocksdb's C API: compaction on request.</summary>
internal static unsafe partial class RocksDb
{
    /// <summary>Rewrites the files of the last level too, also where nothing changes (kForce).</summary>
    internal const byte ForceBottommost = 2;

    [LibraryImport(Library, EntryPoint = "rocksdb_compactoptions_create")]
    internal static partial nint CompactOptionsCreate();
    [LibraryImport(Library, EntryPoint = "rocksdb_compactoptions_destroy")]
    internal static partial void CompactOptionsDestroy(nint options);
    [LibraryImport(Library, EntryPoint = "rocksdb_compactoptions_set_bottommost_level_compaction")]
    internal static partial void CompactOptionsSetBottommost(nint options, byte mode);
    [LibraryImport(Library, EntryPoint = "rocksdb_compact_range_cf_opt")]
    internal static partial void CompactRange(nint db, nint family, nint options, byte* from, nuint fromLength,
        byte* to, nuint toLength);
}
