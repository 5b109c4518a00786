using System.Diagnostics;
using Appliance.Wire;
using Codec;

namespace Appliance.Ingress.Smpp;

/// <summary>Checks a submit_sm and puts it into the ring; the ring answers what is accepted, this what is
/// not.</summary>
internal sealed class SubmitReader(EsmeContext context, SmppConnection wire)
{
    private long _submitted;

    /// <returns>ESME_ROK if the ring answers; else the status to answer with.</returns>
    public CommandStatus Take(EsmeAccount account, in Header header, ReadOnlySpan<byte> pdu)
    {
        var status = SubmitSm.TryRead(pdu, out var submit);
        if (status != CommandStatus.ESME_ROK) return Bad("submit_sm", status);
        status = Check(in submit, out var route, out var validity);
        if (status != CommandStatus.ESME_ROK) return status;
        if (context.DiskFull) return CommandStatus.ESME_RMSGQFUL;
        if (_submitted - Volatile.Read(ref wire.Answered) >= context.Options.SubmitWindow)
        {
            context.Observer.Throttled(account.Name);
            return CommandStatus.ESME_RTHROTTLED;
        }

        if (!context.Ring.TryClaim(context.Options.RingReserve, out var sequence))
        {
            context.Observer.RingRefused();
            return CommandStatus.ESME_RTHROTTLED;
        }

        ref var slot = ref context.Ring[sequence];
        slot.Kind = EventKind.Submit;
        slot.Source = wire;
        slot.Account = account.Id;
        slot.Parts = 1;
        slot.Code = submit.RegisteredDelivery;
        slot.Sequence = header.Sequence;
        slot.Route = route;
        slot.ValiditySeconds = validity;
        // TON and NPI stand before each address.
        slot.SourceOffset = (ushort)(submit.SourceAddrOffset - 2 - Header.Size);
        slot.DestinationOffset = (ushort)(submit.DestinationAddrOffset - 2 - Header.Size);
        slot.RegisteredOffset = (ushort)(submit.RegisteredDeliveryOffset - Header.Size);
        slot.UnixMs = Clock.UnixMs;
        slot.Ticks = Stopwatch.GetTimestamp();
        pdu[Header.Size..].CopyTo(slot.Allocate(pdu.Length - Header.Size));
        context.Ring.Publish(sequence);
        _submitted++;
        return CommandStatus.ESME_ROK;
    }

    /// <summary>What was taken since the last call is now seen by the ring.</summary>
    public void Flush() => context.Ring.Wake();

    private CommandStatus Check(in SubmitSm submit, out int route, out uint validity)
    {
        route = -1;
        validity = 0;
        var destination = submit.DestinationAddr;
        if (destination.Length > 0 && destination[0] == (byte)'+') destination = destination[1..];
        if (destination.IsEmpty || destination.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
            return Bad("destination_addr", CommandStatus.ESME_RINVDSTADR);
        // Deferred delivery is not offered yet; a message must not go out before its time.
        if (!submit.ScheduleDeliveryTime.IsEmpty) return Bad("schedule_delivery_time", CommandStatus.ESME_RINVSCHED);
        if (!TryReadValidity(submit.ValidityPeriod, out validity))
            return Bad("validity_period", CommandStatus.ESME_RINVEXPIRY);
        if (!LengthsHold(submit.Tlvs)) return Bad("tlv_length", CommandStatus.ESME_RINVTLVLEN);
        route = context.Routes.Find(destination);
        return route < 0 ? Bad("no_route", CommandStatus.ESME_RINVDSTADR) : CommandStatus.ESME_ROK;
    }

    /// <summary>Whether every TLV that SMPP 5.0 lists has a length it may have; others are the carrier's.</summary>
    private static bool LengthsHold(TlvReader tlvs)
    {
        foreach (var tlv in tlvs)
            if (!tlv.Tag.Type().Allows(tlv.Length)) return false;
        return true;
    }

    /// <summary>Reads a validity_period as seconds from now, 0 where the field is empty.</summary>
    private static bool TryReadValidity(ReadOnlySpan<byte> text, out uint seconds)
    {
        seconds = 0;
        if (text.IsEmpty) return true;
        if (!SmppTime.TryParse(text, out var time)) return false;
        var now = DateTimeOffset.FromUnixTimeMilliseconds(Clock.UnixMs);
        var validity = (time.From(now) - now).TotalSeconds;
        // A time that has passed, or none at all, cannot be kept.
        if (validity is < 1 or > int.MaxValue) return false;
        seconds = (uint)validity;
        return true;
    }

    private CommandStatus Bad(string reason, CommandStatus status)
    {
        context.Observer.BadInput(reason);
        return status;
    }
}
