using Appliance.Records;

namespace Appliance.Decide;

/// <summary>
/// Which messages are in memory: those that are being worked on. What waits for a carrier, for its time or for an
/// ESME beyond a small stock stands in a list of 24 bytes a message; what awaits its receipt for long is in an index
/// on disk.
/// </summary>
public sealed class Backlog(
    Ledger ledger, HeldLists lists, Reviver reviver, Dispatch dispatch, Notices notices, IKeyedState keyed,
    DeciderOptions options)
{
    /// <summary>A carrier's stock is filled up to this many windows.</summary>
    private const int WindowsInStock = 4;
    private const int Bite = 256;

    private readonly HeldEntry[] _taken = new HeldEntry[Bite];
    private readonly List<int> _group = [];

    public HeldLists Lists => lists;

    /// <summary>Above it what can be is put outside memory.</summary>
    public int SoftLimit { get; } = options.MemoryMessages / 4 * 3;

    /// <summary>Whether a new message must wait behind others outside memory.</summary>
    public bool MustHold(Carrier carrier, int priority)
    {
        if (carrier.HeldFrom(priority) > 0 || ledger.Table.Count >= SoftLimit) return true;
        return carrier.Held[priority] is { Count: > 0 } || carrier.WaitingFrom(priority) >= options.MostWaiting;
    }

    /// <summary>The list of a carrier.</summary>
    public HeldList Waiting(Carrier carrier, int priority) => carrier.Held[priority] ??=
        lists.Get(HeldKind.Waiting, HeldLists.WaitingKey(carrier.Options.Id, priority));

    /// <summary>A message in memory, all of it waiting, goes to the list of its carrier.</summary>
    public void Hold(int first, HeldList list)
    {
        ref var message = ref ledger.Table[first];
        var entry = new HeldEntry
        {
            Position = message.Position,
            Last = message.Last,
            Expiry = message.Expiry,
            Account = message.Account,
            Parts = message.Parts,
        };
        Reviver.Group(ledger.Table, first, _group);
        foreach (var part in _group) entry.Refused |= ledger.Table[part].Refused;
        ledger.File(first);
        notices.Account(message.Account).Live += message.Parts;
        for (var i = _group.Count - 1; i >= 0; i--) ledger.Forget(_group[i]);
        lists.Append(list, in entry);
    }

    /// <summary>Before a batch ends: memory takes in what can move on soon.</summary>
    public void Refill(long now)
    {
        foreach (var carrier in dispatch.Carriers)
        {
            if (!carrier.IsUp || carrier.HeldCount == 0) continue;
            var stock = Math.Max(options.LeastStock, carrier.Options.Window * carrier.Bound * WindowsInStock);
            for (var priority = Partition.Priorities - 1; priority >= 0; priority--)
            {
                if (carrier.Held[priority] is not { Ready: > 0 } list) continue;
                var room = Math.Min(stock - carrier.WaitingFrom(priority), Bite);
                if (room > 0 && HasRoom(room)) Revive(list, room, now);
            }
        }

        // By number: an account that is no longer configured may turn up on the way.
        for (var i = 0; i < notices.Accounts.Count; i++)
        {
            var account = notices.Accounts[i];
            if (account.Held is not { Ready: > 0 } list || account.Receivers.Count == 0) continue;
            var room = Math.Min(options.NoticeStock - account.Notices.Count, Bite);
            if (room > 0 && HasRoom(room)) Revive(list, room, now);
        }
    }

    /// <summary>After a start: lists of carriers that are no longer configured.</summary>
    public List<HeldList> Strays { get; } = [];

    /// <summary>Messages whose time has come go to their carriers, and those that have lost theirs to others.</summary>
    public void ReleaseDue(long now)
    {
        foreach (var stray in Strays)
            if (stray.Ready > 0 && HasRoom(Bite)) Revive(stray, Bite, now);
        while (lists.FirstDue <= (ulong)(now / 1000) && HasRoom(Bite))
        {
            var list = lists.Find(HeldKind.Scheduled, lists.FirstDue)!;
            if (list.Ready == 0) return;
            Revive(list, Bite, now);
        }
    }

    /// <summary>Whether so many more fit into memory; an event on its way must always find room.</summary>
    public bool HasRoom(int messages) => ledger.Table.Count + messages + Bite < ledger.Table.Limit;

    /// <summary>Takes so many from the head of a list and lets them go on.</summary>
    public int Revive(HeldList list, int most, long now)
    {
        var (kind, key) = (list.Kind, list.Key);
        var count = lists.Pop(list, _taken.AsSpan(0, Math.Min(most, Bite)));
        if (count == 0) return 0;
        var entries = _taken.AsSpan(0, count);
        var anchor = lists.WriteRevived(kind, key, picked: false, entries);
        foreach (ref readonly var entry in entries) GoOn(in entry, kind, anchor, now);
        return count;
    }

    /// <summary>Brings one message back from the middle of its list, without letting it go on.</summary>
    /// <returns>Its first part, or <see cref="MessageTable.None"/>.</returns>
    public int Pick(HeldList list, in HeldEntry entry)
    {
        var anchor = lists.WriteRevived(list.Kind, list.Key, picked: true, [entry]);
        notices.Account(entry.Account).Live -= entry.Parts;
        return reviver.Revive(entry.Position, entry.Last, anchor);
    }

    /// <summary>A message that was looked at by reviving it leaves its list for good.</summary>
    /// <returns>Whether it is in the list in which one in its state must be.</returns>
    public bool TryUnlist(int first)
    {
        ref var message = ref ledger.Table[first];
        var (kind, key) = message.Due != 0
            ? (HeldKind.Scheduled, (ulong)message.Due)
            : (HeldKind.Waiting, HeldLists.WaitingKey(message.Carrier, message.Priority));
        if (lists.Find(kind, key) is not { } list) return false;
        Span<HeldEntry> entry = [new HeldEntry { Position = message.Position, Last = message.Last }];
        var anchor = lists.WriteRevived(kind, key, picked: true, entry);
        lists.Pick(list, message.Parts, message.Position);
        notices.Account(message.Account).Live -= message.Parts;
        Reviver.Group(ledger.Table, first, _group);
        foreach (var part in _group) ledger.Table.Anchor(part, anchor);
        return true;
    }

    /// <summary>Brings a message back whose receipt has come, or never will.</summary>
    /// <returns>Its first part, or <see cref="MessageTable.None"/> where it is finished.</returns>
    public int ReviveAwaiting(in Keyed entry)
    {
        // The index may be behind: where the history really ends is filed.
        var last = ledger.Log.TryFindFiled(entry.Position, out var filed) ? filed : entry.First;
        Span<HeldEntry> one = [new HeldEntry { Position = entry.Position, Last = last }];
        var anchor = lists.WriteRevived(HeldKind.Awaiting, 0, picked: false, one);
        var first = reviver.Revive(entry.Position, last, anchor);
        if (first == MessageTable.None) return first;
        Reviver.Group(ledger.Table, first, _group);
        foreach (var handle in _group)
        {
            ref var part = ref ledger.Table[handle];
            if ((part.Flags & LiveFlags.Indexed) != 0) keyed.Unawait(part.IdKey, entry.Position);
        }

        return first;
    }

    /// <summary>Every part that waits goes to its carrier's queue.</summary>
    public void Enqueue(int first, long now)
    {
        Reviver.Group(ledger.Table, first, _group);
        // What settles may leave the table, so the list is walked, not the table.
        foreach (var part in _group.ToArray())
            if (ledger.Table[part].Stage == Stage.Queued) dispatch.Restore(part, now);
    }

    private void GoOn(in HeldEntry entry, HeldKind kind, ulong anchor, long now)
    {
        notices.Account(entry.Account).Live -= entry.Parts;
        if (ledger.Table.Find(entry.Position) != MessageTable.None) return;
        var first = reviver.Revive(entry.Position, entry.Last, anchor);
        if (first == MessageTable.None) return;
        switch (kind)
        {
            case HeldKind.Notices:
                if (ledger.Table[first].Stage == Stage.Notifying) notices.Take(first);
                else Enqueue(first, now);
                break;
            case HeldKind.Scheduled:
                Release(first, now);
                break;
            default:
                Enqueue(first, now);
                break;
        }
    }

    private void Release(int first, long now)
    {
        ref var message = ref ledger.Table[first];
        var carrier = dispatch.Choice.Again(in message) ?? dispatch.Find(message.Carrier);
        Reviver.Group(ledger.Table, first, _group);
        foreach (var part in _group)
        {
            ref var one = ref ledger.Table[part];
            // Of what waits for its next try some parts may be through.
            if (one.Stage != Stage.Queued) continue;
            if (carrier is not null) one.Carrier = carrier.Options.Id;
            one.Due = 0;
            dispatch.Change(part, State.Queued, Reason.Due, now);
        }

        if (carrier is not null && MustHold(carrier, message.Priority)) Hold(first, Waiting(carrier, message.Priority));
        else Enqueue(first, now);
    }
}
