using System.Runtime.CompilerServices;
using Appliance.Policy;
using Appliance.Policy.OptOuts;
using Appliance.Records;

namespace Appliance.Decide;

/// <summary>Whether a message that waited may still go out: its recipient may have opted out meanwhile.</summary>
/// <param name="list">Who has.</param>
/// <param name="classes">Of messages that do not reach them.</param>
/// <param name="log">Has the sender that a message came with.</param>
public sealed class OptOutStop(OptOutList list, MessageClasses classes, IEventLog log)
{
    /// <summary>Whether a new message may not go out: its recipient may have opted out since it was looked for.
    /// </summary>
    /// <param name="version">By which version of the list that was.</param>
    public bool StopsNew(MessageTable table, int handle, int version) =>
        version != list.Version && Stops(table, handle);

    /// <summary>All of a message goes out or none of it, so later parts go the way of the first; where that one waits
    /// again, since its session ended, it is asked anew, and they are.</summary>
    public bool Stops(MessageTable table, int handle)
    {
        ref var message = ref table[handle];
        if (((int)classes >> (int)message.Class & 1) == 0) return false;
        if (message.First != handle)
        {
            ref var first = ref table[message.First];
            if (first.State != State.Queued || first.Stage == Stage.InFlight) return first.State == State.Blocked;
        }

        return list.Contains(
                message.Account, Addresses.Octets(in message.Destination), Addresses.Octets(in message.Source))
            || ((table[message.First].Flags & LiveFlags.OtherSender) != 0 && StopsOther(in table[message.First]));
    }

    /// <summary>
    /// The same of the sender it came with before a rule replaced it, which the first part's record has for all. In
    /// the batch that accepts a message its record cannot be read; the rules have looked a moment before.
    /// </summary>
    private bool StopsOther(in LiveMessage message)
    {
        var number = Addresses.Octets(in message.Destination);
        // Hardly anybody has, so the journal is hardly ever read.
        if (!list.MayContain(message.Account, number)) return false;
        Span<byte> record = stackalloc byte[Unsafe.SizeOf<Accepted>() + Bodies.SenderRoom];
        return log.Read(message.Position, record) > Unsafe.SizeOf<Accepted>()
            && list.Contains(message.Account, number, Bodies.OtherSender(record));
    }
}
