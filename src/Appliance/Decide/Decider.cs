using Appliance.Limits;
using Appliance.Records;
using Appliance.Ring;
using Codec;

namespace Appliance.Decide;

/// <summary>
/// The ring's one consumer: each event is decided on memory that this thread alone owns; the batch is written. The act
/// stage makes it durable; then, and only then, what was decided is heard outside.
/// </summary>
public sealed partial class Decider : IBatchHandler<Slot>
{
    /// <summary>A million messages take some forty seconds.</summary>
    private const int LookedAtATick = 256;
    private const int MostLookedAtATick = 4096;

    /// <summary>Milliseconds an event may have waited in the ring.</summary>
    private const int LargestStall = 60_000;

    private readonly IEventLog _log;
    private readonly IActStage _act;
    private readonly IKeyedState _keyed;
    private readonly Outgoing _outgoing;
    private readonly Submissions _submissions;
    private readonly Changes _changes;
    private readonly Housekeeping _housekeeping;
    private readonly Replay _replay;
    private readonly Reviver _reviver;
    private readonly TimeNotes _times;
    private readonly Adjustments _adjustments;
    private readonly MobileMessages _mobiles;
    private readonly Foresight _foresight;
    private readonly DeciderOptions _options;
    private readonly Reconfiguration _reconfiguration;
    private long _now;
    private long _ticks;
    private long _lastSecond;
    private long _lastLook;
    private ulong _oldestNeeded;
    private int _looked;

    public Decider(DeciderOptions options, IEventLog log, IKeyedState keyed, IActStage act)
    {
        _act = act;
        _outgoing = new Outgoing(options.GatherFrom);
        _options = options;
        _log = log;
        _keyed = keyed;
        Ledger = new Ledger(log, new MessageTable(options.MemoryMessages));
        Dead = new DeadLetters(log);
        OptOuts = new OptOuts(options.OptOuts, log, _outgoing);
        Billing = new Billing(Ledger, options);
        _adjustments = new Adjustments(log, Billing, _outgoing);
        _times = new TimeNotes(log);
        var lists = new HeldLists(log);
        var weights = new FairWeights();
        Notices = new Notices(Ledger, lists, _outgoing, options);
        Fraud = new FraudWatch(
            options.Fraud, options.Accounts.ToDictionary(account => account.Name, account => account.Id));
        var settlement = new Settlement(Ledger, Notices, Dead, Fraud);
        Dispatch = new Dispatch(Ledger, settlement, _outgoing, options);
        Outcomes = new Outcomes(Dispatch.Choice);
        Receipts = new Receipts(Ledger, settlement, Outcomes, Fraud, options.RecentReceipts)
        {
            Revive = Revive,
            Carriers = Dispatch.Find,
        };
        _foresight = new Foresight(Ledger, Receipts, Dispatch.Choice);
        Responses = new Responses(Ledger, Dispatch, Receipts, settlement, Outcomes);
        _replay = new Replay(Ledger, Dispatch, Receipts, Notices);
        _reviver = new Reviver(Ledger, _replay);
        Backlog = new Backlog(Ledger, lists, _reviver, Dispatch, Notices, keyed, weights, options);
        _mobiles = new MobileMessages(Ledger, Backlog, Notices, _replay, OptOuts, _outgoing, keyed, options);
        _submissions = new Submissions(Ledger, Backlog, Dispatch, Notices, Billing, _outgoing, keyed, Fraud, options);
        _changes = new Changes(
            Ledger, Backlog, _reviver, Dispatch, settlement, Dead, Billing,
            new Forgetting(Ledger, Dispatch, Notices), _outgoing);
        _housekeeping = new Housekeeping(Ledger, Backlog, Dispatch, Notices, keyed, options);
        _housekeeping.BatchStart = _changes.BatchStart = log.NextPosition;
        _reconfiguration = new Reconfiguration(Ledger, Backlog, Dispatch, Notices, Billing, Fraud, weights);
        foreach (var account in options.Accounts) Notices.Add(new Account(account));
        foreach (var account in options.Accounts) weights[account.Id] = account.Weight;
        foreach (var carrier in options.Carriers) Dispatch.Choice.Add(new Carrier(carrier, weights));
        Dispatch.PutOff = (first, due) => Backlog.Hold(first, lists.Get(HeldKind.Scheduled, due));
        Ledger.Leaving += Leave;
        Ledger.Evicting += Leave;
        Ledger.Untelling += Notices.Forget;
        Backlog.Unreadable += Lose;
    }

    public DeciderOptions Options => _options;


    /// <summary>Ticks taken so far; any thread.</summary>
    public long Ticks => Volatile.Read(ref _ticks);

    public Ledger Ledger { get; }

    public Backlog Backlog { get; }

    public Submissions Submissions => _submissions;

    public DeadLetters Dead { get; }

    public Billing Billing { get; }

    public OptOuts OptOuts { get; }

    public FraudWatch Fraud { get; }

    public Notices Notices { get; }

    public Dispatch Dispatch { get; }

