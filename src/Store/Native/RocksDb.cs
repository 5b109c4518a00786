using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace Store.Native;

/// <summary>
/// librocksdb's C API (rocksdb/c.h, 7.8), one entry point a line: data path. Every signature is blittable. An
/// <c>error</c> argument points to a null pointer that receives a malloc'ed text on failure (<see cref="Fault"/>).
/// <c>SuppressGCTransition</c> only where the callee reads a field or two.
/// </summary>
internal static unsafe partial class RocksDb
{
    private const string Library = "rocksdb";

    [LibraryImport(Library, EntryPoint = "rocksdb_free")]
    internal static partial void Free(void* memory);

    // Database
    [LibraryImport(Library, EntryPoint = "rocksdb_open_column_families")]
    internal static partial nint Open(nint options, byte* path, int count, byte** names, nint* familyOptions,
        nint* families, byte** error);
    [LibraryImport(Library, EntryPoint = "rocksdb_open_for_read_only_column_families")]
    internal static partial nint OpenReadOnly(nint options, byte* path, int count, byte** names, nint* familyOptions,
        nint* families, byte errorIfWalExists, byte** error);
    [LibraryImport(Library, EntryPoint = "rocksdb_list_column_families")]
    internal static partial byte** ListColumnFamilies(nint options, byte* path, nuint* count, byte** error);
    [LibraryImport(Library, EntryPoint = "rocksdb_list_column_families_destroy")]
    internal static partial void ListColumnFamiliesDestroy(byte** names, nuint count);
    [LibraryImport(Library, EntryPoint = "rocksdb_create_column_family")]
    internal static partial nint CreateColumnFamily(nint db, nint options, byte* name, byte** error);
    [LibraryImport(Library, EntryPoint = "rocksdb_drop_column_family")]
    internal static partial void DropColumnFamily(nint db, nint family, byte** error);
    [LibraryImport(Library, EntryPoint = "rocksdb_column_family_handle_destroy")]
    internal static partial void ColumnFamilyDestroy(nint family);
    [LibraryImport(Library, EntryPoint = "rocksdb_close")]
    internal static partial void Close(nint db);
    [LibraryImport(Library, EntryPoint = "rocksdb_cancel_all_background_work")]
    internal static partial void CancelAllBackgroundWork(nint db, byte wait);
    [LibraryImport(Library, EntryPoint = "rocksdb_flush_cf")]
    internal static partial void Flush(nint db, nint flushOptions, nint family, byte** error);
    [LibraryImport(Library, EntryPoint = "rocksdb_delete_file_in_range_cf")]
    internal static partial void DeleteFilesInRange(nint db, nint family, byte* from, nuint fromLength, byte* to,
        nuint toLength, byte** error);
    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "rocksdb_get_latest_sequence_number")]
    internal static partial ulong LatestSequence(nint db);
    [LibraryImport(Library, EntryPoint = "rocksdb_property_int_cf")]
    internal static partial int PropertyInt(nint db, nint family, byte* name, ulong* value);
    [LibraryImport(Library, EntryPoint = "rocksdb_property_value_cf")]
    internal static partial byte* PropertyText(nint db, nint family, byte* name);
    [LibraryImport(Library, EntryPoint = "rocksdb_property_int")]
    internal static partial int PropertyInt(nint db, byte* name, ulong* value);

    // Write batch
    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_create")]
    internal static partial nint BatchCreate();
    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_destroy")]
    internal static partial void BatchDestroy(nint batch);
    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_clear")]
    internal static partial void BatchClear(nint batch);
    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_count")]
    internal static partial int BatchCount(nint batch);
    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_put_cf")]
    internal static partial void BatchPut(nint batch, nint family, byte* key, nuint keyLength, byte* value,
        nuint valueLength);
    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_delete_cf")]
    internal static partial void BatchDelete(nint batch, nint family, byte* key, nuint keyLength);
    [LibraryImport(Library, EntryPoint = "rocksdb_writebatch_data")]
    internal static partial byte* BatchData(nint batch, nuint* length);
    [LibraryImport(Library, EntryPoint = "rocksdb_write")]
    internal static partial void Write(nint db, nint writeOptions, nint batch, byte** error);
    [LibraryImport(Library, EntryPoint = "rocksdb_flush_wal")]
    internal static partial void FlushWal(nint db, byte sync, byte** error);

    // Read
    [LibraryImport(Library, EntryPoint = "rocksdb_get_pinned_cf")]
    internal static partial nint GetPinned(nint db, nint readOptions, nint family, byte* key, nuint keyLength,
        byte** error);
    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "rocksdb_pinnableslice_value")]
    internal static partial byte* PinnedValue(nint slice, nuint* length);
    [LibraryImport(Library, EntryPoint = "rocksdb_pinnableslice_destroy")]
    internal static partial void PinnedDestroy(nint slice);
    [LibraryImport(Library, EntryPoint = "rocksdb_create_iterator_cf")]
    internal static partial nint IteratorCreate(nint db, nint readOptions, nint family);
    [LibraryImport(Library, EntryPoint = "rocksdb_iter_destroy")]
    internal static partial void IteratorDestroy(nint iterator);
    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "rocksdb_iter_valid")]
    internal static partial byte IteratorValid(nint iterator);
    [LibraryImport(Library, EntryPoint = "rocksdb_iter_seek_to_first")]
    internal static partial void IteratorSeekToFirst(nint iterator);
    [LibraryImport(Library, EntryPoint = "rocksdb_iter_seek_to_last")]
    internal static partial void IteratorSeekToLast(nint iterator);
    [LibraryImport(Library, EntryPoint = "rocksdb_iter_seek")]
    internal static partial void IteratorSeek(nint iterator, byte* key, nuint keyLength);
    [LibraryImport(Library, EntryPoint = "rocksdb_iter_seek_for_prev")]
    internal static partial void IteratorSeekForPrevious(nint iterator, byte* key, nuint keyLength);
    [LibraryImport(Library, EntryPoint = "rocksdb_iter_next")]
    internal static partial void IteratorNext(nint iterator);
    [LibraryImport(Library, EntryPoint = "rocksdb_iter_prev")]
    internal static partial void IteratorPrevious(nint iterator);
    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "rocksdb_iter_key")]
    internal static partial byte* IteratorKey(nint iterator, nuint* length);
    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "rocksdb_iter_value")]
    internal static partial byte* IteratorValue(nint iterator, nuint* length);
    [LibraryImport(Library, EntryPoint = "rocksdb_iter_get_error")]
    internal static partial void IteratorError(nint iterator, byte** error);
}
