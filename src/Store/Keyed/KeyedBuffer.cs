namespace Store;

/// <summary>
/// Puts and removals under random keys in the order they came, with a chain for each hash, the newest first.
/// </summary>
internal sealed class KeyedBuffer() : IndexBuffer(MaxCount)
{
    /// <summary>1.5 MiB a buffer, its hash table included.</summary>
    internal const int MaxCount = 32 * 1024;

    private const int HashBits = 16;

    private readonly Item[] _items = new Item[MaxCount];

    /// <summary>For each hash the index of its newest item plus one; 0 for none.</summary>
    private readonly int[] _heads = new int[1 << HashBits];

    internal struct Item
    {
        internal ulong Key;
        internal KeyedEntry Entry;

        /// <summary>The next older item of the same hash plus one; 0 at the chain's end.</summary>
        internal int Older;

        internal bool IsRemoval;
    }

    internal void Put(ulong key, in KeyedEntry entry, ulong floor) => Add(key, entry, floor, isRemoval: false);

    /// <summary>A removal has no floor: one that is lost in a crash does no harm.</summary>
    internal void Remove(ulong key, ulong position) =>
        Add(key, new KeyedEntry(position, 0, 0), ulong.MaxValue, isRemoval: true);

    internal ref readonly Item At(int index) => ref _items[index];

    /// <summary>The newest item under a key, or -1; <see cref="Older"/> goes on from there.</summary>
    internal int Newest(ulong key) => Skip(Volatile.Read(ref _heads[Hash(key)]) - 1, key);

    internal int Older(int index, ulong key) => Skip(_items[index].Older - 1, key);

    /// <summary>Whether something was put in here with one of these positions.</summary>
    internal bool Holds(IReadOnlySet<ulong> positions)
    {
        for (var i = Count - 1; i >= 0; i--)
        {
            if (!_items[i].IsRemoval && positions.Contains(_items[i].Entry.Position))
            {
                return true;
            }
        }
        return false;
    }

    internal override void Reset()
    {
        Array.Clear(_heads);
        base.Reset();
    }

    private void Add(ulong key, in KeyedEntry entry, ulong floor, bool isRemoval)
    {
        var index = Next;
        ref var head = ref _heads[Hash(key)];
        _items[index] = new Item { Key = key, Entry = entry, Older = head, IsRemoval = isRemoval };
        // The floor before the entry, and the entry before the head: whoever comes to it sees it whole.
        Publish(floor);
        Volatile.Write(ref head, index + 1);
    }

    private int Skip(int index, ulong key)
    {
        while (index >= 0 && _items[index].Key != key)
        {
            index = _items[index].Older - 1;
        }
        return index;
    }

    private static int Hash(ulong key) => (int)((key * 0x9E3779B97F4A7C15UL) >> (64 - HashBits));
}
