using System.Buffers.Binary;
using Appliance.Records;
using Codec;

namespace Appliance.Decide;

/// <summary>
/// What the journal's records of one message say about it, applied to the table in their order: after a start with all
/// that the journal has, in life with the history of a message that comes back into memory.
/// </summary>
public sealed class Replay(Ledger ledger, Dispatch dispatch, Receipts receipts, Notices notices)
{
    /// <summary>A message, or a part of one, was accepted; or a mobile's message that an ESME is to take.</summary>
    public int Accept(ulong position, ulong anchor, in Accepted accepted, ReadOnlySpan<byte> body)
    {
        var handle = ledger.Table.Add(position, anchor);
        ref var message = ref ledger.Table[handle];
        message.Account = accepted.Account;
        message.Carrier = accepted.Carrier;
        message.Session = accepted.Session;
        message.AcceptedAt = accepted.At;
        message.Price = accepted.Price;
        message.Segments = accepted.Segments;
        message.Expiry = accepted.Expiry;
        message.Due = accepted.Due;
        message.Priority = accepted.Priority;
        message.Class = accepted.Class;
        message.Country = accepted.Country;
        message.Network = accepted.Network;
        message.RegisteredDelivery = accepted.RegisteredDelivery;
        message.Parts = accepted.Parts;
        message.PartsOpen = accepted.Parts;
        message.PartNumber = accepted.PartNumber;
        message.Flags = (accepted.Flags & AcceptedFlags.FromEsme) != 0 ? LiveFlags.FromEsme : LiveFlags.None;
        if ((accepted.Flags & AcceptedFlags.FailsInDoubt) != 0) message.Flags |= LiveFlags.FailsInDoubt;
        if (accepted.IsCharged) message.Flags |= LiveFlags.Paid;
        if ((accepted.Marks & AcceptedMarks.OtherSender) != 0) message.Flags |= LiveFlags.OtherSender;
        message.Stage = (accepted.Flags & AcceptedFlags.HandedOver) != 0 ? Stage.InFlight : Stage.Queued;
        Addresses.Copy(body, accepted.SourceOffset, ref message.Source);
        Addresses.Copy(body, accepted.DestinationOffset, ref message.Destination);
        if ((accepted.Flags & AcceptedFlags.Part) != 0)
        {
            message.First = ledger.Table.Find(accepted.Message);
            ledger.Table[message.First].Last = position;
        }

        notices.Account(accepted.Account).Live++;
        if (accepted.Kind != RecordKind.Inbound) return handle;
        message.Flags |= LiveFlags.Inbound;
        message.DoneAt = (uint)(accepted.At / 1000);
        notices.Expect(handle);
        return handle;
    }

    /// <summary>It was handed to a session.</summary>
    public void HandOver(ulong position, in HandedOver head, ulong accepted)
    {
        var handle = ledger.Table.Find(accepted);
        if (handle == MessageTable.None) return;
        ref var message = ref ledger.Table[handle];
        message.Stage = Stage.InFlight;
        message.Carrier = head.Carrier;
        message.Session = head.Session;
        if (head.FailsInDoubt != 0) message.Flags |= LiveFlags.FailsInDoubt;
        else message.Flags &= ~LiveFlags.FailsInDoubt;
        ledger.Table[message.First].Last = position;
    }

    /// <summary>Any other event.</summary>
    public void Change(ulong position, in EventHead head, ReadOnlySpan<byte> extra)
    {
        var handle = ledger.Table.Find(head.Accepted);
        // Not there: it was finished before the point from which the journal is read.
        if (handle == MessageTable.None) return;
        ref var message = ref ledger.Table[handle];
        ledger.Table[message.First].Last = position;
        ledger.Enter(ref message, head.State);
        switch (head.Kind)
        {
            case RecordKind.Responded:
                Respond(handle, in head, extra);
                break;
            case RecordKind.Receipt:
                if (message.Stage != Stage.AwaitingReceipt || !ReceiptStates.IsFinal((byte)head.Session)) return;
                message.Outcome = (byte)head.Session;
                Settle(handle, head.Code, head.At);
                break;
            case RecordKind.Noticed:
                ledger.Leave(handle);
                break;
            default:
                ChangeWithoutPdu(handle, in head);
                break;
        }
    }

