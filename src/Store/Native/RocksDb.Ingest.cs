using System.Runtime.InteropServices;

namespace Store.Native;

/// <summary>librocksdb's C API: table files written apart and taken in whole.</summary>
internal static unsafe partial class RocksDb
{
    [LibraryImport(Library, EntryPoint = "rocksdb_envoptions_create")]
    internal static partial nint EnvOptionsCreate();
    [LibraryImport(Library, EntryPoint = "rocksdb_envoptions_destroy")]
    internal static partial void EnvOptionsDestroy(nint options);
    [LibraryImport(Library, EntryPoint = "rocksdb_sstfilewriter_create")]
    internal static partial nint SstCreate(nint envOptions, nint options);
    [LibraryImport(Library, EntryPoint = "rocksdb_sstfilewriter_destroy")]
    internal static partial void SstDestroy(nint writer);
    [LibraryImport(Library, EntryPoint = "rocksdb_sstfilewriter_open")]
    internal static partial void SstOpen(nint writer, byte* path, byte** error);
    [LibraryImport(Library, EntryPoint = "rocksdb_sstfilewriter_put")]
    internal static partial void SstPut(nint writer, byte* key, nuint keyLength, byte* value, nuint valueLength,
        byte** error);
    [LibraryImport(Library, EntryPoint = "rocksdb_sstfilewriter_finish")]
    internal static partial void SstFinish(nint writer, byte** error);
    [LibraryImport(Library, EntryPoint = "rocksdb_ingestexternalfileoptions_create")]
    internal static partial nint IngestOptionsCreate();
    [LibraryImport(Library, EntryPoint = "rocksdb_ingestexternalfileoptions_destroy")]
    internal static partial void IngestOptionsDestroy(nint options);
    [LibraryImport(Library, EntryPoint = "rocksdb_ingestexternalfileoptions_set_move_files")]
    internal static partial void IngestOptionsSetMoveFiles(nint options, byte flag);
    [LibraryImport(Library, EntryPoint = "rocksdb_ingest_external_file_cf")]
    internal static partial void Ingest(nint db, nint family, byte** files, nuint count, nint options, byte** error);
    [LibraryImport(Library, EntryPoint = "rocksdb_filterpolicy_create_bloom_full")]
    internal static partial nint BloomCreate(double bitsPerKey);
}
