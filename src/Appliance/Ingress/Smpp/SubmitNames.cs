using System.Buffers;
using Codec;

namespace Appliance.Ingress.Smpp;

/// <summary>
/// user_message_reference as the name of a submission: with the destination, and with the part's number for a long
/// message whose parts share a reference.
/// </summary>
internal static class SubmitNames
{
    /// <summary>Sets the slot's hashes where the submit_sm has such a name.</summary>
    public static void Set(ref Slot slot, ushort account, in SubmitSm submit, ReadOnlySpan<byte> pdu)
    {
        if (!submit.Tlvs.TryFindInteger(TlvTag.UserMessageReference, out var reference)) return;
        var destination = submit.DestinationAddr;
        if (destination[0] == (byte)'+') destination = destination[1..];
        slot.RepeatKey = RepeatHash.Name(account, reference, PartOf(in submit), destination);
        slot.RepeatBody = Content(in submit, pdu);
    }

    private static uint PartOf(in SubmitSm submit)
    {
        if (submit.Tlvs.TryFindInteger(TlvTag.SarSegmentSeqnum, out var number)) return number;
        return (submit.EsmClass & UserDataHeader.EsmClassBit) != 0
            && UserDataHeader.TryRead(submit.ShortMessage, out var header)
            && header.TryGetConcatenation(out var part) ? part.Sequence : 0u;
    }

    /// <summary>
    /// All of the body but an absolute validity_period: senders make it anew from the time at which they send again.
    /// </summary>
    private static ulong Content(in SubmitSm submit, ReadOnlySpan<byte> pdu)
    {
        var body = pdu[Header.Size..];
        var validity = submit.ValidityPeriod;
        if (validity.IsEmpty || validity[^1] == (byte)'R') return RepeatHash.Of(body);
        var at = SubmitBody.ScheduleOffset(in submit) - Header.Size + submit.ScheduleDeliveryTime.Length + 1;
        var rented = ArrayPool<byte>.Shared.Rent(body.Length);
        var copy = rented.AsSpan(0, body.Length);
        body.CopyTo(copy);
        copy.Slice(at, validity.Length).Clear();
        var hash = RepeatHash.Of(copy);
        ArrayPool<byte>.Shared.Return(rented);
        return hash;
    }
}
