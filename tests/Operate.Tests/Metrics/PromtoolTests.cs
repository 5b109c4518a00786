using System.ComponentModel;
using System.Diagnostics;
using Appliance.Ingress.Http;
using Appliance.Operate.Metrics;
using Operate.Tests.Storage;
using Store;
using Xunit.Abstractions;

namespace Operate.Tests.Metrics;

/// <summary>Prometheus's own linter on every metric there is.</summary>
public class PromtoolTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_metric_passes_promtool()
    {
        var registry = new MetricsRegistry();
        var metrics = new SmsMetrics(registry);
        RuntimeMetrics.Register(registry);
        Fill(metrics);
        using var folder = new DataFolder();
        using var journal = folder.Open();
        StoreMetrics.Register(registry, journal);
        journal.Append("a record"u8);
        journal.Commit();
        using var history = new HistoryIndex(journal);
        StoreMetrics.RegisterIndex(registry, "history", () => history.Lag);
        history.Add(1, 2, 65536);
        var text = MetricsTests.Text(registry);
        string[] some =
        [
            "sms_journal_commits_total 1", "sms_journal_wal_bytes ", "sms_journal_write_stopped 0", "sms_journal_memtable_bytes ",
            "sms_journal_compaction_pending_bytes 0", "process_open_fds ", "dotnet_gc_pause_seconds_total ",
            "sms_store_index_lag_seconds{index=\"history\"} 0\n",
            "sms_store_index_unwritten_entries{index=\"history\"} 1\n",
            "sms_store_index_unwritten_seconds{index=\"history\"} ",
            "sms_build_info{version=\"0.1.0\"", "sms_receipts_total{carrier=\"alpha\",outcome=\"late\"} 1",
        ];
        Assert.All(some, line => Assert.Contains("\n" + line, text, StringComparison.Ordinal));
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
        if (await CheckAsync(text) is not { } complaints)
        {
            output.WriteLine("Not linted: promtool (Debian package prometheus) is not installed.");
            return;
        }

        Assert.Equal("", complaints);
        Assert.NotEqual("", await CheckAsync("# TYPE a counter\na 1\n"));
    }

    /// <summary>Makes one series of each family.</summary>
    private static void Fill(SmsMetrics metrics)
    {
        metrics.Messages("delivered", "demo", "alpha", () => 1);
        metrics.QueueDepth("alpha", () => 1);
        metrics.SubmitLatency("alpha").Record(1_000);
        metrics.EndToEndLatency().Record(1_000);
        metrics.WindowUsed("alpha", () => 1);
        metrics.Sessions("esme", "demo", "bound", () => 1);
        metrics.Throttles("carrier", "alpha", () => 1);
        metrics.Receipts("alpha", "late", () => 1);
        metrics.BadInput("smpp", "unknown_command").Add();
        metrics.RingUsedSlots(() => 1);
        metrics.RingRefused("smpp").Add();
        metrics.JournalBatchSize().Record(3);
        metrics.JournalFsync().Record(1_000);
        new HttpMetrics(metrics).Unauthorized.Add();
    }

    /// <summary>What promtool says, or null where there is none.</summary>
    private static async Task<string?> CheckAsync(string text)
    {
        var start = new ProcessStartInfo("promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process? process;
        try
        {
            process = Process.Start(start);
        }
        catch (Win32Exception)
        {
            return null;
        }

        using (process)
        {
            await process!.StandardInput.WriteAsync(text);
            process.StandardInput.Close();
            var said = process.StandardError.ReadToEndAsync();
            var rest = process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? "" : $"exit code {process.ExitCode}: {await said}{await rest}";
        }
    }
}
