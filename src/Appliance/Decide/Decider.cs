using Appliance.Ring;
using Codec;

namespace Appliance.Decide;

/// <summary>
/// The ring's one consumer: each event is decided on memory that this thread alone owns; the batch is made durable;
/// then, and only then, what was decided is heard outside.
/// </summary>
public sealed class Decider : IBatchHandler<Slot>
{
    private const int MostExpiredATick = 1000;

    private readonly IEventLog _log;
    private readonly IKeyedState _keyed;
    private readonly Outgoing _outgoing = new();
    private readonly Submissions _submissions;
    private readonly Changes _changes;
    private readonly Housekeeping _housekeeping;
    private readonly Replay _replay;
    private readonly Reviver _reviver;
    private readonly DeciderOptions _options;
    private long _now;
    private long _lastSecond;
    private long _lastLook;
    private ulong _oldestNeeded;

    public Decider(DeciderOptions options, IEventLog log, IKeyedState keyed)
    {
        _options = options;
        _log = log;
        _keyed = keyed;
        Ledger = new Ledger(log, new MessageTable(options.MemoryMessages));
        Dead = new DeadLetters(log);
        var lists = new HeldLists(log);
        Notices = new Notices(Ledger, lists, _outgoing, options);
        var settlement = new Settlement(Ledger, Notices, Dead);
        Dispatch = new Dispatch(Ledger, settlement, _outgoing, options);
        Receipts = new Receipts(Ledger, settlement, options.RecentReceipts) { Revive = Revive };
        Responses = new Responses(Ledger, Dispatch, Receipts, settlement);
        _replay = new Replay(Ledger, Dispatch, Receipts, Notices);
        _reviver = new Reviver(Ledger, _replay);
        Backlog = new Backlog(Ledger, lists, _reviver, Dispatch, Notices, keyed, options);
        _submissions = new Submissions(Ledger, Backlog, Dispatch, Notices, _outgoing, keyed, options);
        _changes = new Changes(Ledger, Backlog, _reviver, Dispatch, settlement, Dead, _outgoing);
        _housekeeping = new Housekeeping(Ledger, Backlog, Dispatch, Notices, keyed, options);
        _housekeeping.BatchStart = _changes.BatchStart = log.NextPosition;
        foreach (var account in options.Accounts) Notices.Add(new Account(account));
        foreach (var carrier in options.Carriers) Dispatch.Choice.Add(new Carrier(carrier));
        Ledger.Leaving += Leave;
        Ledger.Evicting += Leave;
    }

    public DeciderOptions Options => _options;

    public Ledger Ledger { get; }

    public Backlog Backlog { get; }

    public DeadLetters Dead { get; }

    public Notices Notices { get; }

    public Dispatch Dispatch { get; }

    public Receipts Receipts { get; }

    public Responses Responses { get; }

    public Recovery Recovery =>
        new(Ledger, _replay, _reviver, Backlog, _housekeeping, Dispatch, Receipts, Responses, Notices, _keyed);

    /// <summary>Receipts that found no message in time.</summary>
    public long Orphaned { get; private set; }

    /// <summary>
    /// Messages accepted before this are finished or only await their receipt; looked at every minute. Any thread.
    /// </summary>
    public ulong OldestNeeded => Volatile.Read(ref _oldestNeeded);

    public void OnEvent(ref Slot slot)
    {
        if (slot.UnixMs > _now) _now = slot.UnixMs;
        switch (slot.Kind)
        {
            case EventKind.Submit:
                _submissions.Take(ref slot);
                break;
            case EventKind.CarrierResponse:
                KillPoints.Pass(KillPoint.BeforeResponse);
                if (slot.Source is Peer { State: Link answered })
                    Responses.Take(answered, slot.Sequence, (CommandStatus)slot.Status, slot.Bytes, _now);
                KillPoints.Pass(KillPoint.AfterResponse);
                break;
            case EventKind.CarrierReceipt:
                TakeReceipt(ref slot);
                break;
            case EventKind.NoticeResponse:
                if (slot.Source is Peer esme) Notices.Answered(esme, slot.Sequence, (CommandStatus)slot.Status, _now);
                break;
            case EventKind.Tick:
                Tick();
                break;
            case EventKind.Cancel or EventKind.Replace or EventKind.RetryDead or EventKind.DropDead:
                _changes.Take(ref slot, _now);
                break;
            default:
                OnSession(ref slot);
                break;
        }

        slot.Clear();
        KillPoints.Pass(KillPoint.AfterAppend);
    }

    public void OnBatchEnd(int count)
    {
        Backlog.Refill(_now);
        Dispatch.Drain(_now);
        Notices.Pump(_now);
        Backlog.Lists.Write();
        _log.Commit();
        Backlog.Lists.Committed();
        Dispatch.Committed();
        _housekeeping.BatchStart = _changes.BatchStart = _log.NextPosition;
        _outgoing.Release();
    }

