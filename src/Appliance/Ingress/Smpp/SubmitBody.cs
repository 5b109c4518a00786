using Codec;

namespace Appliance.Ingress.Smpp;

/// <summary>The submit_sm body that a carrier will get, and where its fields are.</summary>
internal static class SubmitBody
{
    private const byte TonInternational = 1;
    private const byte NpiIsdn = 1;

    /// <summary>
    /// Copies the body of a submit_sm into a slot. schedule_delivery_time stays behind: the appliance keeps the message
    /// until then, and a carrier that read it would keep it once more.
    /// </summary>
    /// <param name="slot">Its bytes and offsets are set.</param>
    /// <param name="submit">Read from the PDU.</param>
    /// <param name="pdu">The PDU, header included.</param>
    /// <param name="times">The submit's times at the slot's time.</param>
    /// <param name="international">The digits of the destination's international form; empty where it stays.</param>
    public static void Write(
        ref Slot slot, in SubmitSm submit, ReadOnlySpan<byte> pdu, in DeliveryTimes times,
        ReadOnlySpan<byte> international = default)
    {
        // TON and NPI stand before each address.
        slot.SourceOffset = (ushort)(submit.SourceAddrOffset - 2 - Header.Size);
        slot.DestinationOffset = (ushort)(submit.DestinationAddrOffset - 2 - Header.Size);
        var body = pdu[Header.Size..];
        var schedule = submit.ScheduleDeliveryTime.Length;
        var longer = international.IsEmpty ? 0 : international.Length - submit.DestinationAddr.Length;
        slot.RegisteredOffset = (ushort)(submit.RegisteredDeliveryOffset - Header.Size - schedule + longer);
        var target = slot.Allocate(body.Length - schedule + longer);
        if (!international.IsEmpty)
        {
            var head = slot.DestinationOffset;
            body[..head].CopyTo(target);
            target[head] = TonInternational;
            target[head + 1] = NpiIsdn;
            international.CopyTo(target[(head + 2)..]);
            var copied = head + 2 + international.Length;
            body = body[(head + 2 + submit.DestinationAddr.Length)..];
            target = target[copied..];
        }

        // A rule may have put it off though it was not scheduled.
        if (schedule == 0 && times.Due == 0)
        {
            body.CopyTo(target);
            return;
        }

        var at = ScheduleOffset(in submit) - pdu.Length + body.Length;
        body[..at].CopyTo(target);
        body[(at + schedule)..].CopyTo(target[at..]);
        // Behind the schedule's NUL.
        var validity = target.Slice(at + 1, submit.ValidityPeriod.Length);
        Span<byte> room = stackalloc byte[SmppTime.Length];
        times.ValidityWhenDue(submit.ValidityPeriod, room, slot.UnixMs).CopyTo(validity);
    }

    /// <summary>The account may not have the priority it asks for: its carrier does not hear of it either.</summary>
    public static void LowerPriority(ref Slot slot, byte most)
    {
        (slot.PriorityAsked, slot.Priority) = (slot.Priority, most);
        // TON and NPI, the address with its NUL, esm_class and protocol_id stand before it.
        var address = slot.DestinationOffset + 2;
        slot.Bytes[address + slot.Bytes[address..].IndexOf((byte)0) + 3] = most;
    }

    /// <summary>
    /// Where schedule_delivery_time stands in a PDU: destination_addr's NUL, esm_class, protocol_id and priority_flag
    /// are between (SMPP 3.4 section 4.4.1).
    /// </summary>
    public static int ScheduleOffset(in SubmitSm submit) =>
        submit.DestinationAddrOffset + submit.DestinationAddr.Length + 1 + 3;
}
