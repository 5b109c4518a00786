using System.Runtime.CompilerServices;
using System.Text;
using Appliance.Act;
using Appliance.Decide;
using Appliance.Money;
using Codec;
using Store;

namespace Appliance.Tests.Decide;

/// <summary>An ESME, an application, two carriers and the deciding stage between them, on a virtual clock; a seed
/// replays.</summary>
internal sealed partial class VirtualWorld
{
    private const int Sessions = 2;
    private const ushort AccountId = 1;

    /// <summary>An account that sends over HTTP only, and of which no balance is kept.</summary>
    private const ushort OtherId = 7;

    /// <summary>Milliseconds.</summary>
    public const int ReceiptTimer = 20 * 60 * 1000;

    private readonly Random _random;
    private readonly VirtualPeer?[,] _links = new VirtualPeer?[2, Sessions];
    private readonly List<(int Carrier, string Id, ulong Handset)> _receipts = [];

    /// <summary>What carriers will not have, as the journal will know with the next commit.</summary>
    private readonly List<(VirtualMessage Message, int Part, int Carrier)> _refusals = [];

    /// <summary>Receipts sent and not answered, by sequence_number: a carrier sends them again when the session has
    /// ended.</summary>
    private readonly Dictionary<uint, ((int Carrier, string Id, ulong Handset) Receipt, VirtualPeer Link)> _unanswered =
        [];
    private readonly List<(VirtualSender Who, VirtualMessage Message, Action<ChangeResult> Done)> _wishes = [];
    private readonly List<(VirtualSender Who, VirtualMessage Message)> _posts = [];
    private readonly int _seed;
    private readonly bool _isStormy;
    private readonly bool _isAway;

    /// <summary>Whether alpha's ids are hexadecimal in its answers, decimal in its receipts.</summary>
    private readonly bool _isInBases;
    private readonly bool _isDriven;

    /// <summary>Whether carriers hear later than ESMEs; much happens within a few milliseconds then.</summary>
    private readonly bool _gathers;
    private VirtualPeer? _esme;
    private Decider _decider;
    private ActStage _act;
    private long _now = 1_700_000_000_000;
    private int _tokens;
    private int _ids;
    private int _calmSteps;
    private int _steps;

    public VirtualWorld(int seed)
    {
        _random = new Random(seed);
        _seed = seed;
        // Every other world has carriers that are mostly away, so that a backlog builds up, every third an ESME that
        // is.
        _isStormy = seed % 2 == 0;
        _isAway = seed % 3 == 0;
        _isInBases = seed % 5 < 2;
        _isDriven = seed % 4 == 3;
        _gathers = seed % 7 < 3;
        Log = new VirtualLog { IsOverlapped = _isDriven };
        _decider = Start();
        if (!IsPoor) Pay();
    }

    public VirtualLog Log { get; }

    public Decider Decider => _decider;

    public Dictionary<int, VirtualMessage> Messages { get; } = [];

    /// <summary>Ids for which the ESME has taken a receipt.</summary>
    public HashSet<string> Told { get; } = [];

    public bool IsCalm { get; set; }

    public long Now => _now;

    /// <summary>Nothing is left to do.</summary>
    public bool IsIdle => _decider.Ledger.Table.Count == 0 && _decider.Backlog.Lists.Parts == 0 && Log.Awaited == 0
        && _wishes.Count == 0 && MobilesAreIdle;

