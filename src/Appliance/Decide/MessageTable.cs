using Store;

namespace Appliance.Decide;

/// <summary>
/// The messages that are not finished: a slab of fixed-size entries addressed by handle, in order of acceptance,
/// found by position. Memory grows with use up to the limit and is used again.
/// </summary>
/// <remarks>
/// Looking up a position is rare but for recovery, so a message costs no index entry of its own: the index knows the
/// first message of each of the journal's frames, and the order of acceptance leads on from there.
/// </remarks>
public sealed class MessageTable
{
    public const int None = -1;
    private const int ChunkBits = 12;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly LiveMessage[][] _chunks;
    private readonly LongIndex _firstOfFrame;

    /// <summary>Every position, while recovery asks for one with each record.</summary>
    private LongIndex? _replayed;
    private int _allocated;
    private int _free = None;
    private int _oldest = None;
    private int _newest = None;

    /// <param name="limit">Most messages held at once.</param>
    public MessageTable(int limit)
    {
        Limit = limit;
        _chunks = new LiveMessage[(limit + ChunkSize - 1) / ChunkSize][];
        _firstOfFrame = new LongIndex(limit);
    }

    public int Limit { get; }

    public int Count { get; private set; }

    /// <summary>The position of the oldest message, or <see cref="ulong.MaxValue"/>.</summary>
    public ulong OldestPosition => _oldest == None ? ulong.MaxValue : this[_oldest].Position;

    public int Oldest => _oldest;

    public ref LiveMessage this[int handle] => ref _chunks[handle >> ChunkBits][handle & (ChunkSize - 1)];

    /// <summary>Takes an entry for the message at <paramref name="position"/>; the caller has checked the
    /// limit.</summary>
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
        if (!SameFrame(_newest, position)) _firstOfFrame.Add(Position.Frame(position), handle);
        _newest = handle;
        _replayed?.Add(position, handle);
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
        _replayed?.Remove(message.Position, handle);
        if (!SameFrame(message.Older, message.Position)) LeaveFrame(handle, message.Newer, message.Position);
        message.Stage = Stage.Free;
        message.Next = _free;
        _free = handle;
        Count--;
    }

    /// <summary>The handle of the message accepted at <paramref name="position"/>, or <see cref="None"/>.</summary>
    public int Find(ulong position)
    {
        if (_replayed is not null) return ValueOf(_replayed, position);
        var handle = ValueOf(_firstOfFrame, Position.Frame(position));
        while (handle != None && this[handle].Position < position) handle = this[handle].Newer;
        return handle != None && this[handle].Position == position ? handle : None;
    }

    /// <summary>Recovery looks up a position with each record: it gets an index of them for the time.</summary>
    public void BeginReplay() => _replayed = new LongIndex(Limit);

    public void EndReplay() => _replayed = null;

    private static int ValueOf(LongIndex index, ulong key)
    {
        var place = index.Find(key);
        return place < 0 ? None : index.ValueAt(place);
    }

    private bool SameFrame(int handle, ulong position) =>
        handle != None && Position.Frame(this[handle].Position) == Position.Frame(position);

    /// <summary>The first of its frame goes: the next one of the frame takes its place in the index.</summary>
    private void LeaveFrame(int handle, int newer, ulong position)
    {
        var frame = Position.Frame(position);
        _firstOfFrame.Remove(frame, handle);
        if (SameFrame(newer, position)) _firstOfFrame.Add(frame, newer);
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
