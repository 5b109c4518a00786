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
    /// <summary>All of a message goes out or none of it, so later parts go the way of the first.</summary>
    public bool Stops(MessageTable table, int handle)
    {
        ref var message = ref table[handle];
        if (((int)classes >> (int)message.Class & 1) == 0) return false;
        if (message.First != handle) return table[message.First].State == State.Blocked;
        return list.Contains(
                message.Account, Addresses.Octets(in message.Destination), Addresses.Octets(in message.Source))
            || ((message.Flags & LiveFlags.OtherSender) != 0 && StopsOther(in message));
    }

    /// <summary>
    /// The same of the sender it came with before a rule replaced it. In the batch that accepts a message its record
    /// cannot be read; the rules have looked a moment before.
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
