using System.Buffers.Binary;
using Store.Native;

namespace Store;

/// <summary>
/// Writes one buffer of the finished index as a run: sorted, grouped by frame. Background thread only.
/// </summary>
internal sealed class FinishedWriter : IDisposable
{
    private readonly Journal _journal;

    /// <summary>Events below were there when this process began: their pairs come from a recovery, which tells what may
    /// have been written long since.</summary>
    private readonly ulong _recovered;

    private readonly IndexBatch _batch;
    private readonly ulong[] _accepted = new ulong[FinishedBuffer.MaxCount];
    private readonly ulong[] _last = new ulong[FinishedBuffer.MaxCount];
    private readonly ulong[] _written = new ulong[FinishedBuffer.MaxCount];
    private readonly int[] _order = new int[FinishedBuffer.MaxCount];
    private byte[] _value = new byte[4096];
    private ulong _run;
    private bool _disposed;

    internal FinishedWriter(Journal journal)
    {
        _journal = journal;
        _recovered = journal.CommittedEnd;
        _batch = new IndexBatch(journal);
        _run = FinishedRun.LastRun(journal);
    }

    /// <exception cref="StoreException">The disk failed; the buffer can be written again.</exception>
    internal void Write(FinishedBuffer buffer)
    {
        var count = TakeOutWritten(Sort(buffer));
        if (count == 0)
        {
            return;
        }
        _run++;
        _batch.Clear();
        PutRunNumber();
        for (var at = 0; at < count;)
        {
            at += Put(_accepted.AsSpan(at, count - at), _last.AsSpan(at, count - at));
        }
        _batch.Write();
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _batch.Dispose();
        }
    }

    /// <summary>The pairs in order of acceptance, of several for one message the one that came last.</summary>
    private int Sort(FinishedBuffer buffer)
    {
        var count = buffer.Count;
        buffer.Accepted.CopyTo(_accepted);
        for (var i = 0; i < count; i++)
        {
            _order[i] = i;
        }
        Array.Sort(_accepted, _order, 0, count);
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            if (kept > 0 && _accepted[kept - 1] == _accepted[i])
            {
                _order[kept - 1] = Math.Max(_order[kept - 1], _order[i]); // the sort is not stable
                continue;
            }
            _accepted[kept] = _accepted[i];
            _order[kept++] = _order[i];
        }
        for (var i = 0; i < kept; i++)
        {
            _last[i] = buffer.LastAt(_order[i]);
        }
        return kept;
    }

    /// <summary>
    /// A recovery goes through the same events again at each start; what they said then is in the database, or what
    /// came of it later. Without this the index would grow with every start.
    /// </summary>
    private int TakeOutWritten(int count)
    {
        using var iterator = new Iterator(_journal.Database, JournalDatabase.Finished);
        var kept = 0;
        for (int at = 0, next; at < count; at = next)
        {
            var frame = Position.Frame(_accepted[at]);
            var recovered = false;
            for (next = at; next < count && Position.Frame(_accepted[next]) == frame; next++)
            {
                recovered |= _last[next] < _recovered;
            }
            var written = _written.AsSpan(at, next - at);
            written.Clear();
            if (recovered)
            {
                FinishedRun.FindAll(iterator, _accepted.AsSpan(at, next - at), written);
            }
            for (var i = at; i < next; i++)
            {
                if (_last[i] >= _recovered || _written[i] == 0 || _written[i] < _last[i])
                {
                    (_accepted[kept], _last[kept]) = (_accepted[i], _last[i]);
                    kept++;
                }
            }
        }
        return kept;
    }

    private int Put(ReadOnlySpan<ulong> accepted, ReadOnlySpan<ulong> last)
    {
        Span<byte> key = stackalloc byte[FinishedRun.KeySize];
        FinishedRun.WriteKey(key, Position.Frame(accepted[0]), _run);
        var taken = FinishedRun.Encode(accepted, last, ref _value, out var length);
        _batch.Put(JournalDatabase.Finished, key, _value.AsSpan(0, length));
        return taken;
    }

    private void PutRunNumber()
    {
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(value, _run);
        _batch.Put(JournalDatabase.Meta, FinishedRun.RunKey, value);
    }
}
