using System.Numerics;

namespace Appliance.Decide;

/// <summary>
/// What was written to one session and not answered yet: sequence_number to handle, with the time it was written.
/// </summary>
public sealed class Window
{
    /// <summary>
    /// Sequence numbers above are left to the session itself for enquire_link and unbind (SMPP 3.4 section 3.2
    /// allows 1 to 0x7FFFFFFF).
    /// </summary>
    public const uint LargestSequence = 0x3FFFFFFF;

    private readonly int[] _handles;
    private readonly uint[] _sequences;
    private readonly long[] _sentAt;
    private readonly int _mask;
    private uint _next = 1;

    /// <param name="size">Requests that may be unanswered at once.</param>
    public Window(int size)
    {
        Size = size;
        // Twice the window: an answer that does not come holds its place without stopping the others soon.
        var places = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, size * 2));
        _handles = new int[places];
        _sequences = new uint[places];
        _sentAt = new long[places];
        _mask = places - 1;
        Array.Fill(_handles, MessageTable.None);
    }

    public int Size { get; }

    public int Used { get; private set; }

    public bool HasRoom => Used < Size;

    /// <summary>Notes a request and gives its sequence_number.</summary>
    public uint Add(int handle, long now)
    {
        while (_handles[_next & _mask] != MessageTable.None) Advance();
        var sequence = _next;
        var place = (int)(sequence & _mask);
        _handles[place] = handle;
        _sequences[place] = sequence;
        _sentAt[place] = now;
        Used++;
        Advance();
        return sequence;
    }

    /// <summary>The handle that <see cref="Take"/> would give.</summary>
    public int Peek(uint sequence)
    {
        var place = (int)(sequence & _mask);
        return _sequences[place] == sequence ? _handles[place] : MessageTable.None;
    }

    /// <summary>Takes the request that <paramref name="sequence"/> answers.</summary>
    /// <returns>Its handle, or <see cref="MessageTable.None"/> where nothing waits for this answer.</returns>
    public int Take(uint sequence, out long sentAt)
    {
        var place = (int)(sequence & _mask);
        sentAt = 0;
        if (_handles[place] == MessageTable.None || _sequences[place] != sequence) return MessageTable.None;
        var handle = _handles[place];
        sentAt = _sentAt[place];
        _handles[place] = MessageTable.None;
        Used--;
        return handle;
    }

    /// <summary>The sequence of the request waiting longest among those written before a time, or 0.</summary>
    public uint OldestBefore(long time)
    {
        uint oldest = 0;
        var oldestAt = time;
        for (var place = 0; place < _handles.Length; place++)
        {
            if (_handles[place] == MessageTable.None || _sentAt[place] >= oldestAt) continue;
            oldestAt = _sentAt[place];
            oldest = _sequences[place];
        }

        return oldest;
    }

    /// <summary>Takes everything, in the order in which it was written.</summary>
    public int[] TakeAll()
    {
        var places = new List<int>(Used);
        for (var place = 0; place < _handles.Length; place++)
            if (_handles[place] != MessageTable.None) places.Add(place);
        // Distance behind the next sequence, so that a wrap does not turn the order round.
        places.Sort((a, b) => Age(b).CompareTo(Age(a)));
        var handles = places.ConvertAll(place => _handles[place]).ToArray();
        Array.Fill(_handles, MessageTable.None);
        Used = 0;
        return handles;
    }

    private uint Age(int place) => (_next - _sequences[place] + LargestSequence) % LargestSequence;

    private void Advance() => _next = _next == LargestSequence ? 1 : _next + 1;
}
