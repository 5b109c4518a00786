using Appliance.Records;
using Appliance.Ring;
using Codec;

namespace Appliance.Decide;

/// <summary>What the deciding stage is made of.</summary>
public sealed record DeciderOptions
{
    public required int Node { get; init; }

    public required int LiveMessages { get; init; }

    public required IReadOnlyList<AccountOptions> Accounts { get; init; }

    public required IReadOnlyList<CarrierOptions> Carriers { get; init; }

    public required RouteTable Routes { get; init; }

    /// <summary>Milliseconds after which a message without a receipt is given up as unknown.</summary>
    public long ReceiptTimer { get; init; } = 72L * 3600 * 1000;
}

/// <summary>
/// The ring's one consumer: each event is decided on memory that this thread alone owns; the batch is made durable;
/// then, and only then, what was decided is heard outside.
/// </summary>
public sealed class Decider : IBatchHandler<Slot>
{
    private const int MostExpiredATick = 1000;

    private readonly IEventLog _log;
    private readonly Outgoing _outgoing = new();
    private readonly Settlement _settlement;
    private readonly Submissions _submissions;
    private readonly DeciderOptions _options;
    private long _now;
    private long _lastSecond;

    public Decider(DeciderOptions options, IEventLog log)
    {
        _options = options;
        _log = log;
        Ledger = new Ledger(log, new MessageTable(options.LiveMessages));
        Notices = new Notices(Ledger, _outgoing, options.Node);
        _settlement = new Settlement(Ledger, Notices);
        Dispatch = new Dispatch(Ledger, _settlement, options.Routes, _outgoing);
        Receipts = new Receipts(Ledger, _settlement);
        Responses = new Responses(Ledger, Dispatch, Receipts, _settlement);
        _submissions = new Submissions(Ledger, Dispatch, Notices, _outgoing, options.Node);
        foreach (var account in options.Accounts) Notices.Add(new Account(account));
        foreach (var carrier in options.Carriers) Dispatch.Add(new Carrier(carrier));
        Ledger.Leaving += handle => Notices.Account(Ledger.Table[handle].Account).Live--;
    }

    public Ledger Ledger { get; }

    public Notices Notices { get; }

    public Dispatch Dispatch { get; }

    public Receipts Receipts { get; }

    public Responses Responses { get; }

    public Recovery Recovery => new(Ledger, Dispatch, Receipts, Responses, Notices);

    /// <summary>Receipts that found no message in time.</summary>
    public long Orphaned { get; private set; }

    public void OnEvent(ref Slot slot)
    {
        if (slot.UnixMs > _now) _now = slot.UnixMs;
        switch (slot.Kind)
        {
            case EventKind.Submit:
                _submissions.Take(ref slot);
                break;
            case EventKind.CarrierResponse:
                if (slot.Source is Peer { State: Link answered })
                    Responses.Take(answered, slot.Sequence, (CommandStatus)slot.Status, slot.Bytes, _now);
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
            default:
                OnSession(ref slot);
                break;
        }

        slot.Clear();
    }

    public void OnBatchEnd(int count)
    {
        Dispatch.Drain(_now);
        Notices.Pump(_now);
        _log.Commit();
        Dispatch.Committed();
        _outgoing.Release();
    }

    private void OnSession(ref Slot slot)
    {
        switch (slot.Kind)
        {
            case EventKind.LinkUp when slot.Source is Peer peer && Dispatch.Find(slot.Carrier) is { } carrier:
                var link = new Link(carrier, (ushort)slot.Sequence, peer);
                peer.State = link;
                carrier.Attach(link);
                if (carrier.Bound == 1) Dispatch.MoveFromDown(_now);
                break;
            case EventKind.LinkDown when slot.Source is Peer { State: Link ended } gone:
                gone.State = null;
                ended.Carrier.Detach(ended);
                Responses.Lost(ended, _now);
                if (!ended.Carrier.IsUp) Dispatch.MoveFromDown(_now);
                break;
            case EventKind.EsmeBound when slot.Source is Peer esme:
                Notices.Bound(esme, slot.Account);
                break;
            case EventKind.EsmeUnbound when slot.Source is Peer left:
                Notices.Unbound(left);
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
        if (_now - _lastSecond < 1000) return;
        _lastSecond = _now;
        Responses.Tick(_now);
        Notices.Tick(_now);
        Dispatch.ExpireHeads(_now);
        Orphaned += Receipts.Prune(_now);
        GiveUpOnReceipts();
        _log.Checkpoint(Ledger.Table.OldestPosition);
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
            if (message.Stage == Stage.AwaitingReceipt)
            {
                Ledger.Write(handle, new EventHead
                {
                    Kind = RecordKind.Changed,
                    State = State.Unknown,
                    Reason = Reason.ReceiptMissing,
                    Carrier = message.Carrier,
                    At = _now,
                });
                _settlement.Settle(handle, 0, (uint)(_now / 1000));
            }

            handle = newer;
        }
    }
}
