using System.Diagnostics;
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
    /// <summary>So long a submission waits for room in the ring before it is refused.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    /// <summary>There is no room in the ring; no status of the protocol's.</summary>
    private const CommandStatus NoRoom = (CommandStatus)uint.MaxValue;

    private readonly SubmitPolicy _policy = new(context.Policy);
    private readonly WaitingSubmits _waiting = new(context.Waiting);
    private long _submitted;

    public bool IsWaiting => _waiting.Count > 0;

    /// <summary>The session has ended.</summary>
    public void Forget() => _waiting.Clear();

    /// <returns>ESME_ROK if the ring answers, or if it waits for room there; else the status to answer with.</returns>
    public CommandStatus Take(EsmeAccount account, in Header header, ReadOnlySpan<byte> pdu)
    {
        // Before anything is read: a flood is to cost little.
        if (_submitted - Volatile.Read(ref wire.Answered) + _waiting.Count >= context.Options.SubmitWindow)
            return Full(account);
        var now = Clock.UnixMsAt(wire.ReceivedTicks);
        var status = Read(pdu, now, out var submit, out var times);
        if (status != CommandStatus.ESME_ROK) return status;
        if (IsWaiting || !HasRoom(account)) return PutAside(pdu);
        status = Enter(account, in header, in submit, pdu, ref times, now, wire.ReceivedTicks);
        return status == NoRoom ? PutAside(pdu) : status;
    }

    /// <summary>Takes the first of those that wait, if there is room for it by now or it has waited too long.</summary>
    /// <param name="account">Null where the session is about to end: bound no more, or its account gone.</param>
    /// <param name="header">Whose turn it was.</param>
    /// <param name="status">ESME_ROK if the ring answers; else the status to answer with.</param>
    /// <returns>False if none waits, or the first has to wait longer.</returns>
    public bool TryTakeWaiting(EsmeAccount? account, out Header header, out CommandStatus status)
    {
        (header, status) = (default, default);
        if (!IsWaiting) return false;
        var pdu = _waiting.First(out var since);
        if (account is null || context.Draining) status = CommandStatus.ESME_RSYSERR;
        header = Header.Read(pdu);
        if (status == CommandStatus.ESME_ROK) status = HasRoom(account!) ? Enter(account!, in header, pdu) : NoRoom;
        if (status == NoRoom)
        {
            if (Stopwatch.GetElapsedTime(since) < LongestWait) return false;
            status = Crowded();
        }

        _waiting.RemoveFirst();
        return true;
    }

    private bool HasRoom(EsmeAccount account) => context.Share.HasRoom(context.Ring, context.Share.Of(account.Id));

    private CommandStatus PutAside(ReadOnlySpan<byte> pdu)
    {
        if (!_waiting.TryAdd(wire.ReceivedTicks, pdu)) return Crowded();
        if (_waiting.Count == 1) wire.WaitForRoom();
        return CommandStatus.ESME_ROK;
    }

    private CommandStatus Crowded()
    {
        context.Observer.RingRefused();
        return CommandStatus.ESME_RTHROTTLED;
    }

    /// <summary>Reads again what has waited. It comes to its turn now: the times in it are from now, and what it waits
    /// for from here on is the ring's doing.</summary>
    private CommandStatus Enter(EsmeAccount account, in Header header, ReadOnlySpan<byte> pdu)
    {
        var ticks = Stopwatch.GetTimestamp();
        var now = Clock.UnixMsAt(ticks);
        var status = Read(pdu, now, out var submit, out var times);
        if (status != CommandStatus.ESME_ROK) return status;
        return Enter(account, in header, in submit, pdu, ref times, now, ticks);
    }

    /// <returns><see cref="NoRoom"/> if another has taken it in between.</returns>
    private CommandStatus Enter(EsmeAccount account, in Header header, in SubmitSm submit, ReadOnlySpan<byte> pdu,
        ref DeliveryTimes times, long now, long ticks)
    {
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
        if (!account.Rate.TryTake(Clock.NanosecondsAt(ticks), out _))
        {
            context.Observer.Throttled(account.Name);
            return CommandStatus.ESME_RTHROTTLED;
        }

        var optOuts = context.Policy.OptOuts;
        var status = _policy.Check(account.Id, messageClass, in submit, query.Destination, destination.Country, now,
            ref times, out var sender);
        if (status != CommandStatus.ESME_ROK) return status;
        if (sender is not null) query = query with { Sender = sender.Octets.Span };
        if (sender is not null) route = tables.Routes.FindRank(in query);
        if (route == Routes.None) return Bad("no_route", CommandStatus.ESME_RINVDSTADR);
        if (!context.Share.TryClaim(context.Ring, context.Share.Of(account.Id), out var sequence)) return NoRoom;
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
        (slot.UnixMs, slot.Ticks) = (now, ticks);
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

    /// <summary>Too much of the session's is unanswered: for want of room, or since it does not wait.</summary>
    private CommandStatus Full(EsmeAccount account)
    {
        if (IsWaiting) return Crowded();
        context.Observer.Throttled(account.Name);
        return CommandStatus.ESME_RTHROTTLED;
    }

    private CommandStatus Read(ReadOnlySpan<byte> pdu, long now, out SubmitSm submit, out DeliveryTimes times)
    {
        times = default;
        var status = SubmitSm.TryRead(pdu, out submit);
        return status == CommandStatus.ESME_ROK ? Check(in submit, now, out times) : Bad("submit_sm", status);
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
