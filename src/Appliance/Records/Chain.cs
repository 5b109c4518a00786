using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Appliance.Records;

/// <summary>The way back through a message's history: each of its records names the one before.</summary>
public static class Chain
{
    /// <param name="record">One record of the message.</param>
    /// <param name="message">Where its first part was accepted.</param>
    /// <param name="at">Where this record is.</param>
    /// <param name="previous">The record before; 0 where this is the first.</param>
    /// <returns>False for a record that cannot be of this message, and for one that was erased.</returns>
    public static bool TryPrevious(ReadOnlySpan<byte> record, ulong message, ulong at, out ulong previous)
    {
        previous = 0;
        switch ((RecordKind)record[0])
        {
            case RecordKind.Accepted or RecordKind.Inbound:
                var accepted = MemoryMarshal.Read<Accepted>(record);
                previous = accepted.Previous;
                return (accepted.Flags & AcceptedFlags.Erased) == 0;
            case RecordKind.HandedOver:
                foreach (ref readonly var entry in Entries(record))
                    if (entry.Message == message && entry.Previous != at) previous = entry.Previous;
                return previous != 0;
            case RecordKind.Responded or RecordKind.Receipt or RecordKind.Noticed or RecordKind.Changed
                or RecordKind.Replaced or RecordKind.Charged or RecordKind.Refunded:
                previous = MemoryMarshal.Read<EventHead>(record).Previous;
                return true;
            default:
                return false;
        }
    }

    /// <param name="record">Of the kind HandedOver.</param>
    public static ReadOnlySpan<HandedOverEntry> Entries(ReadOnlySpan<byte> record) =>
        MemoryMarshal.Cast<byte, HandedOverEntry>(record[Unsafe.SizeOf<HandedOver>()..]);
}
