using Appliance.Numbering;
using Appliance.Policy;
using Appliance.Routing;
using Appliance.Wire;
using Codec;

namespace Appliance.Ingress.Smpp;

/// <summary>Checks a submit_sm and puts it into the ring; the ring answers what is accepted, this what is
/// not.</summary>
internal sealed class SubmitReader(EsmeContext context, SmppConnection wire)
{
    private readonly SubmitPolicy _policy = new(context.Policy);
    private long _submitted;

    /// <returns>ESME_ROK if the ring answers; else the status to answer with.</returns>
    public CommandStatus Take(EsmeAccount account, in Header header, ReadOnlySpan<byte> pdu)
    {
        var now = Clock.UnixMsAt(wire.ReceivedTicks);
        var status = SubmitSm.TryRead(pdu, out var submit);
        if (status != CommandStatus.ESME_ROK) return Bad("submit_sm", status);
        status = Check(in submit, now, out var times);
        if (status != CommandStatus.ESME_ROK) return status;
        if (IsCrowded(account)) return CommandStatus.ESME_RTHROTTLED;
        Span<byte> digits = stackalloc byte[NumberPlan.MaxDigits];
        var destination = context.Destinations.Find(submit.DestinationAddr, submit.DestAddrTon, account.Home, digits);
        var international = digits[..destination.Length];
        if (!SubmitPolicy.TryClass(submit.Tlvs, account.Class, out var messageClass))
            return Bad("message_class", CommandStatus.ESME_RINVTLVVAL);
        var tables = context.Tables.Current;
        var query = new RouteQuery
        {
            Destination = international.IsEmpty ? submit.DestinationAddr : international,
            Sender = submit.SourceAddr,
            Network = destination.Network,
            Country = destination.Country,
            Account = account.Id,
            Class = messageClass.AsSet(),
            Now = now,
        };
        var route = tables.Routes.FindRank(in query);
        // Another sender may have one.
        if (route == Routes.None && !_policy.ReplacesSenders) return Bad("no_route", CommandStatus.ESME_RINVDSTADR);
        if (context.DiskFull) return CommandStatus.ESME_RMSGQFUL;
        if (!account.Rate.TryTake(Clock.NanosecondsAt(wire.ReceivedTicks), out _))
        {
            context.Observer.Throttled(account.Name);
            return CommandStatus.ESME_RTHROTTLED;
        }

        var optOuts = context.Policy.OptOuts;
        status = _policy.Check(account.Id, messageClass, in submit, query.Destination, destination.Country, now,
            ref times, out var sender);
        if (status != CommandStatus.ESME_ROK) return status;
        if (sender is not null) query = query with { Sender = sender.Octets.Span };
        if (sender is not null) route = tables.Routes.FindRank(in query);
        if (route == Routes.None) return Bad("no_route", CommandStatus.ESME_RINVDSTADR);
        if (!context.Share.TryClaim(context.Ring, context.Share.Of(account.Id), out var sequence))
        {
            context.Observer.RingRefused();
            return CommandStatus.ESME_RTHROTTLED;
        }

        ref var slot = ref context.Ring[sequence];
        slot.Kind = EventKind.Submit;
        Fill(ref slot, in submit, in times);
        slot.Source = wire;
        slot.Account = account.Id;
        slot.Parts = 1;
        slot.Sequence = header.Sequence;
        slot.OptOuts = optOuts;
        slot.Tables = tables.Number;
        slot.Route = route;
        (slot.Network, slot.Country) = (destination.Network, destination.Country);
        slot.Class = messageClass;
        (slot.UnixMs, slot.Ticks) = (now, wire.ReceivedTicks);
        slot.Price = tables.Money.PriceOf(in query);
        if (account.NamesByReference) SubmitNames.Set(ref slot, account.Id, in submit, pdu);
        slot.Key = AddressHash.Long(query.Destination);
        SubmitBody.Write(ref slot, in submit, pdu, in times, international);
        if (slot.Priority > account.MaxPriority) SubmitBody.LowerPriority(ref slot, account.MaxPriority);
        if (sender is not null) SubmitPolicy.ReplaceSource(ref slot, sender);
        context.Ring.Publish(sequence);
        _submitted++;
        return CommandStatus.ESME_ROK;
    }

    /// <summary>What its sender asks for.</summary>
    private static void Fill(ref Slot slot, in SubmitSm submit, in DeliveryTimes times)
    {
        slot.Code = submit.RegisteredDelivery;
        slot.Priority = submit.PriorityFlag;
        slot.PriorityAsked = 0;
        slot.ValiditySeconds = times.Validity;
        slot.DueSeconds = times.Due;
        slot.Segments = SegmentCount.Of(in submit);
        slot.RepeatKey = slot.RepeatBody = slot.RepeatBatch = 0;
        slot.OtherSender = 0;
    }

    /// <summary>What was taken since the last call is now seen by the ring.</summary>
    public void Flush() => context.Ring.Wake();

    /// <summary>Whether there is too much of the session's, or of all and of its account's: asked before anything is
    /// looked up for it.</summary>
    private bool IsCrowded(EsmeAccount account)
    {
        if (_submitted - Volatile.Read(ref wire.Answered) >= context.Options.SubmitWindow)
        {
            context.Observer.Throttled(account.Name);
            return true;
        }

        if (!context.Share.IsCrowded(context.Share.Of(account.Id))) return false;
        context.Observer.RingRefused();
        return true;
    }

    private CommandStatus Check(in SubmitSm submit, long now, out DeliveryTimes times)
    {
        times = default;
        var destination = submit.DestinationAddr;
        if (destination.Length > 0 && destination[0] == (byte)'+') destination = destination[1..];
        if (destination.IsEmpty || destination.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
            return Bad("destination_addr", CommandStatus.ESME_RINVDSTADR);
        if (submit.PriorityFlag > Schedule.HighestPriority)
            return Bad("priority_flag", CommandStatus.ESME_RINVPRTFLG);
        // To take it as a new message would bring the old one as well; replace_sm replaces.
        if (submit.ReplaceIfPresentFlag != 0)
            return Bad("replace_if_present_flag", CommandStatus.ESME_RINVREPFLAG);
        var status = DeliveryTimes.Read(
            submit.ScheduleDeliveryTime, submit.ValidityPeriod, now, context.Options.LongestValidity, out times);
        if (status != CommandStatus.ESME_ROK)
            return Bad(status == CommandStatus.ESME_RINVSCHED ? "schedule_delivery_time" : "validity_period", status);
        return LengthsHold(submit.Tlvs) ? CommandStatus.ESME_ROK : Bad("tlv_length", CommandStatus.ESME_RINVTLVLEN);
    }

    /// <summary>Whether every TLV that SMPP 5.0 lists has a length it may have; others are the carrier's.</summary>
    private static bool LengthsHold(TlvReader tlvs)
    {
        foreach (var tlv in tlvs)
            if (!tlv.Tag.Type().Allows(tlv.Length)) return false;
        return true;
    }

    private CommandStatus Bad(string reason, CommandStatus status)
    {
        context.Observer.BadInput(reason);
        return status;
    }
}
