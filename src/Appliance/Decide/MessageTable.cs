using Store;

namespace Appliance.Decide;

/// <summary>
/// The messages in memory: a slab of fixed-size entries addressed by handle, in the order of their anchors, found by
/// position. Memory grows with use up to the limit and is used again.
/// </summary>
/// <remarks>
/// Looking up a position is rare but for recovery, so a message costs no index entry of its own: the index knows the
/// first message of each of the journal's frames, and the order leads on from there. Only those that were outside
/// memory
/// (whose anchor is not their position) have an entry each.
/// </remarks>
public sealed class MessageTable
{
    public const int None = -1;
    private const int ChunkBits = 12;
    private const int ChunkSize = 1 << ChunkBits;

    private LiveMessage[][] _chunks;
    private readonly LongIndex _firstOfFrame = new();
    private readonly LongIndex _revived = new();

    /// <summary>Every position, while recovery asks for one with each record.</summary>
    private LongIndex? _replayed;
    private int _allocated;
    private int _free = None;
    private int _oldest = None;
    private int _newest = None;

    /// <summary>How far the search for the message that was accepted first has come.</summary>
    private bool _isLooking;
    private int _lookedAt = None;
    private ulong _oldestSeen;

    /// <param name="limit">Most messages held at once, but for what recovery finds.</param>
    public MessageTable(int limit)
    {
        Limit = limit;
        _chunks = new LiveMessage[(limit + ChunkSize - 1) / ChunkSize][];
    }

    public int Limit { get; }

    public int Count { get; private set; }

    /// <summary>Handles below this have been in use; those that are free say so by their stage.</summary>
    public int Places => _allocated;

    /// <summary>The oldest anchor, or <see cref="ulong.MaxValue"/>.</summary>
    public ulong OldestAnchor => _oldest == None ? ulong.MaxValue : this[_oldest].Anchor;

    /// <summary>
    /// Looks at some more messages for the one that was accepted first. What comes into the table meanwhile joins at
    /// the end, and is seen too.
    /// </summary>
    /// <returns>Whether all have been looked at: no message of the table was accepted before
    /// <paramref name="oldest"/>. The next call begins anew.</returns>
    public bool TryFindOldest(int most, out ulong oldest)
    {
        if (!_isLooking)
        {
            (_isLooking, _lookedAt, _oldestSeen) = (true, _oldest, OldestAnchor);
            // Those that were never outside memory stand in the order of their acceptance.
            if (_revived.Count == 0) _lookedAt = None;
        }

        for (; most > 0 && _lookedAt != None; most--)
        {
            _oldestSeen = Math.Min(_oldestSeen, this[_lookedAt].Position);
            _lookedAt = this[_lookedAt].Newer;
        }

        oldest = _oldestSeen;
        _isLooking = _lookedAt != None;
        return !_isLooking;
    }

    public int Oldest => _oldest;

    /// <summary>Whether a handle that was known before still stands for a message, be it another one.</summary>
    public bool IsUsed(int handle) => this[handle].Stage != Stage.Free;

    public ref LiveMessage this[int handle] => ref _chunks[handle >> ChunkBits][handle & (ChunkSize - 1)];

    /// <summary>Takes an entry for the message at <paramref name="position"/>; the caller has checked the
    /// limit.</summary>
    public int Add(ulong position) => Add(position, position);

    /// <summary>Takes an entry for a message that a restart finds at <paramref name="anchor"/>.</summary>
    public int Add(ulong position, ulong anchor)
    {
        var handle = Take();
        ref var message = ref this[handle];
        message = default;
        message.Position = position;
        message.BodyAt = position;
        message.Last = position;
        message.Next = message.Back = None;
        message.First = handle;
        message.Cached = -1;
        Append(handle, anchor);
        _replayed?.Add(position, handle);
        Count++;
        return handle;
    }

    public void Remove(int handle)
    {
        ref var message = ref this[handle];
        Detach(handle);
        _replayed?.Remove(message.Position, handle);
        message.Stage = Stage.Free;
        message.Next = _free;
        _free = handle;
        Count--;
    }

    /// <summary>Gives a message another anchor, later than all others.</summary>
    public void Anchor(int handle, ulong anchor)
    {
        Detach(handle);
        Append(handle, anchor);
    }

    /// <summary>The handle of the message accepted at <paramref name="position"/>, or <see cref="None"/>.</summary>
    public int Find(ulong position)
    {
        if (_replayed is not null) return ValueOf(_replayed, position);
        var handle = ValueOf(_firstOfFrame, Position.Frame(position));
        while (handle != None && this[handle].Anchor < position) handle = this[handle].Newer;
        if (handle != None && this[handle].Position == position) return handle;
        return ValueOf(_revived, position);
    }

    /// <summary>Recovery looks up a position with each record: it gets an index of them for the time.</summary>
    public void BeginReplay() => _replayed = new LongIndex();

    public void EndReplay() => _replayed = null;

    private static int ValueOf(LongIndex index, ulong key)
    {
        var place = index.Find(key);
        return place < 0 ? None : index.ValueAt(place);
    }

    private void Append(int handle, ulong anchor)
    {
        ref var message = ref this[handle];
        message.Anchor = anchor;
        message.Older = _newest;
        message.Newer = None;
        if (_newest == None) _oldest = handle;
        else this[_newest].Newer = handle;
        if (!SameFrame(_newest, anchor)) _firstOfFrame.Add(Position.Frame(anchor), handle);
        if (anchor != message.Position) _revived.Add(message.Position, handle);
        _newest = handle;
    }

    private void Detach(int handle)
    {
        ref var message = ref this[handle];
        if (_lookedAt == handle) _lookedAt = message.Newer;
        if (message.Older == None) _oldest = message.Newer;
        else this[message.Older].Newer = message.Newer;
        if (message.Newer == None) _newest = message.Older;
        else this[message.Newer].Older = message.Older;
        if (message.Anchor != message.Position) _revived.Remove(message.Position, handle);
        if (!SameFrame(message.Older, message.Anchor)) LeaveFrame(handle, message.Newer, message.Anchor);
    }

    private bool SameFrame(int handle, ulong anchor) =>
        handle != None && Position.Frame(this[handle].Anchor) == Position.Frame(anchor);

    /// <summary>The first of its frame goes: the next one of the frame takes its place in the index.</summary>
    private void LeaveFrame(int handle, int newer, ulong anchor)
    {
        var frame = Position.Frame(anchor);
        _firstOfFrame.Remove(frame, handle);
        if (SameFrame(newer, anchor)) _firstOfFrame.Add(frame, newer);
    }

    private int Take()
    {
        if (_free != None)
        {
            var reused = _free;
            _free = this[reused].Next;
            // The next one has not been looked at since it was freed.
            if (_free != None) Ring.Memory.FetchAll(ref this[_free]);
            return reused;
        }

        // The limit may have been higher when all of it was taken in: it is found first, and then put elsewhere.
        if (_allocated >= Limit && _replayed is null) throw new InvalidOperationException("the message table is full");
        var chunk = _allocated >> ChunkBits;
        if (chunk == _chunks.Length) Array.Resize(ref _chunks, chunk + 16);
        if ((_allocated & (ChunkSize - 1)) == 0) _chunks[chunk] = new LiveMessage[ChunkSize];
        return _allocated++;
    }
}
