using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Records;
using Codec;
using Store;

namespace Appliance.Decide;

/// <summary>Takes messages in: writes them down, gives them their id, and hands them on or lets them wait.</summary>
public sealed class Submissions(Ledger ledger, Dispatch dispatch, Notices notices, Outgoing outgoing, int node)
{
    /// <summary>submit_sm_resp with our id: header, 36 characters, NUL.</summary>
    private const int ResponseLength = Header.Size + MessageId.TextLength + 1;

    public void Take(ref Slot slot)
    {
        var account = notices.Account(slot.Account);
        var refusal = Check(account, slot.Parts);
        if (refusal != Refusal.None)
        {
            Refuse(ref slot, refusal);
            return;
        }

        var first = slot.Parts == 1
            ? Accept(ref slot, account, slot.Bytes, MessageTable.None, 1)
            : AcceptParts(ref slot, account);
        var position = ledger.Table[first].Position;
        if (slot.Source is PendingAnswer pending) outgoing.Accepted(pending, position, slot.UnixMs);
        else if (slot.Source is Peer peer) Respond(peer, slot.Sequence, slot.UnixMs, position);
    }

    private Refusal Check(Account account, int parts)
    {
        if (ledger.Table.Count + parts > ledger.Table.Limit) return Refusal.BacklogFull;
        return account.Live + parts > account.Options.MaxLive ? Refusal.AccountFull : Refusal.None;
    }

    /// <summary>Each part stands with its length, two bytes, before it.</summary>
    private int AcceptParts(ref Slot slot, Account account)
    {
        var first = MessageTable.None;
        ReadOnlySpan<byte> rest = slot.Bytes;
        for (byte number = 1; number <= slot.Parts; number++)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            var handle = Accept(ref slot, account, rest.Slice(2, length), first, number);
            if (first == MessageTable.None) first = handle;
            rest = rest[(2 + length)..];
        }

        return first;
    }

    private int Accept(ref Slot slot, Account account, ReadOnlySpan<byte> body, int first, byte number)
    {
        // The record is reserved before the message exists, since the position is its name.
        var record = ledger.Log.Reserve(Unsafe.SizeOf<Accepted>() + body.Length, out var position);
        dispatch.Accepted(position);
        var handle = ledger.Table.Add(position);
        ref var message = ref ledger.Table[handle];
        Fill(ref message, ref slot, body, number);
        var carrier = dispatch.Choose(slot.Route)
            ?? throw new InvalidOperationException($"route {slot.Route} has no carrier that is configured");
        message.Carrier = carrier.Options.Id;
        var partition = carrier.PartitionOf(AddressHash.Of(Addresses.Octets(in message.Destination)));
        var now = dispatch.TryPass(carrier, partition, slot.UnixMs);
        if (now) dispatch.Send(handle, partition.Link!, body, slot.RegisteredOffset, slot.UnixMs);
        else dispatch.Enqueue(handle, partition, body);

        ulong previous = 0;
        if (first != MessageTable.None)
        {
            message.First = first;
            ref var head = ref ledger.Table[first];
            previous = head.Last;
            head.Last = position;
        }

        var accepted = new Accepted
        {
            Kind = RecordKind.Accepted,
            Flags = Flags(in message, now, number),
            Parts = slot.Parts,
            PartNumber = number,
            Account = slot.Account,
            Carrier = message.Carrier,
            Session = message.Session,
            SourceOffset = slot.SourceOffset,
            DestinationOffset = slot.DestinationOffset,
            RegisteredOffset = slot.RegisteredOffset,
            RegisteredDelivery = slot.Code,
            Expiry = message.Expiry,
            At = slot.UnixMs,
            Message = ledger.Table[message.First].Position,
            Previous = previous,
        };
        MemoryMarshal.Write(record, in accepted);
        body.CopyTo(record[Unsafe.SizeOf<Accepted>()..]);
        account.Live++;
        ledger.Enter(ref message, State.Queued);
        return handle;
    }

    private static void Fill(ref LiveMessage message, ref Slot slot, ReadOnlySpan<byte> body, byte number)
    {
        message.Account = slot.Account;
        message.AcceptedAt = slot.UnixMs;
        message.Ticks = slot.Ticks;
        message.RegisteredDelivery = slot.Code;
        message.Parts = slot.Parts;
        message.PartsOpen = slot.Parts;
        message.PartNumber = number;
        message.Flags = slot.Source is Peer ? LiveFlags.FromEsme : LiveFlags.None;
        if (slot.ValiditySeconds != 0) message.Expiry = (uint)(slot.UnixMs / 1000) + slot.ValiditySeconds;
        Addresses.Copy(body, slot.SourceOffset, ref message.Source);
        Addresses.Copy(body, slot.DestinationOffset, ref message.Destination);
    }

    private static AcceptedFlags Flags(in LiveMessage message, bool now, byte number)
    {
        var flags = now ? AcceptedFlags.HandedOver : AcceptedFlags.None;
        if (number > 1) flags |= AcceptedFlags.Part;
        if ((message.Flags & LiveFlags.FromEsme) != 0) flags |= AcceptedFlags.FromEsme;
        return flags;
    }

    private void Respond(Peer peer, uint sequence, long unixMs, ulong position)
    {
        var pdu = outgoing.To(peer, ResponseLength);
        new Header(ResponseLength, CommandId.SubmitSmResp, CommandStatus.ESME_ROK, sequence).Write(pdu);
        MessageId.TryFormat(unixMs, node, position, pdu[Header.Size..]);
        pdu[^1] = 0;
        peer.Answered++;
    }

    private void Refuse(ref Slot slot, Refusal refusal)
    {
        if (slot.Source is PendingAnswer pending)
        {
            outgoing.Refused(pending, refusal);
            return;
        }

        if (slot.Source is not Peer peer) return;
        var pdu = outgoing.To(peer, Header.Size);
        new Header(Header.Size, CommandId.SubmitSmResp, CommandStatus.ESME_RMSGQFUL, slot.Sequence).Write(pdu);
        peer.Answered++;
    }
}
