using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Records;

namespace Appliance.Decide;

/// <summary>
/// The live messages and their history: every event of a message is written here, linked to the one before, so that
/// the history reads backwards from the last.
/// </summary>
public sealed class Ledger(IEventLog log, MessageTable table)
{
    public MessageTable Table => table;

    public IEventLog Log => log;

    /// <summary>Counts each new state of a message.</summary>
    public StateCounters States { get; } = new();

    /// <summary>While the journal is read after a start, nothing new happens and nothing is counted.</summary>
    public bool Replaying { get; set; }

    /// <summary>Called with a message that has left for good, before its entry is used again.</summary>
    public Action<int>? Leaving { get; set; }

    /// <summary>Called with a message that goes on outside memory, before its entry is used again.</summary>
    public Action<int>? Evicting { get; set; }

    /// <summary>Called with a message whose receipt no longer waits in memory for its ESME.</summary>
    public Action<int>? Untelling { get; set; }

    /// <summary>Called with a part that was charged before the event is written with which it becomes final.</summary>
    public Action<int, State, long>? Ending { get; set; }

    /// <summary>Writes an event of one message and makes it the last of its history.</summary>
    /// <param name="tail">What stands behind <paramref name="extra"/> and is not part of it.</param>
    public void Write(
        int handle, in EventHead change, ReadOnlySpan<byte> extra = default, ReadOnlySpan<byte> tail = default)
    {
        if (change.State >= State.Delivered && IsOpenCharge(in table[handle]))
            Ending?.Invoke(handle, change.State, change.At);
        Note(handle, in change, extra, tail);
        Enter(ref table[handle], change.State);
    }

    /// <summary>Writes an event that does not change the message's state.</summary>
    public void Note(
        int handle, in EventHead change, ReadOnlySpan<byte> extra = default, ReadOnlySpan<byte> tail = default)
    {
        ref var message = ref table[handle];
        ref var first = ref table[message.First];
        var record = log.Reserve(
            Unsafe.SizeOf<EventHead>() + extra.Length + tail.Length, out var position);
        var head = change;
        head.Accepted = message.Position;
        head.Previous = first.Last;
        head.Length = (byte)extra.Length;
        MemoryMarshal.Write(record, in head);
        extra.CopyTo(record[Unsafe.SizeOf<EventHead>()..]);
        tail.CopyTo(record[(Unsafe.SizeOf<EventHead>() + extra.Length)..]);
        first.Last = position;
    }

    private static bool IsOpenCharge(ref readonly LiveMessage message) =>
        message.Charge != 0 && message.State < State.Delivered && (message.Flags & LiveFlags.Refunded) == 0;

    /// <summary>A message has left for a list, or is finished: its history ends, for now, with this event.</summary>
    public void File(int first) =>
        log.File(table[first].Position, table[first].Last, table[first].Anchor);

    /// <summary>Sets and counts a state.</summary>
    public void Enter(ref LiveMessage message, State state)
    {
        if (message.State == state && state != State.Queued) return;
        message.State = state;
        // Of mobiles' messages the accounts count.
        if (Replaying || (message.Flags & LiveFlags.Inbound) != 0) return;
        States.Count(message.Account, message.Carrier, state);
    }

    /// <summary>A message, or a part of one, goes on outside memory.</summary>
    public void Forget(int handle)
    {
        if (table[handle].Stage == Stage.Notifying) Untelling?.Invoke(handle);
        Evicting?.Invoke(handle);
        table.Remove(handle);
    }

    /// <summary>
    /// One part is done with. The message leaves when all its parts are, and its history is filed.
    /// </summary>
    public void Leave(int handle)
    {
        ref var message = ref table[handle];
        if (message.Stage == Stage.Notifying) Untelling?.Invoke(handle);
        message.Stage = Stage.Settled;
        var firstHandle = message.First;
        ref var first = ref table[firstHandle];
        first.PartsOpen--;
        if (handle != firstHandle)
        {
            Leaving?.Invoke(handle);
            table.Remove(handle);
        }

        if (first.PartsOpen > 0) return;
        File(firstHandle);
        Leaving?.Invoke(firstHandle);
        table.Remove(firstHandle);
    }
}
