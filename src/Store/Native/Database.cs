using System.Runtime.InteropServices;

namespace Store.Native;

/// <summary>One open RocksDB database with its column families and the handles that live as long as it.</summary>
internal sealed unsafe class Database : IDisposable
{
    private nint[] _families;
    private nint _db;

    private Database(string path, nint db, nint[] families)
    {
        Path = path;
        _db = db;
        _families = families;
        Read = RocksDb.ReadOptionsCreate();
        ReadPrefix = RocksDb.ReadOptionsCreate();
        RocksDb.ReadOptionsSetPrefixOnly(ReadPrefix, 1);
        WriteSynced = RocksDb.WriteOptionsCreate();
        RocksDb.WriteOptionsSetSync(WriteSynced, 1);
        WriteUnsynced = RocksDb.WriteOptionsCreate();
    }

    internal string Path { get; }

    internal nint Handle => _db != 0 ? _db : throw new ObjectDisposedException(Path);

    internal nint Read { get; }

    /// <summary>For cursors that stay within one prefix of a family that has prefixes.</summary>
    internal nint ReadPrefix { get; }

    internal nint WriteSynced { get; }

    internal nint WriteUnsynced { get; }

    internal nint Family(int index) => _families[index];

    internal int FamilyCount => _families.Length;

    /// <summary>Opens or makes a database.</summary>
    /// <param name="path">Its folder.</param>
    /// <param name="options">Database options in RocksDB's text form, "name=value;...".</param>
    /// <param name="families">Name and options of each column family, "default" first.</param>
    /// <param name="readOnly">Opens without a lock and without writing anything.</param>
    internal static Database Open(string path, string options, ReadOnlySpan<FamilyOptions> families,
        bool readOnly = false)
    {
        var names = new byte*[families.Length];
        var familyOptions = new nint[families.Length];
        var handles = new nint[families.Length];
        var dbOptions = Parse(options, path);
        try
        {
            for (var i = 0; i < families.Length; i++)
            {
                familyOptions[i] = Parse(families[i].Options, path);
                families[i].SetTable(familyOptions[i]);
                names[i] = (byte*)Marshal.StringToCoTaskMemUTF8(families[i].Name);
            }
            byte* error = null;
            nint db;
            fixed (byte* folder = Texts.Of(path))
            fixed (byte** name = names)
            fixed (nint* option = familyOptions)
            fixed (nint* handle = handles)
            {
                db = readOnly
                    ? RocksDb.OpenReadOnly(dbOptions, folder, families.Length, name, option, handle, 0, &error)
                    : RocksDb.Open(dbOptions, folder, families.Length, name, option, handle, &error);
            }
            Fault.Check(error, path);
            return new Database(path, db, handles);
        }
        finally
        {
            RocksDb.OptionsDestroy(dbOptions);
            for (var i = 0; i < families.Length; i++)
            {
                RocksDb.OptionsDestroy(familyOptions[i]);
                Marshal.FreeCoTaskMem((nint)names[i]);
            }
        }
    }

    /// <summary>A RocksDB property that is a number, of one column family; 0 when it is unknown.</summary>
    internal long Property(int family, ReadOnlySpan<byte> name) => Property(_families[family], name);

    internal long Property(nint family, ReadOnlySpan<byte> name)
    {
        ulong value = 0;
        fixed (byte* text = name)
        {
            return RocksDb.PropertyInt(Handle, family, text, &value) == 0 ? (long)value : 0;
        }
    }

    /// <summary>A RocksDB property that is a text, of one column family; null when it is unknown.</summary>
    internal string? Text(int family, ReadOnlySpan<byte> name)
    {
        fixed (byte* text = name)
        {
            var value = RocksDb.PropertyText(Handle, _families[family], text);
            var result = Marshal.PtrToStringUTF8((nint)value);
            RocksDb.Free(value);
            return result;
        }
    }

    /// <summary>
    /// Writes what column family <paramref name="family"/> has in memory to a file, and waits for it.
    /// </summary>
    internal void Flush(int family)
    {
        var options = RocksDb.FlushOptionsCreate();
        RocksDb.FlushOptionsSetWait(options, 1);
        byte* error = null;
        RocksDb.Flush(Handle, options, _families[family], &error);
        RocksDb.FlushOptionsDestroy(options);
        Fault.Check(error, Path);
    }

    /// <summary>
    /// Rewrites the table files that overlap a range of keys, so that what was overwritten or deleted in it is in no
    /// file any more. Takes as long as it takes. RocksDB reports no error here; whoever needs it done looks at the
    /// files.
    /// </summary>
    internal void Compact(int family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        var options = RocksDb.CompactOptionsCreate();
        RocksDb.CompactOptionsSetBottommost(options, RocksDb.ForceBottommost);
        fixed (byte* f = from)
        fixed (byte* t = to)
        {
            RocksDb.CompactRange(Handle, _families[family], options, f, (nuint)from.Length, t, (nuint)to.Length);
        }
        RocksDb.CompactOptionsDestroy(options);
    }

