namespace Appliance.Decide;

/// <summary>
/// The messages that are not finished: a slab of fixed-size entries addressed by handle, in order of acceptance,
/// found by position. Memory grows with use up to the limit and is used again.
/// </summary>
public sealed class MessageTable
{
    public const int None = -1;
    private const int ChunkBits = 12;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly LiveMessage[][] _chunks;
    private readonly LongIndex _byPosition;
    private int _allocated;
    private int _free = None;
    private int _oldest = None;
    private int _newest = None;

    /// <param name="limit">Most messages held at once.</param>
    public MessageTable(int limit)
    {
        Limit = limit;
        _chunks = new LiveMessage[(limit + ChunkSize - 1) / ChunkSize][];
        _byPosition = new LongIndex(limit);
    }

    public int Limit { get; }

    public int Count { get; private set; }

    /// <summary>The position of the oldest message, or <see cref="ulong.MaxValue"/>.</summary>
    public ulong OldestPosition => _oldest == None ? ulong.MaxValue : this[_oldest].Position;

    public int Oldest => _oldest;

    public ref LiveMessage this[int handle] => ref _chunks[handle >> ChunkBits][handle & (ChunkSize - 1)];

    /// <summary>Takes an entry for the message at <paramref name="position"/>; the caller has checked the limit.</summary>
    public int Add(ulong position)
    {
        var handle = Take();
        ref var message = ref this[handle];
        message = default;
        message.Position = position;
        message.Last = position;
        message.Next = None;
        message.Older = _newest;
        message.Newer = None;
        message.First = handle;
        message.Cached = -1;
        if (_newest == None) _oldest = handle;
        else this[_newest].Newer = handle;
        _newest = handle;
        _byPosition.Add(position, handle);
        Count++;
        return handle;
    }

    public void Remove(int handle)
    {
        ref var message = ref this[handle];
        if (message.Older == None) _oldest = message.Newer;
        else this[message.Older].Newer = message.Newer;
        if (message.Newer == None) _newest = message.Older;
        else this[message.Newer].Older = message.Older;
        _byPosition.Remove(message.Position, handle);
        message.Stage = Stage.Free;
        message.Next = _free;
        _free = handle;
        Count--;
    }

    /// <summary>The handle of the message accepted at <paramref name="position"/>, or <see cref="None"/>.</summary>
    public int Find(ulong position)
    {
        var cursor = _byPosition.Find(position);
        return cursor < 0 ? None : _byPosition.ValueAt(cursor);
    }

    private int Take()
    {
        if (_free != None)
        {
            var reused = _free;
            _free = this[reused].Next;
            return reused;
        }

        if (_allocated == Limit) throw new InvalidOperationException("the message table is full");
        if ((_allocated & (ChunkSize - 1)) == 0) _chunks[_allocated >> ChunkBits] = new LiveMessage[ChunkSize];
        return _allocated++;
    }
}
