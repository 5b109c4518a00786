using System.Buffers.Binary;
using Store.Native;

namespace Store;

/// <summary>
/// Writes one buffer of finished messages: sorted, grouped by frame, in small unsynced batches between which the
/// journal's own commit gets its turn. Background thread only.
/// </summary>
internal sealed unsafe class FinishedWriter : IDisposable
{
    /// <summary>Puts in a batch: about 0.2 ms, which is the longest that a commit waits for us.</summary>
    private const int BatchPuts = 256;

    private readonly Database _db;
    private readonly nint _batch = RocksDb.BatchCreate();
    private readonly ulong[] _accepted = new ulong[FinishedBuffer.Capacity];
    private readonly ulong[] _last = new ulong[FinishedBuffer.Capacity];
    private byte[] _value = new byte[4096];
    private ulong _run;

    internal FinishedWriter(Journal journal)
    {
        _db = journal.Database;
        _run = FinishedRun.LastRun(journal);
    }

    /// <exception cref="StoreException">The disk failed; the buffer can be written again.</exception>
    internal void Write(FinishedBuffer buffer)
    {
        var count = buffer.CopyTo(_accepted, _last);
        Array.Sort(_accepted, _last, 0, count);
        count = Distinct(count);
        _run++;
        RocksDb.BatchClear(_batch);
        PutRunNumber();
        for (var at = 0; at < count;)
        {
            at += Put(_accepted.AsSpan(at, count - at), _last.AsSpan(at, count - at));
            if (RocksDb.BatchCount(_batch) >= BatchPuts)
            {
                Flush();
            }
        }
        Flush();
    }

    public void Dispose() => RocksDb.BatchDestroy(_batch);

    /// <summary>One message that finished twice keeps its latest event.</summary>
    private int Distinct(int count)
    {
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            if (kept > 0 && _accepted[kept - 1] == _accepted[i])
            {
                _last[kept - 1] = Math.Max(_last[kept - 1], _last[i]);
                continue;
            }
            _accepted[kept] = _accepted[i];
            _last[kept++] = _last[i];
        }
        return kept;
    }

    private int Put(ReadOnlySpan<ulong> accepted, ReadOnlySpan<ulong> last)
    {
        Span<byte> key = stackalloc byte[FinishedRun.KeySize];
        FinishedRun.WriteKey(key, Position.Frame(accepted[0]), _run);
        var taken = FinishedRun.Encode(accepted, last, ref _value, out var length);
        Put(JournalDatabase.Finished, key, _value.AsSpan(0, length));
        return taken;
    }

    private void PutRunNumber()
    {
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(value, _run);
        Put(JournalDatabase.Meta, FinishedRun.RunKey, value);
    }

    private void Put(int family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* k = key)
        fixed (byte* v = value)
        {
            RocksDb.BatchPut(_batch, _db.Family(family), k, (nuint)key.Length, v, (nuint)value.Length);
        }
    }

    private void Flush()
    {
        if (RocksDb.BatchCount(_batch) == 0)
        {
            return;
        }
        byte* error = null;
        RocksDb.Write(_db.Handle, _db.WriteUnsynced, _batch, &error);
        RocksDb.BatchClear(_batch);
        Fault.Check(error, _db.Path);
    }
}
