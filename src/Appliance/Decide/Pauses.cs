using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Appliance.Decide;

/// <summary>
/// Messages that wait for their next try, and the destinations whose later messages wait with them: what follows a
/// message to the same number does not overtake it while its pauses are short.
/// </summary>
public sealed class Pauses(MessageTable table)
{
    private readonly PriorityQueue<Waiting, long> _waiting = new();
    private readonly Dictionary<Lane, Hold> _lanes = [];

    /// <summary>Messages among which order is kept.</summary>
    private readonly record struct Lane(ushort Carrier, byte Priority, ulong Destination);

    /// <param name="InLane">Whether it leads its lane or waits in it.</param>
    private readonly record struct Waiting(int Handle, ulong Position, Lane Lane, bool InLane);

    /// <summary>Until when a lane waits, and how many in it.</summary>
    private record struct Hold(long Until, int Count);

    /// <summary>Messages that wait for their next try; those taken back since are among them.</summary>
    public int Count => _waiting.Count;

    /// <summary>Destinations whose messages wait for the next try of one.</summary>
    public int Lanes => _lanes.Count;

    /// <summary>Messages of a carrier that wait in order; they are part of its stock.</summary>
    public int InOrder(ushort carrier) => _inOrder.GetValueOrDefault(carrier);

    private readonly Dictionary<ushort, int> _inOrder = [];

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
            ref var hold = ref CollectionsMarshal.GetValueRefOrAddDefault(_lanes, lane, out var known);
            hold = known ? hold with { Count = hold.Count + 1 } : new Hold(until, 1);
            until = hold.Until;
            CollectionsMarshal.GetValueRefOrAddDefault(_inOrder, message.Carrier, out _)++;
        }

        message.Stage = Stage.Backoff;
        var end = message.Expiry == 0 ? until : Math.Min(until, message.Expiry * 1000L);
        _waiting.Enqueue(new Waiting(handle, message.Position, lane, ahead), end);
    }

    /// <summary>Whether an earlier message to the same destination waits for its next try; if so this one waits with
    /// it.</summary>
    public bool TryJoin(int handle)
    {
        if (!IsBehind(in table[handle])) return false;
        Add(handle, 0, ahead: true);
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
            if (next.InLane) LeaveLane(in next, now);
            handle = next.Handle;
            ref var message = ref table[handle];
            // What was taken back or has ended since is passed over.
            if (message.Stage == Stage.Backoff && message.Position == next.Position) return true;
        }

        handle = MessageTable.None;
        return false;
    }

    private void LeaveLane(in Waiting one, long now)
    {
        _inOrder[one.Lane.Carrier]--;
        ref var hold = ref CollectionsMarshal.GetValueRefOrNullRef(_lanes, one.Lane);
        if (Unsafe.IsNullRef(ref hold)) return;
        hold.Count--;
        if (hold.Count <= 0 || hold.Until <= now) _lanes.Remove(one.Lane);
    }

    private static Lane LaneOf(in LiveMessage message) =>
        new(message.Carrier, message.Priority, AddressHash.Long(Addresses.Octets(in message.Destination)));
}
