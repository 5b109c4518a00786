using Store.Native;

namespace Store;

/// <summary>Writes one buffer of a key index in key order. Background thread only.</summary>
internal sealed class KeyedWriter(Journal journal, int family) : IDisposable
{
    private readonly IndexBatch _batch = new(journal);
    private readonly ulong[] _keys = new ulong[KeyedBuffer.MaxCount];
    private readonly int[] _order = new int[KeyedBuffer.MaxCount];
    private bool _disposed;

    /// <exception cref="StoreException">The disk failed; the buffer can be written again.</exception>
    internal void Write(KeyedBuffer buffer)
    {
        var count = buffer.Count;
        for (var i = 0; i < count; i++)
        {
            _keys[i] = buffer.At(i).Key;
            _order[i] = i;
        }
        Array.Sort(_keys, _order, 0, count);
        _batch.Clear();
        for (int from = 0, to; from < count; from = to)
        {
            for (to = from + 1; to < count && _keys[to] == _keys[from]; to++)
            {
            }
            WriteKey(buffer, _order.AsSpan(from, to - from));
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

    /// <summary>All that came under one key: of each position what came last.</summary>
    private void WriteKey(KeyedBuffer buffer, Span<int> items)
    {
        if (items.Length > 1)
        {
            items.Sort((a, b) => buffer.At(a).Entry.Position.CompareTo(buffer.At(b).Entry.Position) is var order
                && order != 0 ? order : a.CompareTo(b));
        }
        Span<byte> key = stackalloc byte[KeyedFormat.KeySize];
        Span<byte> value = stackalloc byte[KeyedFormat.ValueSize];
        for (var i = 0; i < items.Length; i++)
        {
            ref readonly var item = ref buffer.At(items[i]);
            if (i + 1 < items.Length && buffer.At(items[i + 1]).Entry.Position == item.Entry.Position)
            {
                continue;
            }
            KeyedFormat.WriteKey(key, item.Key, item.Entry.Position);
            if (!item.IsRemoval)
            {
                KeyedFormat.WriteValue(value, item.Entry.First, item.Entry.Second);
                _batch.Put(family, key, value);
            }
            else if (IsStored(key))
            {
                _batch.Delete(family, key);
            }
        }
    }

    /// <summary>
    /// What was put and removed within one buffer is not in the database as a rule: asking costs less than a delete.
    /// </summary>
    private bool IsStored(ReadOnlySpan<byte> key)
    {
        using var value = Pinned.Get(journal.Database, family, key);
        return value.Found;
    }
}