    /// <summary>Its price was given back, or it was charged with it again.</summary>
    public void Account(ulong position, in EventHead head)
    {
        var handle = ledger.Table.Find(head.Accepted);
        if (handle == MessageTable.None) return;
        ref var message = ref ledger.Table[handle];
        ledger.Table[message.First].Last = position;
        if (head.Kind == RecordKind.Refunded) message.Flags |= LiveFlags.Refunded;
        else message.Flags &= ~LiveFlags.Refunded;
    }

    /// <summary>It has another body.</summary>
    public void Replace(ulong position, in Replaced replaced)
    {
        var handle = ledger.Table.Find(replaced.Head.Accepted);
        if (handle == MessageTable.None) return;
        ref var message = ref ledger.Table[handle];
        ledger.Table[message.First].Last = position;
        message.BodyAt = position;
        message.Cached = -1;
        message.Expiry = replaced.Expiry;
        message.Due = replaced.Due;
        message.RegisteredDelivery = replaced.RegisteredDelivery;
    }

    private void Respond(int handle, in EventHead head, ReadOnlySpan<byte> extra)
    {
        ref var message = ref ledger.Table[handle];
        switch (head.Reason)
        {
            case Reason.CarrierAccepted:
                message.Stage = Stage.AwaitingReceipt;
                message.SubmittedAt = (uint)(head.At / 1000);
                message.SubmittedMs = (ushort)(head.At % 1000);
                receipts.Index(handle, head.Carrier, extra);
                break;
            case Reason.CarrierAcceptedLast:
                ledger.Leave(handle);
                break;
            case Reason.PermanentError:
                Settle(handle, head.Code, head.At);
                break;
            case Reason.NextCarrier or Reason.CarrierFails or Reason.Overflow:
                if (head.Reason == Reason.NextCarrier) dispatch.Choice.Refuse(ref message, head.Carrier);
                message.Carrier = BinaryPrimitives.ReadUInt16LittleEndian(extra);
                if (head.Reason == Reason.CarrierFails || IsCounted(in head)) Retries.Count(ref message);
                message.Stage = Stage.Queued;
                break;
            case Reason.TransientError or Reason.SessionError:
                Retries.Count(ref message);
                message.Stage = Stage.Queued;
                break;
            case Reason.Throttled:
                if (Retries.Counts((CommandStatus)head.Code)) Retries.Count(ref message);
                message.Stage = Stage.Queued;
                break;
            default:
                message.Stage = Stage.Queued;
                break;
        }
    }

    private static bool IsCounted(in EventHead head) =>
        head.Reason == Reason.Overflow && Retries.Counts((CommandStatus)head.Code);

    private void ChangeWithoutPdu(int handle, in EventHead head)
    {
        ref var message = ref ledger.Table[handle];
        switch (head.Reason)
        {
            case Reason.InDoubtResend:
                message.Flags |= LiveFlags.PossibleDuplicate;
                message.Doubts++;
                message.Stage = Stage.Queued;
                break;
            case Reason.CarrierDown:
                message.Carrier = head.Carrier;
                break;
            case Reason.Deferred or Reason.QuietHours:
                message.Due = head.Code;
                break;
            case Reason.Due:
                message.Due = 0;
                message.Carrier = head.Carrier;
                break;
            case Reason.NoticeExpired or Reason.NoticeRefused or Reason.NoticesFull or Reason.Erased:
                ledger.Leave(handle);
                break;
            case Reason.Retried:
                message.Stage = Stage.Queued;
                message.Carrier = head.Carrier;
                message.Expiry = Retries.ExtendedExpiry(message.Expiry, head.At);
                break;
            default:
                Settle(handle, head.Code, head.At);
                break;
        }
    }

    /// <summary>As in life, but that the notice is queued only when all has been read.</summary>
    private void Settle(int handle, uint error, long at)
    {
        ref var message = ref ledger.Table[handle];
        message.Error = error;
        message.DoneAt = (uint)(at / 1000);
        if (Settlement.WantsNotice(in message)) notices.Expect(handle);
        else ledger.Leave(handle);
    }
}
