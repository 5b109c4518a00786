using Appliance.Records;
using Codec;

namespace Appliance.Decide;

/// <summary>The end of a message's way to the handset: its final state, and whether somebody is to be told.</summary>
public sealed class Settlement(Ledger ledger, Notices notices, DeadLetters dead, FraudWatch fraud)
{
    /// <summary>No carrier takes a part, and none will: it is a dead letter. The event has been written.</summary>
    public void Fail(int handle, CommandStatus status, long now)
    {
        ref var message = ref ledger.Table[handle];
        dead.Add(ledger.Table[message.First].Position, new DeadLetter
        {
            At = now,
            Status = (uint)status,
            Account = message.Account,
            Carrier = message.Carrier,
        });
        Settle(handle, (uint)status, (uint)(now / 1000));
    }

    /// <summary>Makes a part's final state the message's business. The event has been written.</summary>
    /// <param name="seconds">Seconds since 1970 of the final event.</param>
    public void Settle(int handle, uint error, uint seconds)
    {
        ref var message = ref ledger.Table[handle];
        message.Error = error;
        message.DoneAt = seconds;
        fraud.Final(in message);
        if (WantsNotice(in message)) notices.Queue(handle);
        else ledger.Leave(handle);
    }

    /// <summary>
    /// Whether the ESME asked to hear of this outcome: registered_delivery bits 1-0 (SMPP 3.4 section 5.2.17).
    /// </summary>
    public static bool WantsNotice(in LiveMessage message)
    {
        if ((message.Flags & LiveFlags.FromEsme) == 0) return false;
        return (message.RegisteredDelivery & 3) switch
        {
            1 => true,
            2 => message.State is not (State.Delivered or State.Submitted),
            3 => message.State is State.Delivered,
            _ => false,
        };
    }
}
