using Appliance.Records;

namespace Appliance.Decide;

/// <summary>
/// What senders and operators change about messages: take back, give another body, let a dead letter go out again, end
/// one that is to be erased.
/// </summary>
public sealed class Changes(
    Ledger ledger, Backlog backlog, Reviver reviver, Dispatch dispatch, Settlement settlement, DeadLetters dead,
    Billing billing, Forgetting forgetting, Outgoing outgoing)
{
    /// <summary>Wishes that wait for room at the most, and milliseconds for which one does.</summary>
    private const int MostLater = 1000;
    private const int Patience = 5000;

    private readonly List<int> _group = [];

    // What they are about was put outside memory in their own batch, and can be read only when that is committed.
    private readonly Queue<Wish> _later = new();

    private sealed record Wish(
        EventKind Kind, ulong Position, ushort Account, PendingAnswer Who, byte RegisteredDelivery, ushort Source,
        ushort Destination, ushort Registered, uint Due, uint Validity, byte[] Body, long At);

    /// <summary>What is before this position is committed.</summary>
    public ulong BatchStart { get; set; }

    public void Take(ref Slot slot, long now)
    {
        if (slot.Source is not PendingAnswer who) return;
        Try(new Wish(slot.Kind, slot.Position, slot.Account, who, slot.Code, slot.SourceOffset, slot.DestinationOffset,
            slot.RegisteredOffset, slot.DueSeconds, slot.ValiditySeconds, slot.Bytes.ToArray(), now), now);
    }

    /// <summary>What could not be done in the batch it came in.</summary>
    public void Tick(long now)
    {
        for (var i = _later.Count; i > 0; i--) Try(_later.Dequeue(), now);
    }

    private void Try(Wish wish, long now)
    {
        var result = wish.Kind switch
        {
            EventKind.RetryDead => Retry(wish.Position, now),
            EventKind.DropDead => dead.TryRemove(wish.Position) ? ChangeResult.Done : ChangeResult.NotFound,
            _ => Change(wish, now),
        };
        if (result is { } known) outgoing.Changed(wish.Who, known);
        else if (now - wish.At >= Patience || _later.Count >= MostLater) outgoing.Changed(wish.Who, ChangeResult.Busy);
        else _later.Enqueue(wish);
    }

    /// <returns>Null where it can be done only after this batch.</returns>
    private ChangeResult? Change(Wish wish, long now)
    {
        var table = ledger.Table;
        var first = table.Find(wish.Position);
        var listed = first == MessageTable.None;
        if (listed)
        {
            if (wish.Position >= BatchStart) return ChangeResult.NotFound;
            var last = ledger.Log.TryFindFiled(wish.Position, out var filed) ? filed : wish.Position;
            if (last >= BatchStart || !backlog.HasRoom(byte.MaxValue)) return null;
            // Its anchor comes when it is sure that it stays.
            first = reviver.Revive(wish.Position, last, ledger.Log.NextPosition);
            if (first == MessageTable.None) return Finished(wish);
        }

        var result = wish.Kind != EventKind.Erase ? Check(first, wish)
            : forgetting.CanEnd(first) ? ChangeResult.Done : ChangeResult.TooLate;
        if (result == ChangeResult.Done && listed && !backlog.TryUnlist(first)) result = ChangeResult.TooLate;
        if (result != ChangeResult.Done)
        {
            if (listed) reviver.Discard(first);
            return result;
        }

        if (wish.Kind == EventKind.Erase)
        {
            forgetting.End(first, !listed, now);
            dead.Remove(wish.Position);
            return ChangeResult.Done;
        }

        Reviver.Group(table, first, _group);
        if (!listed) foreach (var part in _group) dispatch.Withdraw(part);
        if (wish.Kind == EventKind.Cancel) Cancel(now);
        else Replace(first, wish, now);
        return ChangeResult.Done;
    }

    private ChangeResult Finished(Wish wish)
    {
        if (!reviver.IsMessage(wish.Position)) return ChangeResult.NotFound;
        if (wish.Kind != EventKind.Erase) return ChangeResult.TooLate;
        dead.Remove(wish.Position);
        return ChangeResult.Done;
    }

    /// <summary>Whether a message is the asker's and all of it still waits.</summary>
    private ChangeResult Check(int first, Wish wish)
    {
        ref var message = ref ledger.Table[first];
        if (message.First != first || (wish.Account != 0 && message.Account != wish.Account))
            return ChangeResult.NotFound;
        // replace_sm knows one short_message (SMPP 3.4 section 4.10).
        if (wish.Kind == EventKind.Replace && message.Parts > 1) return ChangeResult.TooLate;
        Reviver.Group(ledger.Table, first, _group);
        if (_group.Count != message.Parts) return ChangeResult.TooLate;
        foreach (var part in _group)
            // What was in doubt may have been delivered already.
            if (ledger.Table[part].Stage is not (Stage.Queued or Stage.Backoff) || ledger.Table[part].Doubts > 0)
                return ChangeResult.TooLate;
        return ChangeResult.Done;
    }

    private void Cancel(long now)
    {
        foreach (var part in _group)
        {
            dispatch.Change(part, State.Cancelled, Reason.Cancelled, now);
            settlement.Settle(part, 0, (uint)(now / 1000));
        }
    }

    private void Replace(int handle, Wish wish, long now)
    {
        ref var message = ref ledger.Table[handle];
        var seconds = (uint)(now / 1000);
        message.RegisteredDelivery = wish.RegisteredDelivery;
        if (wish.Validity != 0) message.Expiry = seconds + wish.Validity;
        message.Due = wish.Due > seconds ? wish.Due : 0;
        var record = new Replaced
        {
            Head = new EventHead
            {
                Kind = RecordKind.Replaced,
                State = State.Queued,
                Carrier = message.Carrier,
                At = now,
                Accepted = message.Position,
                Previous = message.Last,
            },
            RegisteredDelivery = wish.RegisteredDelivery,
            SourceOffset = wish.Source,
            DestinationOffset = wish.Destination,
            RegisteredOffset = wish.Registered,
            Expiry = message.Expiry,
            Due = message.Due,
        };
        var position = RecordWriter.Write(ledger.Log, in record, wish.Body);
        dispatch.Accepted(position);
        message.Last = position;
        message.BodyAt = position;
        message.Cached = -1;
        if (message.Due == 0)
        {
            dispatch.Requeue(handle, now);
            return;
        }

        ledger.States.CountScheduled(message.Account, message.Carrier);
        backlog.Hold(handle, backlog.Lists.Get(HeldKind.Scheduled, message.Due));
    }

    /// <summary>What failed begins again, as if it came in now; what was delivered of it stays so.</summary>
    private ChangeResult? Retry(ulong position, long now)
    {
        if (!dead.Contains(position)) return ChangeResult.NotFound;
        // A part still under way, or the receipt of the failure.
        if (ledger.Table.Find(position) != MessageTable.None) return ChangeResult.TooLate;
        if (!ledger.Log.TryFindFiled(position, out var last)) return ChangeResult.Gone;
        if (last >= BatchStart || !backlog.HasRoom(byte.MaxValue)) return null;
        var told = reviver.Revive(position, last, ledger.Log.NextPosition);
        if (told != MessageTable.None)
        {
            // Its failure is still to be told, outside memory.
            reviver.Discard(told);
            return ChangeResult.TooLate;
        }

        // Retention or an erasure has been there, or the disk has lost it.
        if (reviver.IsUnreadable || !reviver.IsMessage(position)) return ChangeResult.Gone;
        if (!IsCovered(position, last)) return ChangeResult.BalanceTooLow;
        Span<HeldEntry> entry = [new HeldEntry { Position = position, Last = last }];
        var anchor = backlog.Lists.WriteRevived(HeldKind.Dead, 0, picked: false, entry);
        var first = reviver.Revive(position, last, anchor, retried: true);
        if (first == MessageTable.None) return ChangeResult.NotFound;
        dead.TryRemove(position);
        Reviver.Group(ledger.Table, first, _group);
        foreach (var part in _group.ToArray())
        {
            ref var message = ref ledger.Table[part];
            if (message.Stage != Stage.Queued) continue;
            if (dispatch.Choice.Again(in message, now) is { } carrier) Dispatch.Assign(ref message, carrier);
            message.Expiry = Retries.ExtendedExpiry(message.Expiry, now);
            dispatch.Change(part, State.Queued, Reason.Retried, now);
            billing.ChargeAgain(part, now);
            dispatch.Restore(part, now);
        }

        return ChangeResult.Done;
    }

    /// <summary>Whether its account has what it was given back when the message failed.</summary>
    private bool IsCovered(ulong position, ulong last)
    {
        var first = reviver.Revive(position, last, ledger.Log.NextPosition, retried: true);
        if (first == MessageTable.None) return true;
        Reviver.Group(ledger.Table, first, _group);
        var account = ledger.Table[first].Account;
        long amount = 0;
        foreach (var part in _group)
        {
            ref var message = ref ledger.Table[part];
            const LiveFlags given = LiveFlags.Refunded | LiveFlags.Paid;
            if (message.Stage == Stage.Queued && (message.Flags & given) == given) amount += message.Charge;
        }

        reviver.Discard(first);
        return amount == 0 || billing.Covers(account, amount);
    }
}