    /// <summary>Makes a column family; returns its handle, which <see cref="Drop"/> or Dispose gives back.</summary>
    internal nint Create(FamilyOptions family)
    {
        var options = Parse(family.Options, Path);
        family.SetTable(options);
        byte* error = null;
        nint handle;
        fixed (byte* name = Texts.Of(family.Name))
        {
            handle = RocksDb.CreateColumnFamily(Handle, options, name, &error);
        }
        RocksDb.OptionsDestroy(options);
        Fault.Check(error, Path);
        _families = [.. _families, handle];
        return handle;
    }

    /// <summary>Drops a column family with all it holds and gives its handle back. No one may be reading it.</summary>
    internal void Drop(nint family)
    {
        byte* error = null;
        RocksDb.DropColumnFamily(Handle, family, &error);
        _families = [.. _families.Where(handle => handle != family)];
        RocksDb.ColumnFamilyDestroy(family);
        Fault.Check(error, Path);
    }

    /// <summary>
    /// Names of the column families of a database that is not open; only "default" of one yet to be made.
    /// </summary>
    internal static string[] ListFamilies(string path)
    {
        var options = RocksDb.OptionsCreate();
        byte* error = null;
        nuint count = 0;
        byte** list;
        fixed (byte* folder = Texts.Of(path))
        {
            list = RocksDb.ListColumnFamilies(options, folder, &count, &error);
        }
        RocksDb.OptionsDestroy(options);
        Fault.Check(error, path);
        var names = new string[count];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = Marshal.PtrToStringUTF8((nint)list[i])!;
        }
        RocksDb.ListColumnFamiliesDestroy(list, count);
        return names;
    }

    public void Dispose()
    {
        if (_db == 0)
        {
            return;
        }
        RocksDb.CancelAllBackgroundWork(_db, 1);
        foreach (var family in _families)
        {
            RocksDb.ColumnFamilyDestroy(family);
        }
        RocksDb.Close(_db);
        RocksDb.ReadOptionsDestroy(Read);
        RocksDb.ReadOptionsDestroy(ReadPrefix);
        RocksDb.WriteOptionsDestroy(WriteSynced);
        RocksDb.WriteOptionsDestroy(WriteUnsynced);
        _db = 0;
    }

    /// <summary>Options in RocksDB's text form; the caller destroys them.</summary>
    internal static nint Parse(string text, string path)
    {
        var plain = RocksDb.OptionsCreate();
        var options = RocksDb.OptionsCreate();
        byte* error = null;
        fixed (byte* utf8 = Texts.Of(text))
        {
            RocksDb.OptionsFromString(plain, utf8, options, &error);
        }
        RocksDb.OptionsDestroy(plain);
        if (error != null)
        {
            RocksDb.OptionsDestroy(options);
            Fault.Throw(error, path);
        }
        return options;
    }
}

/// <summary>A column family's name, its options in text form and the block cache and size of its tables.</summary>
/// <param name="Bloom">Bits of filter a key; 0 for no filter.</param>
/// <param name="WholeKeys">The filter is of whole keys; else of the prefixes that the options name.</param>
internal readonly record struct FamilyOptions(string Name, string Options, nint Cache, int BlockSize, double Bloom = 0,
    bool WholeKeys = true)
{
    private const int TwoLevelIndex = 2;

    internal void SetTable(nint options)
    {
        var table = RocksDb.TableCreate();
        RocksDb.TableSetFormatVersion(table, 5);
        RocksDb.TableSetBlockSize(table, (nuint)BlockSize);
        if (Cache != 0)
        {
            RocksDb.TableSetBlockCache(table, Cache);
            // Indexes count against the cache as well, so that the memory of a large store is bounded.
            RocksDb.TableSetCacheIndexBlocks(table, 1);
            RocksDb.TableSetCacheIndexBlocksFirst(table, 1);
        }
        if (Bloom > 0)
        {
            RocksDb.TableSetFilter(table, RocksDb.BloomCreate(Bloom)); // the table takes the filter over
            RocksDb.TableSetWholeKeyFilter(table, WholeKeys ? (byte)1 : (byte)0);
        }
        if (Bloom > 0 && !WholeKeys)
        {
            // In pieces of 4 KiB: the cache is of shards of half a MiB, and keeps nothing that is larger than a shard.
            RocksDb.TableSetIndexType(table, TwoLevelIndex);
            RocksDb.TableSetPartitionFilters(table, 1);
            RocksDb.TableSetPinTopLevel(table, 1);
        }
        RocksDb.OptionsSetTable(options, table);
        RocksDb.TableDestroy(table);
    }
}
