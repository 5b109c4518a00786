using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Policy;
using Appliance.Records;
using Codec;
using Store;

namespace Appliance.Decide;

/// <summary>Takes messages in: writes them down, gives them their id, and hands them on or lets them wait.</summary>
public sealed class Submissions(
    Ledger ledger, Backlog backlog, Dispatch dispatch, Notices notices, Billing billing, Outgoing outgoing,
    IKeyedState keyed, FraudWatch fraud, DeciderOptions options)
{
    /// <summary>submit_sm_resp with our id: header, 36 characters, NUL.</summary>
    private const int ResponseLength = Header.Size + MessageId.TextLength + 1;

    public void Take(ref Slot slot)
    {
        var account = notices.Account(slot.Account);
        var firstOfBatch = false;
        if (slot.RepeatKey != 0 && TryRepeat(ref slot, out firstOfBatch)) return;
        var refusal = Check(ref slot, account);
        if (refusal == Refusal.None && !fraud.Admits(ref slot)) refusal = Refusal.BlockedRange;
        if (refusal != Refusal.None)
        {
            Refuse(ref slot, refusal);
            return;
        }

        if (Choose(ref slot, out refusal) is not { } carrier)
        {
            Refuse(ref slot, refusal);
            return;
        }

        var due = slot.DueSeconds > (uint)(slot.UnixMs / 1000) ? slot.DueSeconds : 0;
        var list = due != 0 ? backlog.Lists.Get(HeldKind.Scheduled, due)
            : backlog.MustHold(carrier, slot.Priority, slot.Account)
                ? backlog.Waiting(carrier, slot.Priority, slot.Account)
            : null;
        if (!billing.TryCharge(in slot, out var isCharged))
        {
            Refuse(ref slot, Refusal.BalanceTooLow);
            return;
        }

        slot.IsCharged = isCharged;
        if (!firstOfBatch) slot.RepeatBatch = 0;
        var position = Accept(ref slot, account, carrier, due, list);
        if (slot.RepeatKey != 0) Name(in slot, position);
        Answer(ref slot, position, slot.UnixMs);
    }

    /// <returns>Null where it has no route any more, or none of its carriers is there.</returns>
    private Carrier? Choose(ref Slot slot, out Refusal refusal)
    {
        refusal = Refusal.NoRoute;
        if (!billing.IsUnpriced(slot.Account, slot.Price) && dispatch.Choice.ChoosePlainly(in slot) is { } plain)
            return plain;
        var query = CarrierChoice.QueryOf(ref slot, ledger.Log.NextPosition);
        return dispatch.Choice.RuleOf(in slot, in query) is { } rule
            ? billing.Choose(dispatch.Choice, rule, in query, in slot, ref refusal)
            : null;
    }

    private Refusal Check(ref Slot slot, Account account)
    {
        var refusal = RoomFor(account, slot.Parts);
        if (refusal != Refusal.None || account.Options.SenderThroughput == 0) return refusal;
        var sender = CarrierChoice.QueryOf(ref slot, 0).Sender;
        return dispatch.Senders.TryCome(account.Options, sender, slot.UnixMs) ? Refusal.None : Refusal.SenderRate;
    }

    /// <summary>Whether there is room for another message of an account; nothing is taken.</summary>
    public Refusal RoomFor(Account account, int parts)
    {
        if (backlog.Unfinished + parts > options.LiveMessages) return Refusal.BacklogFull;
        if (account.Unfinished + parts > account.Options.MaxLive)
            return account.Options.IsGone ? Refusal.AccountGone : Refusal.AccountFull;
        return Refusal.None;
    }

    private void Name(in Slot slot, ulong position)
    {
        var known = new Keyed(position, (ulong)slot.UnixMs, slot.RepeatBody);
        keyed.Name(slot.RepeatKey, known);
        if (slot.RepeatBatch != 0) keyed.Name(slot.RepeatBatch, known);
    }

    /// <summary>
    /// Answers what its sender has sent before under the same name. The name of a batch stands for one content: when a
    /// message of it is taken, every message of another batch is refused, whatever its place.
    /// </summary>
    /// <param name="firstOfBatch">Whether it is of a batch of which nothing has been taken yet.</param>
    private bool TryRepeat(ref Slot slot, out bool firstOfBatch)
    {
        firstOfBatch = false;
        if (slot.RepeatBatch != 0)
        {
            firstOfBatch = !TryFindNamed(slot.RepeatBatch, slot.UnixMs, out var batch);
            if (!firstOfBatch && batch.Second != slot.RepeatBody)
            {
                Refuse(ref slot, Refusal.RepeatConflict);
                return true;
            }
        }

        if (!TryFindNamed(slot.RepeatKey, slot.UnixMs, out var known)) return false;
        if (known.Second == slot.RepeatBody) Answer(ref slot, known.Position, (long)known.First);
        else Refuse(ref slot, Refusal.RepeatConflict);
        return true;
    }

    private bool TryFindNamed(ulong name, long unixMs, out Keyed known)
    {
        Span<Keyed> found = stackalloc Keyed[4];
        var count = keyed.FindNamed(name, found);
        foreach (ref readonly var one in found[..count])
        {
            if (unixMs - (long)one.First > options.RepeatWindow) continue;
            known = one;
            return true;
        }

        known = default;
        return false;
    }

    /// <returns>Where the message, or its first part, is.</returns>
    private ulong Accept(ref Slot slot, Account account, Carrier carrier, uint due, HeldList? list)
    {
        if (slot.Parts == 1)
            return AcceptPart(ref slot, carrier, due, list, slot.Bytes[..^slot.OtherSender], default);
        // Each part stands with its length, two bytes, before it.
        var part = default(PartOf);
        ReadOnlySpan<byte> rest = slot.Bytes;
        for (byte number = 1; number <= slot.Parts; number++)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            part.Number = number;
            var position = AcceptPart(ref slot, carrier, due, list, rest.Slice(2, length), part);
            if (number == 1) part.First = position;
            part.Previous = position;
            rest = rest[(2 + length)..];
        }

        return part.First;
    }

    /// <summary>What a later part must know of those before it; all zero for the only one.</summary>
    private struct PartOf
    {
        public byte Number;
        public ulong First;
        public ulong Previous;
    }

    private ulong AcceptPart(
        ref Slot slot, Carrier carrier, uint due, HeldList? list, ReadOnlySpan<byte> body, PartOf part)
    {
        // The record is reserved before the message exists, since the position is its name.
        var named = slot.RepeatKey != 0 && part.First == 0;
        var flags = part.First != 0 ? AcceptedFlags.Part : AcceptedFlags.None;
        if (slot.Source is Peer) flags |= AcceptedFlags.FromEsme;
        if (named) flags |= AcceptedFlags.Repeat;
        if (named && slot.RepeatBatch != 0) flags |= AcceptedFlags.Batch;
        // The sender it came with stands at the slot's end; the first part answers for all.
        var other = part.First == 0 ? slot.Bytes[^slot.OtherSender..] : default;
        var marks = other.IsEmpty ? AcceptedMarks.None : AcceptedMarks.OtherSender;
        if (slot.IsCharged) marks |= AcceptedMarks.Charged;
        var start = Unsafe.SizeOf<Accepted>() + (other.IsEmpty ? 0 : 1 + other.Length);
        var size = start + body.Length + Bodies.NamesSize(flags);
        var record = ledger.Log.Reserve(size, out var position);
        var accepted = new Accepted
        {
            Kind = RecordKind.Accepted,
            Parts = slot.Parts,
            PartNumber = Math.Max((byte)1, part.Number),
            Account = slot.Account,
            Carrier = carrier.Options.Id,
            SourceOffset = slot.SourceOffset,
            DestinationOffset = slot.DestinationOffset,
            RegisteredOffset = slot.RegisteredOffset,
            RegisteredDelivery = slot.Code,
            Priority = slot.Priority,
            PriorityAsked = slot.PriorityAsked,
            Class = slot.Class,
            Country = slot.Country,
            Network = slot.Network,
            Expiry = Expiry(in slot, due),
            Due = due,
            At = slot.UnixMs,
            Message = part.First != 0 ? part.First : position,
            Previous = part.Previous,
            Price = slot.Price,
            Segments = slot.Segments,
            Marks = marks,
        };
        if (list is not null) Hold(list, position, in accepted, part);
        else if (Live(ref slot, position, in accepted, carrier, body) is { } session)
        {
            flags |= AcceptedFlags.HandedOver;
            if (carrier.Options.InDoubt == InDoubtPolicy.Fail) flags |= AcceptedFlags.FailsInDoubt;
            accepted.Session = session;
        }

        if (part.First == 0) Index(in accepted, slot.Key, body, position);
        accepted.Flags = flags | (list is null ? AcceptedFlags.None : AcceptedFlags.Held);
        MemoryMarshal.Write(record, in accepted);
        if (!other.IsEmpty)
        {
            record[Unsafe.SizeOf<Accepted>()] = (byte)other.Length;
            other.CopyTo(record[(Unsafe.SizeOf<Accepted>() + 1)..]);
        }

        var rest = record[start..];
        body.CopyTo(rest);
        if (!named) return position;
        var names = MemoryMarshal.Cast<byte, ulong>(rest[body.Length..]);
        (names[0], names[1]) = (slot.RepeatKey, slot.RepeatBody);
        if (slot.RepeatBatch != 0) names[2] = slot.RepeatBatch;
        return position;
    }

    private uint Expiry(in Slot slot, uint due)
    {
        var seconds = (uint)(slot.UnixMs / 1000);
        return slot.ValiditySeconds != 0 ? seconds + slot.ValiditySeconds : Math.Max(seconds, due) + options.Validity;
    }

    private void Index(in Accepted accepted, ulong number, ReadOnlySpan<byte> body, ulong position)
    {
        if (number == 0) number = AddressHash.Long(Addresses.Octets(body, accepted.DestinationOffset));
        keyed.Index(accepted.Account, number, position);
    }

    /// <summary>It waits outside memory.</summary>
    private void Hold(HeldList list, ulong position, in Accepted accepted, PartOf part)
    {
        notices.Account(accepted.Account).Live++;
        if (accepted.Due != 0) ledger.States.CountScheduled(accepted.Account, accepted.Carrier);
        else ledger.States.Count(accepted.Account, accepted.Carrier, State.Queued);
        if (part.First == 0)
        {
            backlog.Lists.AppendAccepted(list, HeldLists.EntryOf(position, in accepted), position);
            return;
        }

        list.ExtendTail(position);
        ledger.Log.File(part.First, position, part.First);
    }

    /// <summary>It is worked on at once.</summary>
    /// <returns>The session it was handed to, or null where it waits.</returns>
    private ushort? Live(
        ref Slot slot, ulong position, in Accepted accepted, Carrier carrier, ReadOnlySpan<byte> body)
    {
        dispatch.Accepted(position);
        var handle = ledger.Table.Add(position);
        ref var message = ref ledger.Table[handle];
        message.Account = accepted.Account;
        message.Carrier = accepted.Carrier;
        message.AcceptedAt = accepted.At;
        message.Ticks = slot.Ticks;
        message.Price = accepted.Price;
        message.Segments = accepted.Segments;
        message.RegisteredDelivery = accepted.RegisteredDelivery;
        message.Priority = accepted.Priority;
        message.Class = accepted.Class;
        message.Country = accepted.Country;
        message.Network = accepted.Network;
        message.Expiry = accepted.Expiry;
        message.Parts = accepted.Parts;
        message.PartsOpen = accepted.Parts;
        message.PartNumber = accepted.PartNumber;
        message.Flags = slot.Source is Peer ? LiveFlags.FromEsme : LiveFlags.None;
        if (slot.IsCharged) message.Flags |= LiveFlags.Paid;
        if ((accepted.Marks & AcceptedMarks.OtherSender) != 0) message.Flags |= LiveFlags.OtherSender;
        Addresses.Copy(body, slot.SourceOffset, ref message.Source);
        Addresses.Copy(body, slot.DestinationOffset, ref message.Destination);
        if (accepted.Message != position)
        {
            message.First = ledger.Table.Find(accepted.Message);
            ledger.Table[message.First].Last = position;
        }

        notices.Account(accepted.Account).Live++;
        ledger.Enter(ref message, State.Queued);
        var partition = carrier.PartitionOf(AddressHash.Of(Addresses.Octets(in message.Destination)));
        if (!dispatch.MayPass(carrier, partition, in message, slot.UnixMs) || dispatch.Stops(handle, slot.OptOuts))
        {
            dispatch.Enqueue(handle, partition, body);
            return null;
        }

        dispatch.Send(handle, partition.Link!, body, slot.RegisteredOffset, slot.UnixMs);
        return message.Session;
    }

    private void Answer(ref Slot slot, ulong position, long acceptedAt)
    {
        if (slot.Source is PendingAnswer pending)
        {
            outgoing.Accepted(pending, position, acceptedAt);
            return;
        }

        if (slot.Source is not Peer peer) return;
        var pdu = outgoing.To(peer, ResponseLength);
        new Header(ResponseLength, CommandId.SubmitSmResp, CommandStatus.ESME_ROK, slot.Sequence).Write(pdu);
        MessageId.TryFormat(acceptedAt, options.Node, position, pdu[Header.Size..]);
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
        var status = refusal switch
        {
            // The name of an earlier message for another one, or no money for it: to try again at once is in vain.
            Refusal.RepeatConflict or Refusal.BalanceTooLow or Refusal.PriceTooLow => CommandStatus.ESME_RSUBMITFAIL,
            Refusal.NoRoute => CommandStatus.ESME_RINVDSTADR,
            Refusal.AccountGone => CommandStatus.ESME_RINVBNDSTS,
            Refusal.BlockedRange => PolicyCodes.Of(PolicyCode.FraudRange).Status,
            Refusal.SenderRate => CommandStatus.ESME_RTHROTTLED,
            _ => CommandStatus.ESME_RMSGQFUL,
        };
        var pdu = outgoing.To(peer, Header.Size);
        new Header(Header.Size, CommandId.SubmitSmResp, status, slot.Sequence).Write(pdu);
        peer.Answered++;
    }
}
