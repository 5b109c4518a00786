using Appliance.Numbering;
using Appliance.Operate.Metrics;
using Store;

namespace Appliance.Operate.Storage;

/// <summary>
/// The numbering plan of a running appliance: takes over what <c>numbers import</c> writes, while numbers are looked
/// up.
/// </summary>
public sealed class ImportedRanges : IDisposable
{
    private readonly RangeFile _file;
    private readonly ILogger _logger;
    private readonly SharedCounter _refused;
    private FileStream? _lock;
    private (DateTime, long) _seen;

    /// <exception cref="StoreException">The file of ranges is damaged; the way out is named.</exception>
    public ImportedRanges(string data, MetricsRegistry registry, ILogger logger)
    {
        _file = new RangeFile(data);
        _logger = logger;
        _seen = _file.Stamp();
        _lock = _file.TryLock();
        Plan = new LivePlan(NumberPlan.Shipped.With(_file.Read(out var digest)));
        _file.Answer(digest, "");
        _refused = registry.SharedCounter("sms_numbering_imports_refused_total",
            "Files of imported ranges that could not be read.");
        registry.Gauge("sms_numbering_imported_ranges", "Imported ranges of numbers in effect.",
            () => Plan.Current.Ranges.Count);
    }

    /// <summary>The plan with its ranges, as it is at any moment.</summary>
    public LivePlan Plan { get; }

    /// <summary>Reads the file again where it has changed; for one thread, once a second or so.</summary>
    public void TakeOver()
    {
        // A command that looked whether an appliance runs may have had it at the start.
        _lock ??= _file.TryLock();
        var stamp = _file.Stamp();
        if (stamp == _seen) return;
        _seen = stamp;
        var digest = "";
        try
        {
            Plan.Replace(_file.Read(out digest));
            _file.Answer(digest, "");
            StorageLog.RangesInEffect(_logger, Plan.Current.Ranges.Count);
        }
        catch (StoreException error)
        {
            _refused.Add();
            StorageLog.RangesRefused(_logger, error.Message);
            _file.Answer(digest, error.Message);
        }
    }

    public void Dispose() => _lock?.Dispose();
}
