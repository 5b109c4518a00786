using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Appliance.Operate.Metrics;

/// <summary>The process and the runtime under the names that dashboards know.</summary>
public static class RuntimeMetrics
{
    public static void Register(MetricsRegistry registry)
    {
        RegisterProcess(registry);
        RegisterRuntime(registry);
        var version = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "unknown";
        registry.Gauge("sms_build_info", "Always 1; the labels say what runs.", () => 1,
            ("version", version), ("runtime", Environment.Version.ToString()));
    }

    private static void RegisterProcess(MetricsRegistry registry)
    {
        using var self = Process.GetCurrentProcess();
        var started = new DateTimeOffset(self.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0;
        registry.Gauge("process_start_time_seconds", "Start of the process in Unix time.", () => started);
        registry.CounterOf("process_cpu_seconds_total", "User and system CPU time.", () =>
            Environment.CpuUsage.TotalTime.TotalSeconds);
        registry.Gauge("process_resident_memory_bytes", "Resident memory.", () => StatusBytes("VmRSS:"));
        registry.Gauge("process_virtual_memory_bytes", "Virtual memory.", () => StatusBytes("VmSize:"));
        registry.Gauge("process_open_fds", "Open file descriptors.", () =>
            Directory.Exists("/proc/self/fd") ? Directory.GetFileSystemEntries("/proc/self/fd").Length : double.NaN);
        registry.Gauge("process_max_fds", "Limit of open file descriptors.", MaxOpenFiles);
    }

    private static void RegisterRuntime(MetricsRegistry registry)
    {
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            var g = generation;
            registry.CounterOf("dotnet_gc_collections_total", "Garbage collections, older generations' included.",
                () => GC.CollectionCount(g), ("generation", g.ToString(CultureInfo.InvariantCulture)));
        }

        registry.CounterOf("dotnet_gc_allocated_bytes_total", "Bytes allocated on the managed heap.",
            () => GC.GetTotalAllocatedBytes());
        registry.CounterOf("dotnet_gc_pause_seconds_total", "Time all threads stood for a collection.",
            () => GC.GetTotalPauseDuration().TotalSeconds);
        registry.Gauge("dotnet_gc_heap_size_bytes", "Managed heap after the last collection.",
            () => GC.GetGCMemoryInfo().HeapSizeBytes);
        registry.Gauge("dotnet_thread_pool_threads", "Threads of the pool.", () => ThreadPool.ThreadCount);
        registry.Gauge("dotnet_thread_pool_queue_length", "Work that waits for a thread of the pool.",
            () => ThreadPool.PendingWorkItemCount);
    }

    /// <summary>A line of /proc/self/status such as <c>VmRSS:  1234 kB</c>; NaN where there is no such file.</summary>
    private static double StatusBytes(string key)
    {
        const double Kibibyte = 1024;
        return FieldOf("/proc/self/status", key, 1) is { } field
            && double.TryParse(field, CultureInfo.InvariantCulture, out var kibibytes)
            ? kibibytes * Kibibyte
            : double.NaN;
    }

    /// <summary>The soft limit in /proc/self/limits: <c>Max open files  1024  4096  files</c>.</summary>
    private static double MaxOpenFiles()
    {
        if (FieldOf("/proc/self/limits", "Max open files", 3) is not { } field)
            return double.NaN;
        return double.TryParse(field, CultureInfo.InvariantCulture, out var limit) ? limit : double.PositiveInfinity;
    }

    private static string? FieldOf(string path, string start, int index)
    {
        try
        {
            var line = File.ReadLines(path).FirstOrDefault(l => l.StartsWith(start, StringComparison.Ordinal));
            return line?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[index];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
