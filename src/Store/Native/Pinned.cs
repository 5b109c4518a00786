namespace Store.Native;

/// <summary>A value read without a copy where it lies in the block cache; dispose it soon.</summary>
internal readonly unsafe ref struct Pinned
{
    private readonly nint _slice;

    private Pinned(nint slice)
    {
        _slice = slice;
        if (slice != 0)
        {
            nuint length;
            var data = RocksDb.PinnedValue(slice, &length);
            Bytes = new ReadOnlySpan<byte>(data, (int)length);
        }
    }

    internal bool Found => _slice != 0;

    internal ReadOnlySpan<byte> Bytes { get; }

    internal static Pinned Get(Database db, int family, ReadOnlySpan<byte> key) => Get(db, db.Family(family), key);

    internal static Pinned Get(Database db, nint family, ReadOnlySpan<byte> key)
    {
        byte* error = null;
        nint slice;
        fixed (byte* k = key)
        {
            slice = RocksDb.GetPinned(db.Handle, db.Read, family, k, (nuint)key.Length, &error);
        }
        Fault.Check(error, db.Path);
        return new Pinned(slice);
    }

    public void Dispose()
    {
        if (_slice != 0)
        {
            RocksDb.PinnedDestroy(_slice);
        }
    }
}
