using System.Diagnostics;
using Appliance.Act;
using Appliance.Carriers.Smpp;
using Appliance.Decide;
using Appliance.Ingress;
using Appliance.Ingress.Smpp;
using Appliance.Journal;
using Appliance.Operate;
using Appliance.Operate.Metrics;
using Appliance.Ring;
using Appliance.Routing;
using Appliance.Wire;
using Store;

namespace Appliance;

/// <summary>
/// The journey, wired: ingress -> ring (decide -> journal -> act) -> carrier links -> ring -> notify. What listens to
/// the outside (the SMPP port, HTTP) is given <see cref="Esme"/> and <see cref="Ring"/> and adds itself.
/// </summary>
internal sealed class Pipeline : IAsyncDisposable
{
    /// <summary>Events one batch takes at the most: bounds the time until the first of them is answered.</summary>
    private const int LargestBatch = 4096;

    private const int TickMs = 10;

    /// <summary>Ticks between two tries to set the clock.</summary>
    private const int StepPause = 10;
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);

    private readonly Store.Journal _journal;
    private readonly KeyedState _keyed;
    private readonly ActStage _act;
    private readonly Consumer<Slot> _consumer;
    private readonly Heartbeat _heartbeat = new();
    private readonly WireLoops _loops;
    private readonly PipelineLinks _links;
    private readonly ILogger _logger;
    private readonly SmsMetrics _metrics;
    private readonly PipelinePolicy _policy;
    private readonly LinkContext _linkContext;
    private readonly Timer _ticker;
    private PipelineSetup _setup;
    private long _ticks;
    private int _beats;
    private Exception? _failure;

    public Pipeline(Configuration configuration, SmsMetrics metrics, ILoggerFactory loggers)
    {
        _logger = loggers.CreateLogger("appliance");
        _metrics = metrics;
        _journal = Store.Journal.Open(PipelineOptions.Journal(configuration));
        _keyed = new KeyedState(_journal);
        AccountNames = new NameTable(_journal, "account");
        CarrierNames = new NameTable(_journal, "carrier");
        _policy = new PipelinePolicy(metrics, AccountNames, CarrierNames, _logger);
        var log = new JournalLog(_journal, _keyed);
        TableChanges = configuration.Source is { } source ? new PipelineTables(this, source, configuration) : null;
        _setup = TableChanges?.Begin() ?? PipelineSetup.Make(
            configuration, new NameIds(AccountNames.GetOrAdd, CarrierNames.GetOrAdd), null);
        Tables = new LiveTables(_setup.Stage.Tables);
        Share = new SubmissionShare(configuration.Ring.Slots);
        Share.Configure(_setup.Stage.Accounts.Select(account => (account.Id, account.Weight)));
        _act = new ActStage(log, Share, Fail);
        Decider = new Decider(PipelineOptions.Decider(Configuration, _setup.Stage, Tables) with
        {
            OptOuts = PipelineOptOuts.Load(_journal),
            Share = Share,
        }, log, _keyed, _act);
        Ring = new RingBuffer<Slot>(configuration.Ring.Slots, Wait(configuration.Ring.Wait));
        _consumer = new Consumer<Slot>(Ring, Decider, Math.Min(LargestBatch, Ring.Capacity), Fail,
            () => ThreadName.Set("ring"));
        _policy.Watch(Decider);
        Policy = new PolicyGate(_setup.Policy, Decider.OptOuts.List, _policy);
        OptOuts = new PipelineOptOuts(this);
        PipelineMetrics.Register(metrics, Decider, Ring, log, _journal, AccountNames);
        PipelineMetrics.RegisterIndexes(metrics.Registry, _keyed);
        Decider.Outcomes.RolledBack = RolledBack;
        Decider.Lost = position =>
            Log.MessageUnreadable(_logger, PipelineDead.Id(_journal, configuration.Node, position));
        ClockGuard = Recover(log);
        Esme = new EsmeContext(
            PipelineOptions.Esme(configuration), new EsmeAccounts(_setup.Esme), Tables, Ring, _heartbeat,
            new EsmeObserver(metrics, _logger)) { Policy = Policy, Share = Share };
        _loops = new WireLoops(configuration.Smpp.IoThreads);
        EsmeServer = new EsmeServer(Esme, _loops);
        _linkContext = new LinkContext(Ring, _heartbeat, _loops, new LinkObserver(metrics, _logger));
        _links = new PipelineLinks(this, _linkContext, DrainTime) { Gone = metrics.RemoveCarrier };
        metrics.Registry.Gauge("sms_smpp_connections", "Connections to the SMPP port, bound or not.",
            () => Esme.Connections);
        metrics.SubmissionsWaiting(() => Esme.Waiting.Count);
        Register();
        Storage = new PipelineStorage(
            configuration, _journal, () => Math.Min(log.RestartFrom, Decider.OldestNeeded), Esme, metrics, _logger);
        Esme.Destinations = Storage.Destinations;
        Storage.Dropped = new PipelineDead(this).PurgeBefore;
        PipelineMetrics.RegisterClock(metrics.Registry, ClockGuard);
        Erasure = new PipelineErasure(this, _keyed, metrics.Registry, _logger);
        _ticker = new Timer(_ => Tick(), null, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>What of the configuration is in force and changes while it runs.</summary>
    public PipelineSetup Setup => Volatile.Read(ref _setup);

    /// <summary>As it is in force.</summary>
    public Configuration Configuration => Setup.Configuration;

    /// <summary>The rules about messages, as admission asks them.</summary>
    public PolicyGate Policy { get; }

    /// <summary>What rules and the watch for fraud have found.</summary>
    public PipelinePolicy PolicyFindings => _policy;

    public PipelineOptOuts OptOuts { get; }

    /// <summary>Who takes mobiles' messages; before the start.</summary>
    public IInbound? Inbound
    {
        set => _linkContext.Inbound = value;
    }

    public NameTable AccountNames { get; }

    public NameTable CarrierNames { get; }

    /// <summary>Routes and prices in force.</summary>
    public LiveTables Tables { get; }

    /// <summary>How these change; null where there is no file to read them from.</summary>
    public PipelineTables? TableChanges { get; }

    public RingBuffer<Slot> Ring { get; }

    /// <summary>How much of the ring submissions may fill.</summary>
    public SubmissionShare Share { get; }

    public Decider Decider { get; }

    public EsmeContext Esme { get; }

    public EsmeServer EsmeServer { get; }

    public ClockGuard ClockGuard { get; }

    public PipelineStorage Storage { get; }

    public PipelineErasure Erasure { get; }

    public ILogger Logger => _logger;

    /// <summary>What stopped the ring, if anything has.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Batches the ring has done.</summary>
    public long Progress => _consumer.Progress;

    public Store.Journal Journal => _journal;

    /// <summary>Messages by account and by destination; any thread.</summary>
    public HistoryIndex History => _keyed.History;

    /// <summary>Where the history of a message outside memory ends; any thread.</summary>
    public bool TryFindFinished(ulong accepted, out ulong last) => _keyed.Finished.TryFind(accepted, out last);

    /// <summary>Starts the ring, then the links.</summary>
    public void Start()
    {
        _act.Start(() => ThreadName.Set("act"));
        _consumer.Start();
        _ticker.Change(0, TickMs);
        Storage.Start();
        Erasure.Start();
        _links.Apply(Setup.Links);
    }

    /// <summary>Puts another setup in force: as a whole, between two events of the ring.</summary>
    public async Task EnforceAsync(PipelineSetup setup)
    {
        // Before one that is new can send.
        Share.Configure(setup.Stage.Accounts.Select(account => (account.Id, account.Weight)));
        await this.CallAsync((decider, _) =>
        {
            decider.Replace(setup.Stage);
            Policy.Replace(setup.Policy);
            Volatile.Write(ref _setup, setup);
            Esme.Accounts.Replace(setup.Esme);
        }).ConfigureAwait(false);
        Register();
        _links.Apply(setup.Links);
    }

    /// <summary>
    /// Goes down in good order: no new messages, nothing more to carriers, what they still answer is taken, then
    /// unbind.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await Erasure.DisposeAsync().ConfigureAwait(false);
        Esme.Draining = true;
        Decider.Dispatch.Draining = true;
        var deadline = Stopwatch.StartNew();
        while (Failure is null && deadline.Elapsed < DrainTime && Decider.Dispatch.Unanswered > 0)
            await Task.Delay(TickMs).ConfigureAwait(false);
        await _links.DisposeAsync().ConfigureAwait(false);
        _consumer.Stop();
        _act.Stop();
        await _ticker.DisposeAsync().ConfigureAwait(false);
        _heartbeat.Dispose();
        _loops.Dispose();
        Log.Stopping(_logger, Decider.Ledger.Table.Count);
        // A backup that still reads the store keeps it open; the next start reads the log, as after a kill.
        if (!Storage.TryStop()) return;
        Storage.Dispose();
        _keyed.Dispose();
        _journal.Dispose();
    }

    private void RolledBack(RouteRule rule)
    {
        var (canary, others, messages, _) = rule.Trial!.Rates;
        Log.CanaryOut(_logger, rule.Trial.Canary.Carrier, rule.Name, canary, messages, others);
    }

    private static long WallUnixMs => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private static IWaitStrategy Wait(RingWait wait) => wait switch
    {
        RingWait.Yielding => new YieldingWait(),
        RingWait.BusySpin => new BusySpinWait(),
        _ => new BlockingWait(),
    };

    private ClockGuard Recover(JournalLog log)
    {
        var started = Stopwatch.StartNew();
        var noted = _journal.GetMeta(TimeNotes.Key);
        var recovery = Decider.RecoveryOf(TimeNotes.From(noted));
        recovery.Begin();
        using (var scanner = _journal.Scan(log.RestartFrom))
            while (scanner.MoveNext()) recovery.Apply(scanner.Position, scanner.Record);
        var guard = new ClockGuard(
            TimeNotes.Newest(noted, recovery.Newest), (long)Configuration.Limits.ClockGap.TotalMilliseconds, _logger);
        guard.Begin(WallUnixMs);
        recovery.Finish(Clock.UnixMs);
        log.Commit();
        Log.Recovered(_logger, Decider.Ledger.Table.Count, recovery.Records, started.ElapsedMilliseconds,
            recovery.InDoubt);
        return guard;
    }

    /// <summary>Metrics of accounts and carriers.</summary>
    private void Register()
    {
        PipelineMetrics.RegisterMembers(_metrics, Decider, _journal, Setup.Stage);
        foreach (var account in Esme.Accounts.All)
            _metrics.Sessions("esme", account.Name, "bound", () => account.Seat.Binds);
    }

    private void Tick()
    {
        var wall = WallUnixMs;
        ClockGuard.Check(wall);
        // One at a time, or a slow batch would be followed by one that is full of ticks. A full ring has the time in
        // its other events.
        if (Decider.Ticks < _ticks || !Ring.TryClaim(0, out var sequence)) return;
        var isStep = ClockGuard.IsStepWanted && ++_beats % StepPause == 0;
        if (!isStep) _ticks++;
        ref var slot = ref Ring[sequence];
        slot.Kind = isStep ? EventKind.ClockStep : EventKind.Tick;
        slot.Position = (ulong)wall;
        slot.UnixMs = Clock.UnixMs;
        Ring.Publish(sequence);
        Ring.Wake();
    }

    /// <summary>A journal that cannot be written must not be followed by anything: the process ends here.</summary>
    private void Fail(Exception exception)
    {
        Volatile.Write(ref _failure, exception);
        // After a failed write of its log librocksdb must not be used again; a restart reads what is on the disk.
        if (exception is StoreException store) LastWords.Exit(Log.JournalFailedId, Log.JournalFailed(store),
            ExitCode.Of(store.Fault));
        LastWords.ExpectAbort();
        Log.RingFailed(_logger, exception.Message, exception);
        Environment.FailFast("the ring has stopped: " + exception.Message, exception);
    }
}
