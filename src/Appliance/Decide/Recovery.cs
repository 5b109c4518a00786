using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Records;

namespace Appliance.Decide;

/// <summary>
/// Builds the live messages again from the journal, record by record, and then lets them go on: what waited waits
/// again, what was in flight is in doubt, what is to be told is told.
/// </summary>
public sealed class Recovery(
    Ledger ledger, Dispatch dispatch, Receipts receipts, Responses responses, Notices notices)
{
    /// <summary>Records read.</summary>
    public long Records { get; private set; }

    /// <summary>Messages that were in flight.</summary>
    public int InDoubt { get; private set; }

    public void Begin()
    {
        ledger.Replaying = true;
        ledger.Table.BeginReplay();
    }

    /// <summary>Applies one record, in the order of the journal.</summary>
    public void Apply(ulong position, ReadOnlySpan<byte> record)
    {
        Records++;
        switch ((RecordKind)record[0])
        {
            case RecordKind.Accepted:
                Accept(position, MemoryMarshal.Read<Accepted>(record), record[Unsafe.SizeOf<Accepted>()..]);
                break;
            case RecordKind.HandedOver:
                HandOver(position, MemoryMarshal.Read<HandedOver>(record), record[Unsafe.SizeOf<HandedOver>()..]);
                break;
            case RecordKind.ReceiptParked:
                var parked = MemoryMarshal.Read<ParkedReceipt>(record);
                receipts.Repark(in parked, record[Unsafe.SizeOf<ParkedReceipt>()..]);
                break;
            case RecordKind.Responded or RecordKind.Receipt or RecordKind.Noticed or RecordKind.Changed:
                Change(position, MemoryMarshal.Read<EventHead>(record), record[Unsafe.SizeOf<EventHead>()..]);
                break;
            default:
                throw new InvalidDataException(
                    $"the journal's record at position {position} is of kind {record[0]}, unknown to this version");
        }
    }

    /// <summary>All records are read: everything goes on from where it stood.</summary>
    public void Finish(long now)
    {
        ledger.Replaying = false;
        ledger.Table.EndReplay();
        var table = ledger.Table;
        for (var handle = table.Oldest; handle != MessageTable.None;)
        {
            ref var message = ref table[handle];
            var newer = message.Newer;
            switch (message.Stage)
            {
                case Stage.InFlight:
                    InDoubt++;
                    responses.InDoubt(handle, dispatch.Find(message.Carrier), now, restarting: true);
                    break;
                case Stage.Queued:
                    dispatch.Restore(handle, now);
                    break;
                case Stage.Notifying:
                    notices.Queue(handle);
                    break;
            }

            handle = newer;
        }
    }

    private void Accept(ulong position, in Accepted accepted, ReadOnlySpan<byte> body)
    {
        var handle = ledger.Table.Add(position);
        ref var message = ref ledger.Table[handle];
        message.Account = accepted.Account;
        message.Carrier = accepted.Carrier;
        message.Session = accepted.Session;
        message.AcceptedAt = accepted.At;
        message.Expiry = accepted.Expiry;
        message.RegisteredDelivery = accepted.RegisteredDelivery;
        message.Parts = accepted.Parts;
        message.PartsOpen = accepted.Parts;
        message.PartNumber = accepted.PartNumber;
        message.Flags = (accepted.Flags & AcceptedFlags.FromEsme) != 0 ? LiveFlags.FromEsme : LiveFlags.None;
        message.Stage = (accepted.Flags & AcceptedFlags.HandedOver) != 0 ? Stage.InFlight : Stage.Queued;
        Addresses.Copy(body, accepted.SourceOffset, ref message.Source);
        Addresses.Copy(body, accepted.DestinationOffset, ref message.Destination);
        if ((accepted.Flags & AcceptedFlags.Part) != 0)
        {
            message.First = ledger.Table.Find(accepted.Message);
            ledger.Table[message.First].Last = position;
        }

        notices.Account(accepted.Account).Live++;
    }

    private void HandOver(ulong position, in HandedOver head, ReadOnlySpan<byte> rest)
    {
        var entries = MemoryMarshal.Cast<byte, HandedOverEntry>(rest);
        for (var i = 0; i < head.Count; i++)
        {
            var handle = ledger.Table.Find(entries[i].Accepted);
            if (handle == MessageTable.None) continue;
            ref var message = ref ledger.Table[handle];
            message.Stage = Stage.InFlight;
            message.Carrier = head.Carrier;
            message.Session = head.Session;
            ledger.Table[message.First].Last = position;
        }
    }

    private void Change(ulong position, in EventHead head, ReadOnlySpan<byte> extra)
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
                receipts.Unpark(head.Carrier, extra);
                if (message.Stage != Stage.AwaitingReceipt || !Receipts.IsFinal((byte)head.Session)) return;
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

    private void Respond(int handle, in EventHead head, ReadOnlySpan<byte> extra)
    {
        ref var message = ref ledger.Table[handle];
        switch (head.Reason)
        {
            case Reason.CarrierAccepted:
                var always = dispatch.Find(head.Carrier)?.Options.AlwaysRegister ?? false;
                if (extra.IsEmpty || ((message.RegisteredDelivery & 3) == 0 && !always))
                {
                    ledger.Leave(handle);
                    return;
                }

                message.Stage = Stage.AwaitingReceipt;
                receipts.Index(handle, head.Carrier, extra);
                break;
            case Reason.PermanentError:
                Settle(handle, head.Code, head.At);
                break;
            case Reason.NextCarrier:
                message.Carrier = BinaryPrimitives.ReadUInt16LittleEndian(extra);
                message.Stage = Stage.Queued;
                break;
            default:
                message.Stage = Stage.Queued;
                break;
        }
    }

    private void ChangeWithoutPdu(int handle, in EventHead head)
    {
        ref var message = ref ledger.Table[handle];
        switch (head.Reason)
        {
            case Reason.InDoubtResend:
                message.Flags |= LiveFlags.PossibleDuplicate;
                message.Stage = Stage.Queued;
                break;
            case Reason.CarrierDown:
                message.Carrier = head.Carrier;
                break;
            default:
                Settle(handle, 0, head.At);
                break;
        }
    }

    /// <summary>As in life, but that the notice is queued only when all has been read.</summary>
    private void Settle(int handle, uint error, long at)
    {
        ref var message = ref ledger.Table[handle];
        message.Error = error;
        message.DoneAt = (uint)(at / 1000);
        if (Settlement.WantsNotice(in message)) message.Stage = Stage.Notifying;
        else ledger.Leave(handle);
    }
}
