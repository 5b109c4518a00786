using Store.Native;

namespace Store;

/// <summary>
/// Puts and deletes of an index's writer, in small unsynced batches between which the journal's own commit gets its
/// turn.
/// </summary>
internal sealed unsafe class IndexBatch(Journal journal) : IDisposable
{
    /// <summary>Puts in a batch: about 0.2 ms, which is the longest that a commit waits for us.</summary>
    private const int MaxPuts = 256;

    /// <summary>Bytes of keys and values in a batch, for the same reason.</summary>
    private const int MaxBytes = 128 * 1024;

    private readonly Database _db = journal.Database;
    private readonly nint _batch = RocksDb.BatchCreate();
    private int _bytes;

    /// <summary>Drops what an earlier failure has left.</summary>
    internal void Clear()
    {
        RocksDb.BatchClear(_batch);
        _bytes = 0;
    }

    internal void Put(int family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* k = key)
        fixed (byte* v = value)
        {
            RocksDb.BatchPut(_batch, _db.Family(family), k, (nuint)key.Length, v, (nuint)value.Length);
        }
        WriteWhenLarge(key.Length + value.Length);
    }

    internal void Delete(int family, ReadOnlySpan<byte> key)
    {
        fixed (byte* k = key)
        {
            RocksDb.BatchDelete(_batch, _db.Family(family), k, (nuint)key.Length);
        }
        WriteWhenLarge(key.Length);
    }

    /// <summary>Writes what is left.</summary>
    /// <exception cref="StoreException">The disk failed.</exception>
    internal void Write()
    {
        if (RocksDb.BatchCount(_batch) > 0)
        {
            journal.Write(_batch, _db.WriteUnsynced);
            Clear();
        }
    }

    public void Dispose() => RocksDb.BatchDestroy(_batch);

    private void WriteWhenLarge(int bytes)
    {
        _bytes += bytes;
        if (_bytes >= MaxBytes || RocksDb.BatchCount(_batch) >= MaxPuts)
        {
            Write();
        }
    }
}
