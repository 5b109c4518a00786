using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Records;
using Codec;

namespace Appliance.Decide;

/// <summary>
/// Mobiles' messages to the accounts' numbers: written down for each account that gets them, before the carrier is
/// answered, and then on their way to its ESMEs like a receipt. Where to is in the record: a restart asks nobody.
/// </summary>
public sealed class MobileMessages(
    Ledger ledger, Backlog backlog, Notices notices, Replay replay, OptOuts optOuts, Outgoing outgoing,
    IKeyedState keyed, DeciderOptions options)
{
    public void Take(ref Slot slot)
    {
        ReadOnlySpan<byte> rest = slot.Bytes;
        var length = slot.Segments * Unsafe.SizeOf<InboundOwner>();
        var owners = MemoryMarshal.Cast<byte, InboundOwner>(rest[..length]);
        rest = rest[length..];
        optOuts.Apply(rest[..slot.Route]);
        var status = CommandStatus.ESME_ROK;
        // All of them or none: what the carrier sends again must not come to one of them twice.
        if (HasRoom(owners)) foreach (ref readonly var owner in owners) Accept(in slot, in owner, rest[slot.Route..]);
        else status = CommandStatus.ESME_RMSGQFUL;
        if (slot.Source is Peer peer) outgoing.AnswerDelivery(peer, in slot, status, slot.UnixMs);
    }

    /// <summary>A carrier keeps what does not fit and sends it again; a receipt can't be put off so.</summary>
    private bool HasRoom(ReadOnlySpan<InboundOwner> owners)
    {
        if (notices.Waiting + owners.Length <= options.NoticesLimit && backlog.HasRoom(owners.Length)) return true;
        foreach (ref readonly var owner in owners)
            if (owner.HasEsme != 0) return false;
        return true;
    }

    private void Accept(in Slot slot, in InboundOwner owner, ReadOnlySpan<byte> body)
    {
        var accepted = new Accepted
        {
            Kind = RecordKind.Inbound,
            Flags = owner.HasEsme != 0 ? AcceptedFlags.FromEsme : AcceptedFlags.None,
            Parts = 1,
            PartNumber = 1,
            Account = owner.Account,
            Carrier = slot.Carrier,
            Session = owner.List,
            SourceOffset = slot.SourceOffset,
            DestinationOffset = slot.DestinationOffset,
            At = slot.UnixMs,
            Price = -1,
            Segments = 1,
        };
        var record = ledger.Log.Reserve(Unsafe.SizeOf<Accepted>() + body.Length, out var position);
        accepted.Message = position;
        MemoryMarshal.Write(record, in accepted);
        body.CopyTo(record[Unsafe.SizeOf<Accepted>()..]);
        keyed.Index(owner.List, Bodies.NumberHash(in accepted, body), position);
        var counts = notices.Account(owner.Account).Inbound;
        counts.Accepted++;
        if (owner.HasEsme != 0)
        {
            notices.Receive(replay.Accept(position, position, in accepted, body), body);
            return;
        }

        counts.Kept++;
        ledger.Log.File(position, position, position);
    }
}
