using Appliance.Operate.Metrics;
using Store;

namespace Appliance.Operate.Storage;

/// <summary>
/// Looks at the disk of the data folder once a second and says when no new messages may be taken, so that what was
/// taken can still be finished.
/// </summary>
public sealed class DiskWatch
{
    private const long Mebibyte = 1 << 20;

    private readonly DiskGuard _guard;
    private readonly ILogger _logger;
    private readonly string _path;
    private readonly long _refuseBelow;
    private readonly long _acceptAbove;
    private readonly Action<bool> _tell;
    private volatile string? _unreadable;

    /// <param name="options">The journal's, for what it needs to write without new messages.</param>
    /// <param name="limits">limits.disk_free_min_mb and limits.disk_free_ok_mb.</param>
    /// <param name="tell">Called at the first look and at each change with whether the disk is too full.</param>
    public DiskWatch(JournalOptions options, LimitsConfiguration limits, Action<bool> tell, MetricsRegistry registry,
        ILogger logger)
    {
        _logger = logger;
        _tell = tell;
        _path = options.Path;
        _refuseBelow = limits.DiskFreeMinMb > 0 ? limits.DiskFreeMinMb * Mebibyte
            : Math.Max(LimitsConfiguration.DefaultDiskFreeMb * Mebibyte, DiskGuard.Reserve(options));
        _acceptAbove = limits.DiskFreeOkMb > 0 ? Math.Max(_refuseBelow, limits.DiskFreeOkMb * Mebibyte)
            : _refuseBelow + (_refuseBelow / 4);
        _guard = new DiskGuard(_path, _refuseBelow, _acceptAbove);
        registry.Gauge("sms_disk_free_bytes", "Free bytes of the data folder's file system.", () => _guard.Space.Free);
        registry.Gauge("sms_disk_size_bytes", "Bytes of the data folder's file system.", () => _guard.Space.Total);
        registry.Gauge("sms_disk_free_min_bytes", "Free bytes below which new messages are refused.",
            () => _refuseBelow);
        registry.Gauge("sms_disk_full", "1 while new messages are refused for want of disk space.",
            () => _guard.Accepting ? 0 : 1);
        Check(first: true);
    }

    public DiskSpace Space => _guard.Space;

    public bool Accepting => _guard.Accepting;

    /// <summary>For /readyz: null, or what is wrong.</summary>
    public string? Complaint()
    {
        if (_unreadable is { } why) return why;
        return _guard.Accepting ? null
            : $"the disk of {_path} is nearly full: {_guard.Space.Free / Mebibyte} MiB free; new messages are refused "
                + $"until {_acceptAbove / Mebibyte} MiB are";
    }

    /// <summary>One look.</summary>
    public void Check() => Check(first: false);

    private void Check(bool first)
    {
        bool changed;
        try
        {
            changed = _guard.Check();
            _unreadable = null;
        }
        catch (StoreException error)
        {
            if (_unreadable is null) StorageLog.DiskUnknown(_logger, _path, error.Message);
            _unreadable = error.Message;
            return;
        }

        if (changed)
        {
            var free = _guard.Space.Free / Mebibyte;
            if (_guard.Accepting) StorageLog.DiskWell(_logger, _path, free);
            else StorageLog.DiskLow(_logger, _path, free, _refuseBelow / Mebibyte, _acceptAbove / Mebibyte);
        }

        if (changed || first) _tell(!_guard.Accepting);
    }
}
