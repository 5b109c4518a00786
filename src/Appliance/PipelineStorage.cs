using Appliance.Ingress.Smpp;
using Appliance.Numbering;
using Appliance.Numbering.Lookups;
using Appliance.Operate;
using Appliance.Operate.Metrics;
using Appliance.Operate.Storage;
using Appliance.Routing.Versions;

namespace Appliance;

/// <summary>
/// What keeps the store well while the ring works: the disk's watch, ported numbers, retention, backups.
/// </summary>
internal sealed class PipelineStorage : IDisposable
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);

    /// <summary>The first run comes this long after a start, so that a wrong clock may be set right before.</summary>
    private static readonly TimeSpan RetentionPause = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan BackupGrace = TimeSpan.FromSeconds(30);

    private readonly List<Periodic> _tasks = [];
    private readonly ILogger _logger;
    private readonly HlrClient? _hlr;

    public PipelineStorage(Configuration configuration, Store.Journal journal, Func<ulong> needed, EsmeContext esme,
        SmsMetrics metrics, ILogger logger)
    {
        _logger = logger;
        var registry = metrics.Registry;
        Disk = new DiskWatch(
            journal.Options, configuration.Limits, full => esme.DiskFull = full, registry, logger);
        Numbers = new PortedNumbers(configuration.Data, registry, logger);
        Ranges = new ImportedRanges(configuration.Data, registry, logger);
        _hlr = configuration.Numbers.Hlr is { } hlr ? new HlrClient(hlr, registry, TimeProvider.System) : null;
        Destinations = new DestinationFinder(Ranges.Plan, Numbers, configuration.Numbers.Order, _hlr);
        Lookup = new NumberLookup(Ranges.Plan, Numbers, configuration.Numbers.Order, _hlr, registry);
        Backups = new BackupRunner(journal, Numbers.Store, new RangeFile(configuration.Data),
            new VersionFolder(configuration.Data), logger);
        PipelineMetrics.RegisterBackups(registry, Backups);
        Add("disk watch", Often, () =>
        {
            Disk.Check();
            journal.NoteFiles();
        });
        Add("ported numbers", Often, Numbers.TakeOver);
        Add("imported ranges", Often, Ranges.TakeOver);
        if (configuration.Retention.Days == 0) return;
        var retention = new Retention(journal, configuration.Retention.Days, needed, logger);
        registry.Gauge("sms_retention_kept_since_timestamp_seconds",
            "Messages accepted before this may be gone; 0 until the first run.", () => retention.KeptSince);
        Add("retention", RetentionPause, () =>
        {
            if (retention.Run(Clock.UnixMs) is { } cut) Dropped?.Invoke(cut);
        });
    }

    /// <summary>Called when history before a position was let go; on the task's thread.</summary>
    public Action<ulong>? Dropped { get; set; }

    public DiskWatch Disk { get; }

    public PortedNumbers Numbers { get; }

    /// <summary>The numbering plan and the ranges over it.</summary>
    public ImportedRanges Ranges { get; }

    public NumberLookup Lookup { get; }

    public DestinationFinder Destinations { get; }

    public BackupRunner Backups { get; }

    public void Start() => _tasks.ForEach(task => task.Start());

    /// <summary>Ends the tasks. False when a backup still reads the store, which then must stay open.</summary>
    public bool TryStop()
    {
        _tasks.ForEach(task => task.Dispose());
        _tasks.Clear();
        if (Backups.Wait(BackupGrace)) return true;
        StorageLog.BackupUnderWay(_logger);
        return false;
    }

    public void Dispose()
    {
        if (!TryStop()) return;
        Numbers.Dispose();
        Ranges.Dispose();
        _hlr?.Dispose();
    }

    private void Add(string name, TimeSpan pause, Action work) => _tasks.Add(
        new Periodic(name, pause, work, error => StorageLog.TaskFailed(_logger, name, error.Message)));
}
