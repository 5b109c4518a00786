using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rig;

/// <summary>Results on the terminal and as JSON under perf/results, with the machine they were measured on.</summary>
public static class Report
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    public static string Thousands(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    public static async Task SaveAsync(string name, JsonNode results)
    {
        var report = new JsonObject
        {
            ["measured_at"] = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            ["commit"] = await CommitAsync(),
            ["machine"] = Machine(),
            ["results"] = results,
        };
        var file = Path.Combine(Place.Results, $"{name}.json");
        await File.WriteAllTextAsync(file, report.ToJsonString(Indented) + "\n");
        Console.WriteLine($"Written to {Path.GetRelativePath(Place.Root, file)}");
    }

    private static JsonObject Machine() => new()
    {
        ["processor"] = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim(),
        ["processors"] = Environment.ProcessorCount,
        ["memory_gb"] = Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), 1),
        ["kernel"] = File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
    };

    private static async Task<string> CommitAsync()
    {
        var start = new ProcessStartInfo("git", ["describe", "--always", "--dirty"])
        {
            WorkingDirectory = Place.Root,
            RedirectStandardOutput = true,
        };
        using var git = Process.Start(start)!;
        var said = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        return said.Trim();
    }
}
