using Appliance.Operate;
using Appliance.Operate.Metrics;
using Appliance.Operate.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Operate.Tests.Metrics;
using Store;

namespace Operate.Tests.Storage;

public sealed class DiskWatchTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly MetricsRegistry _metrics = new();
    private readonly List<bool> _told = [];

    public DiskWatchTests() => Directory.CreateDirectory(_folder.Data);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Room_enough_is_said_at_once_and_once()
    {
        var watch = Watch(new LimitsConfiguration { DiskFreeMinMb = 1 });
        watch.Check();
        Assert.Equal([false], _told);
        Assert.Null(watch.Complaint());
        Assert.InRange(watch.Space.Free, 1 << 20, watch.Space.Total);
        Assert.Contains("\nsms_disk_full 0\n", MetricsTests.Text(_metrics), StringComparison.Ordinal);
        Assert.Contains($"\nsms_disk_free_min_bytes {1 << 20}\n", MetricsTests.Text(_metrics), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_little_is_said_at_the_first_look()
    {
        var watch = Watch(new LimitsConfiguration { DiskFreeMinMb = 1_000_000_000 });
        Assert.Equal([true], _told);
        Assert.Contains("nearly full", watch.Complaint(), StringComparison.Ordinal);
        Assert.Contains("\nsms_disk_full 1\n", MetricsTests.Text(_metrics), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_is_said_the_journals_need_is_kept_free()
    {
        Watch(new LimitsConfiguration(), buffer: 4L << 30);
        var need = DiskGuard.Reserve(new JournalOptions { Path = "", LogWriteBuffer = 4L << 30 });
        Assert.True(need > 1L << 30);
        Assert.Contains($"\nsms_disk_free_min_bytes {need}\n", MetricsTests.Text(_metrics), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_gone_is_a_complaint_and_changes_nothing()
    {
        var watch = Watch(new LimitsConfiguration { DiskFreeMinMb = 1 });
        Directory.Delete(_folder.Data);
        watch.Check();
        Assert.Contains(_folder.Data, watch.Complaint(), StringComparison.Ordinal);
        Directory.CreateDirectory(_folder.Data);
        watch.Check();
        Assert.Null(watch.Complaint());
        Assert.Equal([false], _told);
    }

    private DiskWatch Watch(LimitsConfiguration limits, long buffer = 1 << 20) => new(
        new JournalOptions { Path = _folder.Data, LogWriteBuffer = buffer }, limits, _told.Add, _metrics,
        NullLogger.Instance);
}
