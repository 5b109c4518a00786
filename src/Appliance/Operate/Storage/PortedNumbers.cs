using Appliance.Operate.Metrics;
using Store;
using Store.Numbers;

namespace Appliance.Operate.Storage;

/// <summary>
/// The ported numbers of a running appliance: open beside the journal, taking over what <c>mnp import</c> prepares,
/// counting look-ups.
/// </summary>
public sealed class PortedNumbers : IDisposable
{
    /// <summary>Bytes in memory for a data set at the most: ten bits a number up to fifty million of them.</summary>
    private const long LargestFilter = 64 << 20;

    private readonly NumberStore _store;
    private readonly ILogger _logger;
    private readonly SharedCounter _lookups;
    private readonly SharedCounter _failures;
    private readonly SharedCounter _refused;
    private readonly MetricsRegistry _registry;
    private readonly Dictionary<string, DatasetInfo> _known = [];
    private bool _shown;
    private bool _withoutFilters;

    /// <exception cref="StoreException">The folder is damaged, locked, of a newer version; the way out is
    /// named.</exception>
    public PortedNumbers(string data, MetricsRegistry registry, ILogger logger)
    {
        _registry = registry;
        _logger = logger;
        _store = Open(Folder(data));
        _lookups = registry.SharedCounter("sms_ported_numbers_lookups_total", "Look-ups of ported numbers.");
        _failures = registry.SharedCounter("sms_ported_numbers_lookup_failures_total",
            "Look-ups that met damaged data or a failing disk.");
        _refused = registry.SharedCounter("sms_ported_numbers_imports_refused_total",
            "Prepared imports that could not be applied.");
        registry.Gauge("sms_ported_numbers_bytes", "Bytes of the ported numbers' files.", () => _store.DiskBytes);
        registry.Gauge("sms_ported_numbers_filter_bytes",
            "Bytes of memory that tell without a read which numbers are not ported.", () => _store.FilterBytes);
        Show();
    }

    public NumberStore Store => _store;

    /// <summary>Where a data folder has them.</summary>
    public static string Folder(string data) => Path.Combine(data, "numbers");

    /// <summary>Who has an international number, given without "+". Any thread.</summary>
    /// <exception cref="StoreException">The data is damaged.</exception>
    public bool TryFind(ulong number, out PortedNumber found)
    {
        _lookups.Add();
        try
        {
            return _store.TryFind(number, out found);
        }
        catch (StoreException)
        {
            _failures.Add();
            throw;
        }
    }

    /// <summary>Takes over what imports have handed in; for one thread, once a second or so.</summary>
    public void TakeOver()
    {
        foreach (var (package, error) in _store.ApplyWaiting())
        {
            _refused.Add();
            StorageLog.NumbersRefused(_logger, package, error.Message);
        }

        Show();
        MakeFilters();
    }

    public void Dispose() => _store.Dispose();

    private static NumberStore Open(string folder)
    {
        try
        {
            return NumberStore.Open(folder);
        }
        catch (StoreException error) when (error.Fault is StoreFault.Corrupt or StoreFault.MissingFile)
        {
            throw new StoreException(error.Fault, error.Message
                + $" These are the ported numbers only: without a backup, move {folder} away, start, and import the "
                + "national files again (appliance mnp import).", error);
        }
    }

    /// <summary>A damaged page is met again by whoever asks for its numbers, and counted there.</summary>
    private void MakeFilters()
    {
        if (_withoutFilters) return;
        try
        {
            _store.MakeFilters(LargestFilter);
        }
        catch (StoreException error)
        {
            _withoutFilters = true;
            StorageLog.NumbersDamaged(_logger, error.Message);
        }
    }

    /// <summary>Metrics and a log line for each data set that is new or has another content.</summary>
    private void Show()
    {
        foreach (var dataset in _store.Datasets)
        {
            var before = _known.GetValueOrDefault(dataset.Name);
            if (before == dataset) continue;
            _known[dataset.Name] = dataset;
            _registry.Gauge("sms_ported_numbers", "Ported numbers by data set, blocks included.",
                () => dataset.Numbers + dataset.Blocks, ("dataset", dataset.Name));
            _registry.Gauge("sms_ported_numbers_generation", "How often a data set was made anew.",
                () => dataset.Generation, ("dataset", dataset.Name));
            _registry.Gauge("sms_ported_numbers_imported_timestamp_seconds", "When a data set was imported last.",
                () => new DateTimeOffset(dataset.ImportedAt).ToUnixTimeSeconds(), ("dataset", dataset.Name));
            if (_shown) StorageLog.NumbersInEffect(
                _logger, dataset.Name, dataset.Generation, dataset.Numbers, dataset.Blocks);
        }

        _shown = true;
    }
}
