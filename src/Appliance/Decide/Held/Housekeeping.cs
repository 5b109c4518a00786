using Appliance.Records;

namespace Appliance.Decide;

/// <summary>
/// A few entries at a time, tick after tick: what has expired in the lists, what can go to another carrier, what has
/// been in memory for so long that a restart would have to read far back for it.
/// </summary>
public sealed class Housekeeping(
    Ledger ledger, Backlog backlog, Dispatch dispatch, Notices notices, IKeyedState keyed, DeciderOptions options)
{
    private const int EvictedATick = 2048;
    private const int LookedAtATick = 4096;
    private const int SweptATick = 4096;

    /// <summary>One that expires is read back first: it costs what a look at so many chunks does.</summary>
    private const int EntriesAnExpiry = 4;
    private const int MovedATick = 1024;

    /// <summary>To read a history costs what so many entries do that need none.</summary>
    private const int EntriesAHistory = 4;
    private const int ShedATick = 256;
    private const int ReceiptsATick = 32;

    private readonly List<HeldEntry> _evicted = new(HeldLists.MostInRecord);
    private readonly List<int> _group = [];
    private readonly List<ushort> _refusals = [];
    private readonly (ulong Key, Keyed Entry)[] _awaited = new (ulong, Keyed)[ReceiptsATick];
    private readonly Dictionary<HeldList, (int Epoch, int Chunk, int Index)> _moving = [];
    private readonly Random _jitter = new(2);
    private readonly Renewal _renewal = new(backlog.Lists);
    private (int List, int Chunk) _swept;
    private int _looked = MessageTable.None;
    private int _epoch;

    /// <summary>Positions up to here are committed.</summary>
    public ulong BatchStart { get; set; }

    /// <summary>A carrier has come or gone: what waits for others may have another way now.</summary>
    public void CarriersChanged() => _epoch++;

    public void Tick(long now)
    {
        backlog.ReleaseDue(now);
        Evict(now);
        _renewal.Continue(Horizon);
        ExpireHeld(now);
        ShedNotices(now);
        MoveFromUnfit(now);
        GiveUpAwaited(now);
    }

    /// <summary>What a restart should not have to read.</summary>
    private ulong Horizon
    {
        get
        {
            var next = ledger.Log.NextPosition;
            var distance = options.RestartDistance << 16;
            return next > distance ? next - distance : 0;
        }
    }

    /// <summary>The oldest messages in memory go to the lists, or are found from a newer record.</summary>
    private void Evict(long now)
    {
        var table = ledger.Table;
        var horizon = Horizon;
        for (var i = 0; i < EvictedATick && table.OldestAnchor < horizon; i++)
        {
            var first = table[table.Oldest].First;
            // Where nothing can be done about it, it is put behind the others.
            if (!TryEvict(first, now)) Carry(first);
        }

        if (table.Count >= backlog.SoftLimit) MakeRoom(now);
        WriteEvicted();
    }

    /// <summary>Goes on where it stopped, past what has to stay.</summary>
    private void MakeRoom(long now)
    {
        var table = ledger.Table;
        if (_looked == MessageTable.None || !table.IsUsed(_looked)) _looked = table.Oldest;
        for (var i = 0; i < LookedAtATick && _looked != MessageTable.None; i++)
        {
            var first = table[_looked].First;
            Reviver.Group(table, first, _group);
            // The next one has to be known before this one goes.
            _looked = table[_group.Count == 0 ? _looked : _group[^1]].Newer;
            TryEvict(first, now);
        }
    }

    private bool TryEvict(int first, long now) => TryAwait(first) || TryHoldNotice(first) || TryDefer(first, now);

    private bool TryAwait(int first)
    {
        var table = ledger.Table;
        // In this batch its history could not be read back.
        if (table[first].Last >= BatchStart) return false;
        Reviver.Group(table, first, _group);
        foreach (var part in _group)
            if (table[part].Stage is not (Stage.AwaitingReceipt or Stage.Settled)) return false;
        var (position, last) = (table[first].Position, table[first].Last);
        Await(first, _group);
        _evicted.Add(new HeldEntry { Position = position, Last = last });
        if (_evicted.Count == HeldLists.MostInRecord) WriteEvicted();
        return true;
    }

    /// <summary>Puts a message into the index of awaited receipts: in life and when it is read that it was.</summary>
    public void Await(int first, List<int> group)
    {
        var table = ledger.Table;
        ref var head = ref table[first];
        foreach (var handle in group)
        {
            ref var part = ref table[handle];
            if (part.Stage != Stage.AwaitingReceipt) continue;
            var entry = new Keyed(head.Position, head.Last, ((ulong)part.IdHash << 32) | part.SubmittedAt);
            keyed.Await(part.IdKey, in entry, head.Anchor);
        }

        ledger.File(first);
        for (var i = group.Count - 1; i >= 0; i--) ledger.Forget(group[i]);
    }

    private bool TryHoldNotice(int first)
    {
        ref var message = ref ledger.Table[first];
        if (message.Stage != Stage.Notifying || message.Parts > 1) return false;
        if ((message.Flags & LiveFlags.NoticeInFlight) != 0) return false;
        notices.Hold(first);
        return true;
    }

    /// <summary>What waits long for its next try does so outside memory: others need the room.</summary>
    private bool TryDefer(int first, long now)
    {
        // It ends in a moment.
        if (ledger.Table[first].Expiry is not 0 and var expiry && expiry * 1000L <= now) return false;
        Reviver.Group(ledger.Table, first, _group);
        var tries = 1;
        foreach (var handle in _group)
        {
            ref var part = ref ledger.Table[handle];
            if (part.Stage == Stage.Settled) continue;
            if (part.Stage != Stage.Backoff || part.Last >= BatchStart) return false;
            // Its place in the order is in memory, and its pause short.
            if (Math.Max(part.Attempts, part.Doubts) < Retries.TriesInOrder) return false;
            tries = Math.Max(tries, Math.Max(part.Attempts, part.Doubts));
        }

        var due = (uint)((now + Retries.Delay(tries, _jitter)) / 1000) + 1;
        // It ends when its validity does, wherever it is.
        if (ledger.Table[first].Expiry != 0) due = Math.Min(due, ledger.Table[first].Expiry);
        foreach (var handle in _group)
            if (ledger.Table[handle].Stage == Stage.Backoff) dispatch.Defer(handle, due, now);
        backlog.Hold(first, backlog.Lists.Get(HeldKind.Scheduled, due));
        return true;
    }

    private void Carry(int first)
    {
        Reviver.Group(ledger.Table, first, _group);
        ref var message = ref ledger.Table[first];
        Span<HeldEntry> entry = [new HeldEntry { Position = message.Position, Last = message.Last }];
        var anchor = backlog.Lists.WriteRevived(0, 0, picked: false, entry);
        foreach (var part in _group) ledger.Table.Anchor(part, anchor);
    }

    private void WriteEvicted()
    {
        if (_evicted.Count == 0) return;
        backlog.Lists.WriteHeld(HeldKind.Awaiting, 0, HeldPhase.Append,
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_evicted));
        _evicted.Clear();
    }

    /// <summary>Walks over all lists, chunk by chunk; one in which nothing can have expired costs a look.</summary>
    private void ExpireHeld(long now)
    {
        if (backlog.Lists.Parts == 0) return;
        var all = backlog.Lists.Expiring;
        var budget = SweptATick;
        for (var lists = all.Count; lists > 0 && budget > 0; lists--)
        {
            if (_swept.List >= all.Count) _swept = default;
            var list = all[_swept.List];
            while (!list.IsRenewing && _swept.Chunk < list.Chunks.Count && --budget > 0)
            {
                if (!TryExpire(list, list.Chunks[_swept.Chunk], now, ref budget)) return;
                _swept.Chunk++;
            }

            if (budget > 0) _swept = (_swept.List + 1, 0);
        }
    }

    /// <returns>Whether all that has expired in the chunk is out of it.</returns>
    private bool TryExpire(HeldList list, HeldChunk chunk, long now, ref int budget)
    {
        var seconds = (uint)(now / 1000);
        var isNotices = list.Kind == HeldKind.Notices;
        if (isNotices) seconds -= options.NoticeTtl;
        if (chunk.FirstExpiry > seconds) return true;
        var next = uint.MaxValue;
        for (var i = 0; i < chunk.Count; i++)
        {
            var entry = chunk[i];
            if (entry.Expiry == 0 || list.IsGone(entry.Position)) continue;
            if (entry.Expiry > seconds || entry.Last >= BatchStart)
            {
                next = Math.Min(next, entry.Expiry);
                continue;
            }

            if (!backlog.HasRoom(entry.Parts)) return false;
            if (budget <= 0) return false;
            budget -= EntriesAnExpiry;
            backlog.Lists.Remove(list, chunk, i);
            var first = backlog.Pick(list, in entry);
            if (isNotices) notices.End(first, Reason.NoticeExpired, now);
            else dispatch.ExpireAll(first, now);
        }

        chunk.FirstExpiry = next;
        return true;
    }

    /// <summary>Of more receipts than may wait for ESMEs the oldest end, of the account that has the most.</summary>
    private void ShedNotices(long now)
    {
        var over = notices.Waiting - options.NoticesLimit;
        if (over <= 0 || notices.Fullest is not { } account) return;
        var most = Math.Min(over, ShedATick);
        var oldest = account.Notices.Count == 0 ? uint.MaxValue : ledger.Table[account.Notices.Head].DoneAt;
        if (account.Held is { Ready: > 0 } list && list.Chunks[0].FirstExpiry <= oldest && backlog.HasRoom(most))
            most -= backlog.Revive(list, most, now, Reason.NoticesFull);
        notices.Shed(account, most, now);
    }

    /// <summary>What waits for a carrier that is not fit for traffic goes to another of its route that is.</summary>
    private void MoveFromUnfit(long now)
    {
        foreach (var carrier in dispatch.Carriers)
        {
            if (carrier.IsFit || carrier.HeldCount == 0 || !dispatch.Choice.AnyUp) continue;
            for (var priority = Partition.Priorities - 1; priority >= 0; priority--)
            {
                // What moves away may leave its list empty, and the line without it.
                for (var i = carrier.Held[priority].Lists.Count - 1; i >= 0; i--)
                    if (carrier.Held[priority].Lists[i] is { Ready: > 0 } list) Move(list, carrier, now);
            }
        }
    }

    private void Move(HeldList list, Carrier from, long now)
    {
        var (epoch, chunkAt, index) = _moving.GetValueOrDefault(list);
        if (epoch != _epoch) (chunkAt, index) = (0, 0);
        for (var budget = MovedATick; budget > 0 && chunkAt < list.Chunks.Count; budget--)
        {
            var chunk = list.Chunks[chunkAt];
            if (index >= chunk.Count)
            {
                // The last chunk may still grow: what comes to it later is looked at then.
                if (chunkAt == list.Chunks.Count - 1) break;
                (chunkAt, index) = (chunkAt + 1, 0);
                continue;
            }

            var entry = chunk[index];
            if (!list.IsGone(entry.Position) && entry.Last < BatchStart)
            {
                if (entry.Refused != 0) budget -= EntriesAHistory;
                if (backlog.TryFindRefusals(in entry, _refusals)
                    && dispatch.Choice.Again(entry.Position, _refusals, now) is { } target
                    && Dispatch.IsBetter(target, from))
                {
                    if (backlog.MustHold(target, HeldLists.PriorityOf(list.Key), entry.Account)
                        || !backlog.HasRoom(entry.Parts)) break;
                    backlog.Lists.Remove(list, chunk, index);
                    dispatch.MoveAll(backlog.Pick(list, in entry), target, now);
                }
            }

            index++;
        }

        _moving[list] = (_epoch, chunkAt, index);
    }

    /// <summary>Those in the index of awaited receipts for too long end as unknown.</summary>
    private void GiveUpAwaited(long now)
    {
        if (!backlog.HasRoom(ReceiptsATick)) return;
        var before = (now - options.ReceiptTimer) / 1000;
        var count = keyed.SweepAwaited(_awaited);
        foreach (var (key, entry) in _awaited.AsSpan(0, count))
        {
            if ((uint)entry.Second >= before) continue;
            var first = backlog.ReviveAwaiting(in entry);
            // Finished, and the index had not heard of it.
            if (first == MessageTable.None) keyed.Unawait(key, entry.Position);
            else dispatch.GiveUpAll(first, before, now);
        }
    }
}