    public Receipts Receipts { get; }

    public Outcomes Outcomes { get; }

    public Responses Responses { get; }

    public Recovery Recovery => RecoveryOf(0);

    /// <param name="timesFrom">The position from which on records' times are looked at.</param>
    public Recovery RecoveryOf(ulong timesFrom) =>
        new(Ledger, _replay, _reviver, Backlog, _housekeeping, Dispatch, Receipts, Responses, Notices, Billing,
            _keyed)
        {
            TimesFrom = timesFrom,
        };

    /// <summary>Messages whose history could not be read when they were to go on.</summary>
    public long Unreadable { get; private set; }

    /// <summary>Called with the position of each.</summary>
    public Action<ulong>? Lost { get; set; }

    /// <summary>Receipts that found no message in time.</summary>
    public long Orphaned { get; private set; }

    /// <summary>
    /// Messages accepted before this are finished or only await their receipt; looked at every minute. Any thread.
    /// </summary>
    public ulong OldestNeeded => Volatile.Read(ref _oldestNeeded);

    /// <summary>Goes by something else from now on; on the ring's thread, in an event.</summary>
    public void Replace(StageSetup setup)
    {
        _reconfiguration.Apply(setup, _now);
        _housekeeping.CarriersChanged();
        LookAtFitness();
        _outgoing.LetOut();
    }

    public void OnComing(ref Slot slot) => _foresight.Look(ref slot);

    public void OnNext(ref Slot slot) => _foresight.LookFurther(ref slot);

