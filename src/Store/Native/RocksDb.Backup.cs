using System.Runtime.InteropServices;

namespace Store.Native;

/// <summary>librocksdb's C API: the backup engine and the list of live files.</summary>
internal static unsafe partial class RocksDb
{
    [LibraryImport(Library, EntryPoint = "rocksdb_create_default_env")]
    internal static partial nint EnvCreate();
    [LibraryImport(Library, EntryPoint = "rocksdb_env_destroy")]
    internal static partial void EnvDestroy(nint env);
    [LibraryImport(Library, EntryPoint = "rocksdb_backup_engine_options_create")]
    internal static partial nint BackupOptionsCreate(byte* folder);
    [LibraryImport(Library, EntryPoint = "rocksdb_backup_engine_options_destroy")]
    internal static partial void BackupOptionsDestroy(nint options);
    [LibraryImport(Library, EntryPoint = "rocksdb_backup_engine_options_set_backup_rate_limit")]
    internal static partial void BackupOptionsSetRate(nint options, ulong bytesASecond);
    [LibraryImport(Library, EntryPoint = "rocksdb_backup_engine_open_opts")]
    internal static partial nint BackupOpen(nint options, nint env, byte** error);
    [LibraryImport(Library, EntryPoint = "rocksdb_backup_engine_close")]
    internal static partial void BackupClose(nint engine);
    [LibraryImport(Library, EntryPoint = "rocksdb_backup_engine_create_new_backup_flush")]
    internal static partial void BackupCreate(nint engine, nint db, byte flush, byte** error);
    [LibraryImport(Library, EntryPoint = "rocksdb_backup_engine_purge_old_backups")]
    internal static partial void BackupPurge(nint engine, uint keep, byte** error);
    [LibraryImport(Library, EntryPoint = "rocksdb_backup_engine_verify_backup")]
    internal static partial void BackupVerify(nint engine, uint id, byte** error);
    [LibraryImport(Library, EntryPoint = "rocksdb_backup_engine_get_backup_info")]
    internal static partial nint BackupInfo(nint engine);
    [LibraryImport(Library, EntryPoint = "rocksdb_backup_engine_info_count")]
    internal static partial int BackupInfoCount(nint info);
    [LibraryImport(Library, EntryPoint = "rocksdb_backup_engine_info_backup_id")]
    internal static partial uint BackupInfoId(nint info, int index);
    [LibraryImport(Library, EntryPoint = "rocksdb_backup_engine_info_timestamp")]
    internal static partial long BackupInfoTime(nint info, int index);
    [LibraryImport(Library, EntryPoint = "rocksdb_backup_engine_info_size")]
    internal static partial ulong BackupInfoSize(nint info, int index);
    [LibraryImport(Library, EntryPoint = "rocksdb_backup_engine_info_destroy")]
    internal static partial void BackupInfoDestroy(nint info);
    [LibraryImport(Library, EntryPoint = "rocksdb_restore_options_create")]
    internal static partial nint RestoreOptionsCreate();
    [LibraryImport(Library, EntryPoint = "rocksdb_restore_options_destroy")]
    internal static partial void RestoreOptionsDestroy(nint options);
    [LibraryImport(Library, EntryPoint = "rocksdb_backup_engine_restore_db_from_backup")]
    internal static partial void BackupRestore(nint engine, byte* folder, byte* walFolder, nint restoreOptions, uint id,
        byte** error);

    [LibraryImport(Library, EntryPoint = "rocksdb_livefiles")]
    internal static partial nint LiveFiles(nint db);
    [LibraryImport(Library, EntryPoint = "rocksdb_livefiles_destroy")]
    internal static partial void LiveFilesDestroy(nint files);
    [LibraryImport(Library, EntryPoint = "rocksdb_livefiles_count")]
    internal static partial int LiveFilesCount(nint files);
    [LibraryImport(Library, EntryPoint = "rocksdb_livefiles_column_family_name")]
    internal static partial byte* LiveFilesFamily(nint files, int index);
    [LibraryImport(Library, EntryPoint = "rocksdb_livefiles_name")]
    internal static partial byte* LiveFilesName(nint files, int index);
    [LibraryImport(Library, EntryPoint = "rocksdb_livefiles_smallestkey")]
    internal static partial byte* LiveFilesSmallest(nint files, int index, nuint* length);
    [LibraryImport(Library, EntryPoint = "rocksdb_livefiles_largestkey")]
    internal static partial byte* LiveFilesLargest(nint files, int index, nuint* length);
}
