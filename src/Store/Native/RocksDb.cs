using System.Runtime.InteropServices;

namespace Store.Native;

/// <summary>librocksdb's C API, one entry point a line (rocksdb/c.h).</summary>
internal static partial class RocksDb
{
    private const string Library = "rocksdb";

    [LibraryImport(Library, EntryPoint = "rocksdb_options_create")]
    internal static partial nint OptionsCreate();
}
