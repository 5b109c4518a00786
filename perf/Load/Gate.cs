using System.Text.Json.Nodes;
using Rig;

namespace Load;

/// <summary>
/// Compares with the committed figures. Each figure is first divided by what the bare machine did in the same run, so
/// that the comparison holds on another machine and while others use this one.
/// </summary>
internal static class Gate
{
    /// <summary>CPU a message may grow by so much, rates may fall by so much, before it is an error.</summary>
    private const double CpuTolerance = 0.15;
    private const double RateTolerance = 0.30;

    /// <summary>Says what got worse.</summary>
    /// <param name="committed">The document under perf/results, or null for the first time.</param>
    /// <returns>Whether nothing did.</returns>
    public static bool Passes(JsonNode? committed, JsonObject bare, JsonArray rows)
    {
        if (committed?["results"]?["bare"] is not { } bareThen)
        {
            Console.WriteLine("There are no committed figures to compare with.");
            return true;
        }

        var worse = 0;
        foreach (var row in rows)
        {
            var name = row!["scenario"]!.GetValue<string>();
            var then = committed["results"]!["rows"]!.AsArray()
                .FirstOrDefault(one => one!["scenario"]!.GetValue<string>() == name);
            if (then is null) continue;
            worse += Judge(name, "CPU a message", Cpu(row, bare) / Cpu(then, bareThen), 1 + CpuTolerance);
            // In an open loop the rate is the load's own.
            if (row["open_loop"]?.GetValue<bool>() != true)
                worse += Judge(name, "slowness", Slowness(row, bare) / Slowness(then, bareThen), 1 / (1 - RateTolerance));
        }

        Console.WriteLine(worse == 0 ? "No figure is worse than the committed ones, as ratios to the bare machine."
            : $"{worse} figures are worse than the committed ones, as ratios to the bare machine.");
        return worse == 0;
    }

    private static int Judge(string row, string what, double ratio, double most)
    {
        var isWorse = ratio > most;
        Console.WriteLine($"  {(isWorse ? "WORSE" : "ok"),-6}{row}: {what} {ratio:0.00} of the committed ({most:0.00} is the most)");
        return isWorse ? 1 : 0;
    }

    private static double Cpu(JsonNode row, JsonNode bare) =>
        row["cpu_us_per_message"]!.GetValue<double>() / bare["message_us"]!.GetValue<double>();

    /// <summary>Time a message, in the bare machine's time a message.</summary>
    private static double Slowness(JsonNode row, JsonNode bare) => row["protocol"]?.GetValue<string>() == "http"
        ? bare["http_per_second"]!.GetValue<double>() / row["per_second"]!.GetValue<double>()
        : 1e6 / row["per_second"]!.GetValue<double>() / bare["message_us"]!.GetValue<double>();

    public static JsonNode? Committed() => File.Exists(Path.Combine(Place.Results, "bench.json"))
        ? JsonNode.Parse(File.ReadAllText(Path.Combine(Place.Results, "bench.json"))) : null;
}
