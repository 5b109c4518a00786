namespace Store.Native;

/// <summary>RocksDB's backups of one database in one folder: incremental by table file, numbered from 1.</summary>
internal sealed unsafe class BackupEngine : IDisposable
{
    private readonly string _folder;
    private readonly nint _env;
    private readonly nint _engine;

    /// <param name="folder">Where the backups are; it is made when absent.</param>
    /// <param name="bytesASecond">How fast a backup may copy; 0 for no limit.</param>
    internal BackupEngine(string folder, long bytesASecond = 0)
    {
        _folder = folder;
        _env = RocksDb.EnvCreate();
        byte* error = null;
        fixed (byte* path = Texts.Of(folder))
        {
            var options = RocksDb.BackupOptionsCreate(path);
            RocksDb.BackupOptionsSetRate(options, (ulong)bytesASecond);
            _engine = RocksDb.BackupOpen(options, _env, &error);
            RocksDb.BackupOptionsDestroy(options);
        }
        if (error != null)
        {
            RocksDb.EnvDestroy(_env);
            Fault.Throw(error, folder);
        }
    }

    internal IReadOnlyList<(uint Id, DateTime Time, long Bytes)> List()
    {
        var info = RocksDb.BackupInfo(_engine);
        var list = new (uint, DateTime, long)[RocksDb.BackupInfoCount(info)];
        for (var i = 0; i < list.Length; i++)
        {
            list[i] = (RocksDb.BackupInfoId(info, i),
                DateTimeOffset.FromUnixTimeSeconds(RocksDb.BackupInfoTime(info, i)).UtcDateTime,
                (long)RocksDb.BackupInfoSize(info, i));
        }
        RocksDb.BackupInfoDestroy(info);
        return list;
    }

    /// <summary>
    /// Backs up an open database as it is at one moment; only table files not yet in the folder are copied.
    /// </summary>
    internal void Create(Database db)
    {
        byte* error = null;
        RocksDb.BackupCreate(_engine, db.Handle, 1, &error);
        Fault.Check(error, _folder);
    }

    internal void Purge(int keep)
    {
        byte* error = null;
        RocksDb.BackupPurge(_engine, (uint)keep, &error);
        Fault.Check(error, _folder);
    }

    /// <summary>Checks that every file of a backup is there in its size.</summary>
    internal void Verify(uint id)
    {
        byte* error = null;
        RocksDb.BackupVerify(_engine, id, &error);
        Fault.Check(error, _folder);
    }

    /// <summary>Copies a backup's files to a folder, checking their checksums.</summary>
    internal void Restore(uint id, string to)
    {
        byte* error = null;
        var options = RocksDb.RestoreOptionsCreate();
        fixed (byte* path = Texts.Of(to))
        {
            RocksDb.BackupRestore(_engine, path, path, options, id, &error);
        }
        RocksDb.RestoreOptionsDestroy(options);
        Fault.Check(error, _folder);
    }

    public void Dispose()
    {
        RocksDb.BackupClose(_engine);
        RocksDb.EnvDestroy(_env);
    }
}
