namespace Store.Native;

/// <summary>A cursor over one column family as it was when the cursor was made.</summary>
internal sealed unsafe class Iterator : IDisposable
{
    private readonly string _path;
    private nint _options;
    private nint _iterator;

    /// <param name="db">The open database.</param>
    /// <param name="family">Which column family.</param>
    /// <param name="readahead">Bytes read ahead for a long scan, whose blocks are then kept out of the cache.</param>
    internal Iterator(Database db, int family, int readahead = 0) : this(db, db.Family(family), readahead)
    {
    }

    internal Iterator(Database db, nint family, int readahead = 0)
    {
        _path = db.Path;
        _options = RocksDb.ReadOptionsCreate();
        RocksDb.ReadOptionsSetTotalOrder(_options, 1); // through all keys, also where a family has prefixes
        if (readahead > 0)
        {
            RocksDb.ReadOptionsSetReadahead(_options, (nuint)readahead);
            RocksDb.ReadOptionsSetFillCache(_options, 0);
        }
        _iterator = RocksDb.IteratorCreate(db.Handle, _options, family);
    }

    /// <summary>Good until the cursor moves.</summary>
    internal ReadOnlySpan<byte> Key
    {
        get
        {
            nuint length;
            var data = RocksDb.IteratorKey(_iterator, &length);
            return new ReadOnlySpan<byte>(data, (int)length);
        }
    }

    internal byte* KeyPointer
    {
        get
        {
            nuint length;
            return RocksDb.IteratorKey(_iterator, &length);
        }
    }

    /// <summary>Good until the cursor moves.</summary>
    internal ReadOnlySpan<byte> Value
    {
        get
        {
            nuint length;
            var data = RocksDb.IteratorValue(_iterator, &length);
            return new ReadOnlySpan<byte>(data, (int)length);
        }
    }

    internal bool SeekToFirst()
    {
        RocksDb.IteratorSeekToFirst(_iterator);
        return Valid();
    }

    internal bool SeekToLast()
    {
        RocksDb.IteratorSeekToLast(_iterator);
        return Valid();
    }

    /// <summary>Moves to the first key that is not below <paramref name="key"/>.</summary>
    internal bool Seek(ReadOnlySpan<byte> key)
    {
        fixed (byte* k = key)
        {
            RocksDb.IteratorSeek(_iterator, k, (nuint)key.Length);
        }
        return Valid();
    }

    /// <summary>Moves to the last key that is not above <paramref name="key"/>.</summary>
    internal bool SeekForPrevious(ReadOnlySpan<byte> key)
    {
        fixed (byte* k = key)
        {
            RocksDb.IteratorSeekForPrevious(_iterator, k, (nuint)key.Length);
        }
        return Valid();
    }

    internal bool Next()
    {
        RocksDb.IteratorNext(_iterator);
        return Valid();
    }

    internal bool Previous()
    {
        RocksDb.IteratorPrevious(_iterator);
        return Valid();
    }

    public void Dispose()
    {
        if (_iterator != 0)
        {
            RocksDb.IteratorDestroy(_iterator);
            RocksDb.ReadOptionsDestroy(_options);
            _iterator = 0;
            _options = 0;
        }
    }

    /// <summary>An invalid cursor is at the end, or has met damage: only the status tells.</summary>
    private bool Valid()
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
