using Appliance.Limits;
using Appliance.Records;

namespace Appliance.Decide;

/// <summary>
/// Which messages are in memory: those that are being worked on. What waits for a carrier, for its time or for an
/// ESME beyond a small stock stands in a list of 25 bytes a message; what awaits its receipt for long is in an index
/// on disk.
/// </summary>
public sealed class Backlog(
    Ledger ledger, HeldLists lists, Reviver reviver, Dispatch dispatch, Notices notices, IKeyedState keyed,
    FairWeights weights, DeciderOptions options)
{
    /// <summary>A carrier's stock is filled up to this many windows.</summary>
    private const int WindowsInStock = 4;
    private const int Bite = 256;

    /// <summary>So many stocks may wait in order before they count.</summary>
    private const int OrderedStocks = 4;

    /// <summary>So many of an account may wait in memory though others' fill it.</summary>
    private const int LeastShare = 64;

    /// <summary>Accounts of a carrier whose stock is filled up in one batch.</summary>
    private const int AccountsARefill = 16;

    /// <summary>What is due at once comes in over several ticks: 200,000 a second.</summary>
    private const int BitesATick = 8;

    private readonly HeldEntry[] _taken = new HeldEntry[Bite];
    private readonly List<int> _group = [];

    /// <summary>Places kept for messages whose receipt comes.</summary>
    private readonly int _reserve = Math.Min(512, options.MemoryMessages / 20);

    public HeldLists Lists => lists;

    /// <summary>Called with a message whose history cannot be read: it is in no list any more.</summary>
    public Action<HeldEntry>? Unreadable { get; set; }

    /// <summary>Messages that are not final, by their parts.</summary>
    public int Unfinished => ledger.Table.Count + lists.Parts - notices.Waiting;

    /// <summary>Above it what can be is put outside memory.</summary>
    public int SoftLimit { get; } = options.MemoryMessages / 4 * 3;

    /// <summary>A carrier's messages that wait in memory; all carriers' together leave the others half of it.</summary>
    private int MostWaiting { get; set; } = ShareOf(options, options.Carriers.Count);

    /// <summary>Whether a new message must wait behind others outside memory.</summary>
    public bool MustHold(Carrier carrier, int priority, ushort account)
    {
        if (ledger.Table.Count >= SoftLimit) return true;
        // What waits for its sender's turn is in no queue.
        if (carrier.Options.SenderThroughput > 0 && dispatch.WaitingInOrder(carrier) >= MostWaiting) return true;
        if (carrier.HeldFrom(priority) > 0 && IsBehind(carrier, priority, account)) return true;
        var waiting = carrier.WaitingFrom(priority);
        return waiting >= MostWaiting
            && (waiting >= MostWaiting + (MostWaiting / 4) || carrier.WaitingOf(account, priority) >= LeastShare);
    }

    private static int ShareOf(DeciderOptions options, int carriers) => Math.Min(options.MostWaiting,
        Math.Max(options.LeastStock, options.MemoryMessages / 8 * 3 / Math.Max(1, carriers)));

    /// <summary>There are more or fewer than before.</summary>
    public void CarriersChanged() => MostWaiting = ShareOf(options, dispatch.Carriers.Count);

    /// <summary>What waits outside memory for a carrier that is not configured any more goes to others of its route.
    /// </summary>
    public void Abandon(Carrier carrier)
    {
        foreach (var line in carrier.Held) Strays.AddRange(line.Release());
    }

    /// <summary>What waits outside memory for a carrier that is configured again is its own again.</summary>
    public void Adopt(Carrier carrier)
    {
        foreach (var list in Strays.FindAll(list => HeldLists.CarrierOf(list.Key) == carrier.Options.Id))
        {
            Strays.Remove(list);
            carrier.Held[HeldLists.PriorityOf(list.Key)].Add(HeldLists.AccountOf(list.Key), list);
        }
    }

    /// <summary>Whether messages of a higher priority, or the account's own, wait outside memory.</summary>
    private static bool IsBehind(Carrier carrier, int priority, ushort account) =>
        carrier.HeldFrom(priority + 1) > 0 || carrier.Held[priority].Of(account) is { Count: > 0 };

    /// <summary>An account's list at a carrier.</summary>
    public HeldList Waiting(Carrier carrier, int priority, ushort account)
    {
        var line = carrier.Held[priority];
        if (line.Of(account) is { } known) return known;
        var list = lists.Get(HeldKind.Waiting, HeldLists.WaitingKey(carrier.Options.Id, priority, account));
        line.Add(account, list);
        return list;
    }

    /// <summary>A message in memory, all of it waiting, goes to the list of its carrier.</summary>
    public void Hold(int first, HeldList list)
    {
        var entry = Leave(first);
        lists.Append(list, in entry);
    }

    /// <summary>
    /// After a start with less memory than before: the youngest of those that wait go to the beginnings of their
    /// lists, before anything is in a queue.
    /// </summary>
    public void HoldExcess()
    {
        var table = ledger.Table;
        var excess = table.Count - SoftLimit;
        if (excess <= 0) return;
        var waiting = new List<int>();
        for (var handle = table.Oldest; handle != MessageTable.None; handle = table[handle].Newer)
            if (table[handle].First == handle && AllWait(handle)) waiting.Add(handle);
        var from = waiting.Count;
        while (from > 0 && excess > 0) excess -= table[waiting[--from]].PartsOpen;
        var byList = new Dictionary<(ushort Carrier, byte Priority, ushort Account), List<HeldEntry>>();
        foreach (var first in waiting[from..])
        {
            var key = (table[first].Carrier, table[first].Priority, table[first].Account);
            if (!byList.TryGetValue(key, out var entries)) byList[key] = entries = [];
            entries.Add(Leave(first));
        }

        foreach (var ((carrier, priority, account), entries) in byList)
        {
            var known = dispatch.Find(carrier);
            var list = known is not null ? Waiting(known, priority, account)
                : lists.Get(HeldKind.Waiting, HeldLists.WaitingKey(carrier, priority, account));
            lists.Prepend(list, entries);
            if (known is null && !Strays.Contains(list)) Strays.Add(list);
        }
    }

    /// <summary>Whether nothing of a message is anywhere but in a queue, or done.</summary>
    private bool AllWait(int first)
    {
        Reviver.Group(ledger.Table, first, _group);
        var waits = false;
        foreach (var part in _group)
        {
            var stage = ledger.Table[part].Stage;
            if (stage is not (Stage.Queued or Stage.Settled)) return false;
            waits |= stage == Stage.Queued;
        }

        return waits;
    }

    /// <summary>The carriers that will not have a message outside memory, by their persistent ids.</summary>
    /// <returns>False where its history cannot be read: that is found out when it is to go on.</returns>
    public bool TryFindRefusals(in HeldEntry entry, List<ushort> carriers)
    {
        carriers.Clear();
        return entry.Refused == 0 || reviver.TryFindRefusals(entry.Position, entry.Last, carriers);
    }

    /// <summary>A message leaves memory for a list.</summary>
    private HeldEntry Leave(int first)
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
        foreach (var part in _group)
            if ((ledger.Table[part].Flags & LiveFlags.WasRefused) != 0) entry.Refused = 1;
        ledger.File(first);
        notices.Account(message.Account).Live += message.Parts;
        for (var i = _group.Count - 1; i >= 0; i--) ledger.Forget(_group[i]);
        return entry;
    }

    /// <summary>Before a batch ends: memory takes in what can move on soon.</summary>
    public void Refill(long now)
    {
        foreach (var carrier in dispatch.Carriers)
            if (carrier.IsUp && carrier.HeldCount > 0) Refill(carrier, now);

        if (lists.Notices == 0) return;
        // By number: an account that is no longer configured may turn up on the way.
        for (var i = 0; i < notices.Accounts.Count; i++)
        {
            var account = notices.Accounts[i];
            if (account.Held is not { Ready: > 0 } list || account.Receivers.Count == 0) continue;
            // What the ESME refuses again and again stays in memory, up to a bound.
            var most = (2 * options.MostNotices) + account.Window - account.NoticesInMemory;
            var room = Math.Min(Math.Min(account.MostRevived - account.Revived, most), Bite);
            if (room > 0 && HasRoomToSpare(room)) Revive(list, room, now);
        }
    }

    /// <summary>Each account that has messages outside memory gets its share of the carrier's stock.</summary>
    private void Refill(Carrier carrier, long now)
    {
        var stock = Math.Max(options.LeastStock, carrier.Options.Window * carrier.Bound * WindowsInStock);
        // What waits in order for another's next try is stock too, but must not stop the rest soon.
        stock -= Math.Max(0, (dispatch.WaitingInOrder(carrier) - (stock * OrderedStocks)) * 2);
        for (var priority = Partition.Priorities - 1; priority >= 0 && stock > 0; priority--)
        {
            var line = carrier.Held[priority];
            for (var looks = Math.Min(line.Lists.Count, AccountsARefill); looks > 0 && line.Next() is { } list; looks--)
            {
                if (list.Ready == 0) continue;
                var account = HeldLists.AccountOf(list.Key);
                var share = Math.Max(LeastShare, stock / line.Lists.Count * weights[account]);
                var room = Math.Min(Math.Min(share, stock) - carrier.WaitingOf(account, priority), Bite);
                // One carrier's shares together must leave the others theirs.
                room = Math.Min(room, Math.Max(stock, MostWaiting) - carrier.WaitingFrom(priority));
                if (room > 0 && HasRoomToSpare(room)) Revive(list, room, now);
            }
        }
    }

    /// <summary>Lists of carriers that are no longer configured.</summary>
    public List<HeldList> Strays { get; } = [];

    /// <summary>Messages whose time has come go to their carriers, and those that have lost theirs to others.</summary>
    public void ReleaseDue(long now)
    {
        foreach (var stray in Strays)
            if (stray.Ready > 0 && HasRoomToSpare(Bite)) Revive(stray, Bite, now);
        for (var bites = BitesATick; bites > 0 && HasRoomToSpare(Bite); bites--)
        {
            if (lists.NextDue((ulong)(now / 1000)) is not { } list) return;
            Revive(list, Bite, now);
        }
    }

    /// <summary>Whether so many more fit into memory; an event on its way must always find room.</summary>
    public bool HasRoom(int messages) => ledger.Table.Count + messages + Bite < ledger.Table.Limit;

    /// <summary>Whether so many that could as well wait fit into memory: receipts will need room too.</summary>
    private bool HasRoomToSpare(int messages) => HasRoom(messages + _reserve);

    /// <summary>Takes so many from the head of a list and lets them go on.</summary>
    /// <param name="ends">Why they end untold instead, where they are receipts.</param>
    public int Revive(HeldList list, int most, long now, Reason ends = Reason.None)
    {
        var (kind, key) = (list.Kind, list.Key);
        var count = lists.Pop(list, _taken.AsSpan(0, Math.Min(most, Bite)), Bite);
        if (count == 0) return 0;
        var entries = _taken.AsSpan(0, count);
        var anchor = lists.WriteRevived(kind, key, picked: false, entries);
        var isStray = Strays.Contains(list);
        foreach (ref readonly var entry in entries) GoOn(in entry, kind, anchor, isStray, now, ends);
        return count;
    }

    /// <summary>Brings one message back from the middle of its list, without letting it go on.</summary>
    /// <returns>Its first part, or <see cref="MessageTable.None"/>.</returns>
    public int Pick(HeldList list, in HeldEntry entry)
    {
        var anchor = lists.WriteRevived(list.Kind, list.Key, picked: true, [entry]);
        notices.Account(entry.Account).Live -= entry.Parts;
        return Revive(in entry, anchor);
    }

    /// <summary>A message that was looked at by reviving it leaves its list for good.</summary>
    /// <returns>Whether it is in the list in which one in its state must be.</returns>
    public bool TryUnlist(int first)
    {
        ref var message = ref ledger.Table[first];
        var (kind, key) = message.Stage == Stage.Notifying ? (HeldKind.Notices, (ulong)message.Account)
            : message.Due != 0 ? (HeldKind.Scheduled, (ulong)message.Due)
            : (HeldKind.Waiting, HeldLists.WaitingKey(message.Carrier, message.Priority, message.Account));
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
    /// <returns>Its first part, or <see cref="MessageTable.None"/> where it is finished, or is so far that it awaits
    /// none.</returns>
    public int ReviveAwaiting(in Keyed entry)
    {
        // The index may be behind: where the history really ends is filed.
        var last = ledger.Log.TryFindFiled(entry.Position, out var filed) ? filed : entry.First;
        Span<HeldEntry> one = [new HeldEntry { Position = entry.Position, Last = last }];
        var first = ledger.Table.Find(entry.Position);
        if (first != MessageTable.None) return first;
        first = Revive(in one[0], ledger.Log.NextPosition);
        if (first == MessageTable.None) return first;
        Reviver.Group(ledger.Table, first, _group);
        if (!_group.Exists(part => ledger.Table[part].Stage == Stage.AwaitingReceipt))
        {
            // That the entry went was lost in a crash: its receipt has come, and it waits elsewhere.
            reviver.Discard(first);
            return MessageTable.None;
        }

        var anchor = lists.WriteRevived(HeldKind.Awaiting, 0, picked: false, one);
        foreach (var part in _group) ledger.Table.Anchor(part, anchor);
        Unawait(first);
        return first;
    }

    /// <summary>A message is in memory again: in life and when it is read that it was.</summary>
    public void Unawait(int first)
    {
        Reviver.Group(ledger.Table, first, _group);
        foreach (var handle in _group)
        {
            ref var part = ref ledger.Table[handle];
            if ((part.Flags & LiveFlags.Indexed) != 0) keyed.Unawait(part.IdKey, ledger.Table[first].Position);
        }
    }

    /// <summary>Every part that waits goes to its carrier's queue.</summary>
    public void Enqueue(int first, long now)
    {
        Reviver.Group(ledger.Table, first, _group);
        // What settles may leave the table, so the list is walked, not the table.
        foreach (var part in _group.ToArray())
            if (ledger.Table[part].Stage == Stage.Queued) dispatch.Restore(part, now);
    }

    private int Revive(in HeldEntry entry, ulong anchor)
    {
        var first = reviver.Revive(entry.Position, entry.Last, anchor);
        if (first == MessageTable.None && reviver.IsUnreadable) Unreadable?.Invoke(entry);
        return first;
    }

    /// <returns>The message's first part, or <see cref="MessageTable.None"/> where nothing is left to do.</returns>
    private int Bring(in HeldEntry entry, ulong anchor)
    {
        notices.Account(entry.Account).Live -= entry.Parts;
        return ledger.Table.Find(entry.Position) != MessageTable.None ? MessageTable.None : Revive(in entry, anchor);
    }

    private void GoOn(in HeldEntry entry, HeldKind kind, ulong anchor, bool isStray, long now, Reason ends)
    {
        var first = Bring(in entry, anchor);
        if (first == MessageTable.None) return;
        if (isStray) Release(first, Reason.CarrierDown, now);
        else if (kind == HeldKind.Scheduled) Release(first, Reason.Due, now);
        else if (ledger.Table[first].Stage != Stage.Notifying) Enqueue(first, now);
        else if (ends == Reason.None) notices.TakeRevived(first);
        else notices.End(first, ends, now);
    }

    /// <summary>A carrier is chosen anew, and the message goes behind those that wait for it.</summary>
    private void Release(int first, Reason reason, long now)
    {
        ref var message = ref ledger.Table[first];
        if (message.Expiry != 0 && message.Expiry * 1000L <= now)
        {
            dispatch.ExpireAll(first, now);
            return;
        }

        Reviver.Group(ledger.Table, first, _group);
        // Of what waits for its next try some parts may be through.
        _group.RemoveAll(part => ledger.Table[part].Stage != Stage.Queued);
        ushort refused = 0;
        foreach (var part in _group) refused |= ledger.Table[part].Refused;
        var carrier = dispatch.Choice.Again(in message, refused, now);
        foreach (var part in _group)
        {
            ref var one = ref ledger.Table[part];
            // Where no carrier takes all parts each goes its own way.
            if ((carrier ?? dispatch.Choice.Again(in one, now)) is { } next) Dispatch.Assign(ref one, next);
            one.Due = 0;
            dispatch.Change(part, State.Queued, reason, now);
        }

        if (carrier is not null && MustHold(carrier, message.Priority, message.Account))
            Hold(first, Waiting(carrier, message.Priority, message.Account));
        else Enqueue(first, now);
    }
}