    public void OnEvent(ref Slot slot)
    {
        // Back only by a step, while there is nothing that could be in order of time.
        if (slot.UnixMs > _now || slot.UnixMs < _now - LargestStall) _now = slot.UnixMs;
        switch (slot.Kind)
        {
            case EventKind.Submit:
                _options.Share.Took(slot.Account, slot.Ticks);
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
                Volatile.Write(ref _ticks, _ticks + 1);
                Tick();
                break;
            case EventKind.Cancel or EventKind.Replace or EventKind.RetryDead or EventKind.DropDead or EventKind.Erase:
                _changes.Take(ref slot, _now);
                break;
            case EventKind.Adjust or EventKind.Balance:
                _adjustments.Take(ref slot, _now);
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
        // Whoever has opted out hears of it after what was sent before.
        if (OptOuts.HasChanged) _outgoing.LetOut();
        var batch = _outgoing.Seal(count, _now);
        _act.AwaitDurable();
        batch.Mark = _log.Write();
        _options.Share.EndBatch(batch.Submissions);
        Backlog.Lists.Committed();
        Dispatch.Committed();
        Notices.Committed();
        Dead.Committed();
        _adjustments.Committed();
        _housekeeping.BatchStart = _changes.BatchStart = _log.NextPosition;
        if (OptOuts.HasChanged)
        {
            // In force before anybody hears of it.
            _log.Sync(batch.Mark);
            OptOuts.Committed();
            batch.Mark = default;
        }

        _act.Take(batch, count);
    }

    private void OnSession(ref Slot slot)
    {
        switch (slot.Kind)
        {
            case EventKind.LinkUp when slot.Source is Peer peer && Dispatch.Find(slot.Carrier) is { } carrier:
                var link = new Link(carrier, (ushort)slot.Sequence, peer) { BoundAt = slot.UnixMs };
                peer.State = link;
                peer.IsCarrier = true;
                if (!carrier.TryAttach(link, slot.Route)) break;
                carrier.Health.Bound(_now);
                LookAtFitness();
                // Numbers may go to another session from here on, after what went to theirs so far.
                _outgoing.LetOut();
                break;
            case EventKind.LinkDown when slot.Source is Peer { State: Link ended } gone:
                gone.State = null;
                ended.Carrier.Detach(ended);
                ended.Carrier.Health.Dropped(ended.Window.Used);
                if (!ended.IsRetired && !ended.Carrier.IsUp) ended.Carrier.Health.Unbound();
                Responses.Lost(ended, _now);
                LookAtFitness();
                _outgoing.LetOut();
                break;
            case EventKind.Converted when slot.Source is PendingAnswer reporter:
                Fraud.Convert(slot.Account, slot.Bytes);
                _outgoing.Changed(reporter, ChangeResult.Done);
                break;
            case EventKind.ReleaseRange when slot.Source is PendingAnswer releaser:
                var released = Fraud.Release(slot.Account, slot.Bytes, _now);
                _outgoing.Changed(releaser, released ? ChangeResult.Done : ChangeResult.NotFound);
                break;
            case EventKind.OptOut or EventKind.ForgetOptOuts:
                OptOuts.Take(ref slot);
                break;
            case EventKind.Inbound:
                _mobiles.Take(ref slot);
                break;
            case EventKind.EsmeBound when slot.Source is Peer esme:
                Notices.Bound(esme, slot.Account);
                break;
            case EventKind.EsmeUnbound when slot.Source is Peer left:
                Notices.Unbound(left);
                break;
            case EventKind.Reply when slot.Source is Peer asked:
                slot.Bytes.CopyTo(_outgoing.To(asked, slot.Length));
                asked.MustHear = true;
                if (slot.Code != 0) asked.CloseWhenHeard("the carrier unbound us");
                break;
            case EventKind.Call when slot.Source is DecideCall call:
                call.Run(this, _now);
                _outgoing.Changed(call, ChangeResult.Done);
                break;
            case EventKind.ClockStep:
                StepClock((long)slot.Position);
                break;
            case EventKind.ClockAccepted when slot.Source is PendingAnswer teller:
                _times.Accept((long)slot.Position);
                _outgoing.Changed(teller, ChangeResult.Done);
                break;
            case EventKind.Query when slot.Source is PendingAnswer asker:
                var handle = Ledger.Table.Find(slot.Position);
                _outgoing.Located(asker, handle == MessageTable.None ? 0 : Ledger.Table[handle].Last);
                break;
        }
    }

    /// <summary>What waits for a carrier that has lost its traffic goes to others; so it does when one is fit again.
    /// </summary>
    private void LookAtFitness()
    {
        if (!Dispatch.Choice.LookAtFitness(_now)) return;
        _housekeeping.CarriersChanged();
        Dispatch.MoveFromUnfit(_now);
    }

    /// <summary>
    /// What has been sent and not answered would be taken for late, so the clock jumps only while there is nothing
    /// such; back only while there is no message at all.
    /// </summary>
    private void StepClock(long wall)
    {
        if (Dispatch.Unanswered > 0) return;
        foreach (var account in Notices.Accounts)
            foreach (var receiver in account.Receivers)
                if (receiver.Window.Used > 0) return;
        if (wall < _now && Ledger.Table.Count + Backlog.Lists.Parts > 0) return;
        _now = wall;
        Clock.Step(wall);
    }

    private void TakeReceipt(ref Slot slot)
    {
        if (slot.Source is not Peer peer || Dispatch.Find(slot.Carrier) is not { } carrier) return;
        var receipt = new Parked(slot.Code, (uint)slot.Route, slot.Position, _now)
        {
            SameDates = slot.Priority != 0,
        };
        ReadOnlySpan<byte> ids = slot.Bytes;
        Receipts.Receive(carrier, ids[..slot.Parts], ids[slot.Parts..], in receipt);
        _outgoing.AnswerDelivery(peer, in slot, CommandStatus.ESME_ROK, _now);
    }

    private void Tick()
    {
        LookAtFitness();
        _housekeeping.Tick(_now);
        GiveUpOnReceipts();
        if (Backlog.HasRoom(byte.MaxValue)) Receipts.TryAgain(_now);
        LookForOldest();
        if (_now >= _lastSecond && _now - _lastSecond < 1000) return;
        _lastSecond = _now;
        _times.Tick(_now);
        _changes.Tick(_now);
        Responses.Tick(_now);
        Outcomes.Tick(_now);
        Notices.Tick(_now);
        Dispatch.ExpireWaiting(_now);
        Orphaned += Receipts.Prune(_now);
        foreach (var carrier in Dispatch.Carriers) carrier.Oldest.Look(carrier, Ledger.Table);
        var oldest = Math.Min(Ledger.Table.OldestAnchor, Backlog.Lists.Floor);
        Billing.Tick(_now);
        oldest = Math.Min(oldest, Billing.Floor);
        _log.Checkpoint(Math.Min(oldest, Receipts.Floor));
    }

    /// <summary>Once a minute, a few at a time.</summary>
    private void LookForOldest()
    {
        if (_now >= _lastLook && _now - _lastLook < 60_000) return;
        if (!Ledger.Table.TryFindOldest(MostLookedAtATick, out var oldest)) return;
        _lastLook = _now;
        oldest = Math.Min(oldest, Backlog.Lists.Oldest);
        Volatile.Write(ref _oldestNeeded, Math.Min(oldest, _log.NextPosition));
    }

    /// <summary>
    /// Messages in memory whose receipt never came end as unknown. Carriers take messages in another order than that
    /// of the table, so all of it is walked, place by place and round and round.
    /// </summary>
    private void GiveUpOnReceipts()
    {
        var table = Ledger.Table;
        var before = (_now - _options.ReceiptTimer) / 1000;
        for (var i = Math.Min(LookedAtATick, table.Places); i > 0; i--)
        {
            if (_looked >= table.Places) _looked = 0;
            var handle = _looked++;
            if (Dispatch.IsOverdue(in table[handle], before)) Dispatch.GiveUp(handle, _now);
        }
    }

    /// <summary>A message cannot go on: it is where an operator looks.</summary>
    private void Lose(HeldEntry entry)
    {
        Unreadable++;
        Dead.Add(entry.Position, new DeadLetter { At = _now, Status = DeadLetter.Unreadable, Account = entry.Account });
        Lost?.Invoke(entry.Position);
    }

    private void Leave(int handle) => Notices.Account(Ledger.Table[handle].Account).Live--;
}