    public void Step()
    {
        // In the end only receipts that never come are waited for.
        if (_gathers && !IsCalm && _random.Next(3) > 0) _now += _random.Next(4);
        else _now += _random.Next(1, !IsCalm ? 400 : ++_calmSteps < 100 ? 3000 : 20_000);
        for (var events = _random.Next(1, 6); events > 0; events--) One();
        if (_random.Next(3) == 0 || IsCalm) Write();
        Change();
        Event(EventKind.Tick, null, (ref Slot _) => { });
        if (!IsCalm && _random.Next(60) == 0)
        {
            Crash();
            return;
        }

        Log.Releases++;
        _decider.OnBatchEnd(1);
        if (++_steps % 4 == 0) Structure.Check(_decider, Log, IsCalm ? 0 : _now);
        // Nothing is heard until it is durable, which may be batches later.
        if (_isDriven && !IsCalm && _random.Next(2) == 0) return;
        Log.Releases++;
        _act.Step();
        if (Log.IsClean && _act.Waiting == 0) _taking.Clear();
        foreach (var (message, part, by) in _refusals) message.RefusedBy.Add((part, by));
        _refusals.Clear();
        Settle();
        Read();
    }

    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(_act))]
    private Decider Start()
    {
        var decider = new Decider(new DeciderOptions
        {
            Node = 1,
            MemoryMessages = 1200,
            LiveMessages = 5000,
            Accounts =
            [
                new AccountOptions(AccountId, "a", 10_000, 5, 10_000) { Billing = Billing, Weight = 1 + (_seed % 3) },
                new AccountOptions(OtherId, "b", 10_000, 5, 10_000),
            ],
            BalanceMarkDistance = 30,
            Carriers = [Options(1, "alpha"), Options(2, "beta")],
            Tables = TestRoutes.Of(new MoneyTables(
                new MoneyConfiguration { Refund = Refunds }, RateCard.Empty, RateCard.Empty), 1, 2),
            ReceiptTimer = ReceiptTimer,
            // Every fourth world's receipts are not kept until the ESME is back, every fifth has no room for them.
            NoticeTtl = _seed % 4 == 0 ? 10u : 72 * 3600,
            NoticesLimit = _seed % 5 == 0 ? 4 : 1000,
            RestartDistance = 40,
            MostWaiting = 4,
            LeastStock = 3,
            MostNotices = 3,
            BodyCache = 1 << 12,
            RecentReceipts = 64,
            GatherFrom = _gathers ? 0 : Outgoing.Many,
            OptOuts = LoadOptOuts(),
        }, Log, Log, _act = new ActStage(Log, new(1 << 16), static _ => { }) { IsDriven = _isDriven });
                var recovery = decider.Recovery;
        recovery.Begin();
        foreach (var (position, record) in Log.Records.Where(one => one.Key >= Log.RestartFrom).ToArray())
            recovery.Apply(position, record);
        recovery.Finish(_now);
        Log.Commit();
        Structure.Check(decider, Log);
        _decider = decider;
        CheckBalance();
        return decider;
    }

    /// <summary>With each start the operator may have changed his mind about receipts.</summary>
    private CarrierOptions Options(ushort id, string name) => new()
    {
        Id = id,
        Name = name,
        Sessions = Sessions,
        Window = _gathers ? 8 : 3,
        ResponseTimer = 5_000,
        AlwaysRegister = _random.Next(3) == 0,
    };

    private void Crash()
    {
        Log.Crash(_random.Next(_act.Waiting + 1));
        MobilesCrash();
        SendAgain(null);
        _refusals.Clear();
        Array.Clear(_links);
        // It starts with the configuration's file.
        Array.Clear(_generations);
        _retired.Clear();
        _changes.Clear();
        (_configured, _tables) = (3, 0);
        _esme = null;
        // Who had no answer doesn't know.
        _posts.Clear();
        _wishes.Clear();
        _payments.Clear();
        _decider = Start();
    }

    private void One()
    {
        var (carrier, session) = (_random.Next(2), _random.Next(Sessions));
        switch (IsCalm ? 2 + _random.Next(3) : _random.Next(12))
        {
            case 0 or 1 when _esme is not null:
                Submit(_esme);
                break;
            case 2 when _esme is null && (IsCalm || !_isAway || _random.Next(8) == 0):
                _esme = new VirtualPeer(Log);
                Event(EventKind.EsmeBound, _esme, (ref Slot slot) => slot.Account = AccountId);
                break;
            case 3 when _links[carrier, session] is null && (IsCalm || !_isStormy || _random.Next(12) == 0):
                Bind(carrier, session);
                break;
            case 4 when _receipts.Count > 0:
                Receipt();
                break;
            case 5 when _links[carrier, session] is { } link && _random.Next(_isStormy ? 3 : 10) == 0:
                Drop(carrier, session, link);
                break;
            case 6 when _esme is { } esme && _random.Next(_isAway ? 4 : 20) == 0:
                _esme = null;
                Event(EventKind.EsmeUnbound, esme, (ref Slot _) => { });
                break;
            case 7 or 8:
                Post();
                break;
            case 9:
                Wish();
                break;
            case 10:
                RetryDead();
                break;
            case 11 when _paid == 0 || IsPoor || _random.Next(10) == 0:
                Pay();
                break;
        }
    }

    /// <summary>The answers of the batch that is now durable.</summary>
    private void Settle()
    {
        foreach (var (who, message) in _posts)
            if (who.Position != 0) message.Id ??= IdOf(who);
        _posts.RemoveAll(one => one.Who.Position != 0 || one.Who.Refusal is not null);
        SettlePayments();
        foreach (var (who, _, done) in _wishes)
            if (who.Result is { } result) done(result);
        _wishes.RemoveAll(one => one.Who.Result is not null);
    }

    private static string IdOf(VirtualSender who)
    {
        var text = new byte[MessageId.TextLength];
        MessageId.TryFormat(who.At, 1, who.Position, text);
        return Encoding.ASCII.GetString(text);
    }

    private void Link(EventKind kind, int carrier, int session, VirtualPeer link, int generation) =>
        Event(kind, link, (ref Slot slot) =>
        {
            slot.Carrier = (ushort)(carrier + 1);
            slot.Sequence = (uint)session;
            slot.Route = generation;
        });

    private void Drop(int carrier, int session, VirtualPeer link)
    {
        _links[carrier, session] = null;
        Unanswered(link);
        SendAgain(link);
        Unread(link);
        Link(EventKind.LinkDown, carrier, session, link, 0);
    }

    private void Receipt()
    {
        var index = _random.Next(_receipts.Count);
        var (carrier, id, handset) = _receipts[index];
        VirtualPeer? link = null;
        for (var session = 0; session < Sessions; session++) link ??= _links[carrier, session];
        if (link is null) return;
        _receipts.RemoveAt(index);
        // Some never come.
        if (_random.Next(30) == 0) return;
        var sequence = ++_deliverSequence;
        _unanswered.Add(sequence, ((carrier, id, handset), link));
        Event(EventKind.CarrierReceipt, link, (ref Slot slot) =>
        {
            slot.Sequence = sequence;
            slot.Carrier = (ushort)(carrier + 1);
            slot.Code = (byte)MessageState.Delivered;
            slot.Status = (uint)CommandId.DeliverSmResp;
            slot.Position = handset;
            var octets = Encoding.ASCII.GetBytes(id);
            slot.Parts = (byte)octets.Length;
            octets.CopyTo(slot.Allocate(octets.Length));
        });
    }

    /// <summary>The receipts that a session, or any, was sent and has heard no answer to.</summary>
    private void SendAgain(VirtualPeer? link)
    {
        foreach (var (sequence, sent) in _unanswered.ToArray())
        {
            if (link is not null && sent.Link != link) continue;
            _unanswered.Remove(sequence);
            _receipts.Add(sent.Receipt);
        }
    }

    private delegate void Filler(ref Slot slot);

    private void Event(EventKind kind, object? source, Filler fill)
    {
        Unsafe.SkipInit(out Slot slot);
        slot = default;
        slot.Kind = kind;
        slot.Source = source;
        slot.UnixMs = _now;
        fill(ref slot);
        _decider.OnEvent(ref slot);
    }
}