    private void OnSession(ref Slot slot)
    {
        switch (slot.Kind)
        {
            case EventKind.LinkUp when slot.Source is Peer peer && Dispatch.Find(slot.Carrier) is { } carrier:
                var link = new Link(carrier, (ushort)slot.Sequence, peer);
                peer.State = link;
                peer.IsCarrier = true;
                carrier.Attach(link);
                if (carrier.Bound > 1) break;
                _housekeeping.CarriersChanged();
                Dispatch.MoveFromDown(_now);
                break;
            case EventKind.LinkDown when slot.Source is Peer { State: Link ended } gone:
                gone.State = null;
                ended.Carrier.Detach(ended);
                Responses.Lost(ended, _now);
                if (ended.Carrier.IsUp) break;
                _housekeeping.CarriersChanged();
                Dispatch.MoveFromDown(_now);
                break;
            case EventKind.EsmeBound when slot.Source is Peer esme:
                Notices.Bound(esme, slot.Account);
                break;
            case EventKind.EsmeUnbound when slot.Source is Peer left:
                Notices.Unbound(left);
                break;
            case EventKind.Reply when slot.Source is Peer asked:
                slot.Bytes.CopyTo(_outgoing.To(asked, slot.Length));
                break;
            case EventKind.Query when slot.Source is PendingAnswer asker:
                var handle = Ledger.Table.Find(slot.Position);
                _outgoing.Located(asker, handle == MessageTable.None ? 0 : Ledger.Table[handle].Last);
                break;
        }
    }

    private void TakeReceipt(ref Slot slot)
    {
        if (slot.Source is not Peer peer || Dispatch.Find(slot.Carrier) is not { } carrier) return;
        var receipt = new Parked(slot.Code, (uint)slot.Route, slot.Position, _now);
        ReadOnlySpan<byte> ids = slot.Bytes;
        Receipts.Receive(carrier, ids[..slot.Parts], ids[slot.Parts..], in receipt);
        // deliver_sm_resp and data_sm_resp carry an empty message_id (SMPP 3.4 section 4.6.2).
        const int length = Header.Size + 1;
        var pdu = _outgoing.To(peer, length);
        new Header(length, (CommandId)slot.Status, CommandStatus.ESME_ROK, slot.Sequence).Write(pdu);
        pdu[^1] = 0;
    }

    private void Tick()
    {
        _housekeeping.Tick(_now);
        if (_now - _lastSecond < 1000) return;
        _lastSecond = _now;
        _changes.Tick(_now);
        Responses.Tick(_now);
        Notices.Tick(_now);
        Dispatch.ExpireWaiting(_now);
        Orphaned += Receipts.Prune(_now);
        GiveUpOnReceipts();
        var oldest = Math.Min(Ledger.Table.OldestAnchor, Backlog.Lists.Floor);
        _log.Checkpoint(Math.Min(oldest, Receipts.Floor));
        if (_now - _lastLook < 60_000) return;
        _lastLook = _now;
        oldest = Math.Min(Ledger.Table.OldestAccepted, Backlog.Lists.Oldest);
        Volatile.Write(ref _oldestNeeded, Math.Min(oldest, _log.NextPosition));
    }

    /// <summary>The oldest messages whose receipt never came end as unknown.</summary>
    private void GiveUpOnReceipts()
    {
        var handle = Ledger.Table.Oldest;
        for (var i = 0; i < MostExpiredATick && handle != MessageTable.None; i++)
        {
            ref var message = ref Ledger.Table[handle];
            if (_now - message.AcceptedAt < _options.ReceiptTimer) return;
            var newer = message.Newer;
            if (message.Stage == Stage.AwaitingReceipt) Dispatch.GiveUp(handle, _now);
            handle = newer;
        }
    }

    private void Leave(int handle) => Notices.Account(Ledger.Table[handle].Account).Live--;

    /// <summary>A receipt's message may be one that has long been out of memory.</summary>
    private Awaited Revive(ulong key, uint exact)
    {
        Span<Keyed> found = stackalloc Keyed[8];
        var count = _keyed.FindAwaited(key, found);
        if (count == 0 || !Backlog.HasRoom(byte.MaxValue)) return Awaited.Unknown;
        var best = 0;
        for (var i = 1; i < count; i++)
            if ((uint)(found[best].Second >> 32) != exact && (uint)(found[i].Second >> 32) == exact) best = i;
        if (Backlog.ReviveAwaiting(in found[best]) != MessageTable.None) return Awaited.Revived;
        _keyed.Unawait(key, found[best].Position);
        return Awaited.Finished;
    }
}
