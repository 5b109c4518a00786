namespace Store.Native;

/// <summary>
/// Goes backwards through the keys under one prefix of a family that has prefixes, so that its filters tell at once
/// that there are none. Allocates nothing managed; dispose it soon.
/// </summary>
internal unsafe ref struct PrefixCursor
{
    private readonly string _path;
    private nint _iterator;

    /// <param name="db">The open database.</param>
    /// <param name="family">A column family with a prefix extractor.</param>
    /// <param name="last">The highest key that is wanted; its prefix is the one to stay under.</param>
    internal PrefixCursor(Database db, int family, ReadOnlySpan<byte> last)
    {
        _path = db.Path;
        _iterator = RocksDb.IteratorCreate(db.Handle, db.ReadPrefix, db.Family(family));
        fixed (byte* key = last)
        {
            RocksDb.IteratorSeekForPrevious(_iterator, key, (nuint)last.Length);
        }
    }

    /// <summary>Whether the cursor stands on a key.</summary>
    /// <exception cref="StoreException">A block is damaged.</exception>
    internal readonly bool IsValid
    {
        get
        {
            if (RocksDb.IteratorValid(_iterator) != 0)
            {
                return true;
            }
            byte* error = null;
            RocksDb.IteratorError(_iterator, &error);
            Fault.Check(error, _path);
            return false;
        }
    }

    /// <summary>Good until the cursor moves.</summary>
    internal readonly ReadOnlySpan<byte> Key
    {
        get
        {
            nuint length;
            var data = RocksDb.IteratorKey(_iterator, &length);
            return new ReadOnlySpan<byte>(data, (int)length);
        }
    }

    /// <summary>Good until the cursor moves.</summary>
    internal readonly ReadOnlySpan<byte> Value
    {
        get
        {
            nuint length;
            var data = RocksDb.IteratorValue(_iterator, &length);
            return new ReadOnlySpan<byte>(data, (int)length);
        }
    }

    internal readonly void Previous() => RocksDb.IteratorPrevious(_iterator);

    public void Dispose()
    {
        if (_iterator != 0)
        {
            RocksDb.IteratorDestroy(_iterator);
            _iterator = 0;
        }
    }
}
