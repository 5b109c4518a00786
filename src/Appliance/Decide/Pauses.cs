namespace Appliance.Decide;

/// <summary>
/// Messages that wait for their next try, and the destinations whose later messages wait with them: what follows a
/// message to the same number does not overtake it while its pauses are short.
/// </summary>
public sealed class Pauses(MessageTable table)
{
    private readonly PriorityQueue<Waiting, long> _waiting = new();
    private readonly Dictionary<Lane, long> _lanes = [];

    /// <summary>Messages among which order is kept.</summary>
    private readonly record struct Lane(ushort Carrier, byte Priority, ulong Destination);

    private readonly record struct Waiting(int Handle, ulong Position, Lane Lane);

    /// <summary>Messages that wait for their next try; those taken back since are among them.</summary>
    public int Count => _waiting.Count;

    /// <summary>Lets a message wait until a time, or until it expires.</summary>
    /// <param name="until">Milliseconds since 1970.</param>
    /// <param name="ahead">Whether later messages to its destination wait as well.</param>
    public void Add(int handle, long until, bool ahead)
    {
        ref var message = ref table[handle];
        var lane = LaneOf(in message);
        if (ahead)
        {
            // Several of one lane go on together, in order.
            if (_lanes.TryGetValue(lane, out var known)) until = known;
            else _lanes[lane] = until;
        }

        message.Stage = Stage.Backoff;
        var end = message.Expiry == 0 ? until : Math.Min(until, message.Expiry * 1000L);
        _waiting.Enqueue(new Waiting(handle, message.Position, lane), end);
    }

    /// <summary>Whether an earlier message to the same destination waits for its next try; if so this one waits with
    /// it.</summary>
    public bool TryJoin(int handle)
    {
        if (_lanes.Count == 0 || !_lanes.TryGetValue(LaneOf(in table[handle]), out var until)) return false;
        Add(handle, until, ahead: false);
        return true;
    }

    /// <summary>Whether a message must wait for an earlier one to the same destination.</summary>
    public bool IsBehind(in LiveMessage message) => _lanes.Count > 0 && _lanes.ContainsKey(LaneOf(in message));

    /// <summary>Takes one whose time has come.</summary>
    public bool TryTake(long now, out int handle)
    {
        while (_waiting.TryPeek(out var next, out var due) && due <= now)
        {
            _waiting.Dequeue();
            if (_lanes.TryGetValue(next.Lane, out var until) && until <= now) _lanes.Remove(next.Lane);
            handle = next.Handle;
            ref var message = ref table[handle];
            // What was taken back or has ended since is passed over.
            if (message.Stage == Stage.Backoff && message.Position == next.Position) return true;
        }

        handle = MessageTable.None;
        return false;
    }

    private static Lane LaneOf(in LiveMessage message) =>
        new(message.Carrier, message.Priority, AddressHash.Long(Addresses.Octets(in message.Destination)));
}
