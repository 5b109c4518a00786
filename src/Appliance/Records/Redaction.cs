using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Policy.OptOuts;

namespace Appliance.Records;

/// <summary>
/// Takes out of a record what tells of a person: body, numbers, and what became of the message. Its kind, its length
/// and its place in the chain stay, so that the journal stays whole.
/// </summary>
public static class Redaction
{
    /// <returns>Whether anything was changed.</returns>
    public static bool Redact(ulong position, Span<byte> record)
    {
        switch ((RecordKind)record[0])
        {
            case RecordKind.Accepted or RecordKind.Inbound:
                ref var accepted = ref MemoryMarshal.AsRef<Accepted>(record);
                if ((accepted.Flags & AcceptedFlags.Erased) != 0) return false;
                accepted.Flags |= AcceptedFlags.Erased;
                accepted.Carrier = accepted.Session = 0;
                record[Unsafe.SizeOf<Accepted>()..].Clear();
                return true;
            case RecordKind.Replaced:
                Redact(ref MemoryMarshal.AsRef<EventHead>(record));
                record[Unsafe.SizeOf<EventHead>()..].Clear();
                return true;
            case RecordKind.Responded or RecordKind.Receipt or RecordKind.Noticed or RecordKind.Changed:
                Redact(ref MemoryMarshal.AsRef<EventHead>(record));
                record[Unsafe.SizeOf<EventHead>()..].Clear();
                return true;
            case RecordKind.Charged or RecordKind.Refunded:
                // Whose money it was and how much stays, or the balance could not be made from the journal.
                Redact(ref MemoryMarshal.AsRef<EventHead>(record));
                return true;
            case RecordKind.ReceiptParked:
                ref var parked = ref MemoryMarshal.AsRef<ParkedReceipt>(record);
                if (parked.Handset == 0) return false;
                parked.Handset = 0;
                return true;
            case RecordKind.OptOut:
                if (record[OptOutChange.NumberLengthAt] == 0) return false;
                record[1..].Clear();
                return true;
            default:
                // What it says of many messages at once names none of them but by position.
                return false;
        }
    }

    private static void Redact(ref EventHead head)
    {
        head.State = State.Queued;
        head.Reason = Reason.None;
        head.Carrier = head.Session = 0;
        head.Code = 0;
        head.At = 0;
    }
}
