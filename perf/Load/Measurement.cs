using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Rig;

namespace Load;

/// <summary>
/// One scenario on a fresh data folder: load -> appliance -> simulated SMSC -> receipt -> appliance -> load, all on
/// this
/// machine. Processor time is the appliance's alone, over all messages accepted, warm-up among them; managed bytes
/// allocated are those of the second half, when what grows with the load has grown.
/// </summary>
internal sealed record Measurement(
    Scenario Scenario, JsonObject Load, double CpuMicros, IReadOnlyDictionary<string, double> Stages, long ResidentBytes,
    double AllocatedBytes, long Submitted, long Receipts)
{
    /// <summary>Whose work a thread does, by its name.</summary>
    private static readonly (string Thread, string Stage)[] StageOf =
    [
        ("ring", "decide, journal, act"), ("rocksdb:", "flush and compaction"), ("index-", "indexes"),
        ("smpp", "PDUs in and out"), ("appliance", "HTTP, timers"),
    ];

    private const string Allocated = "dotnet_gc_allocated_bytes_total";

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(2);

    public double PerSecond => Number(Load["accepted_per_second"]);

    public static async Task<Measurement> TakeAsync(Scenario scenario, TimeSpan duration)
    {
        using var smsc = await SimulatedSmsc.StartAsync(scenario.CarrierOptions);
        using var node = await Node.StartAsync(smsc, Shape.Aggregator);
        var cpu = node.Process.CpuTime;
        var threads = node.Process.ThreadSeconds();
        string[] options =
        [
            .. scenario.Options,
            "--server", $"127.0.0.1:{(scenario.Protocol == "smpp" ? node.SmppPort : node.HttpPort)}",
            "--duration", Seconds(duration),
            "--warmup", Seconds(WarmUp),
        ];
        var limit = WarmUp + duration + Settling;
        var running = scenario.Protocol == "smpp"
            ? LoadRun.SmppAsync(limit, options)
            : LoadRun.HttpAsync(limit, options);
        await Task.WhenAny(running, Task.Delay(WarmUp + (duration / 2)));
        var (bytes, from) = (await node.MetricAsync(Allocated), (await smsc.CountsAsync()).Accepted);
        var load = await running;
        bytes = await node.MetricAsync(Allocated) - bytes;
        var counts = await IdleAsync(smsc);
        var micros = (node.Process.CpuTime - cpu).TotalMicroseconds / counts.Accepted;
        var stages = ByStage(threads, node.Process.ThreadSeconds(), counts.Accepted);
        return new Measurement(
            scenario, load, micros, stages, node.Process.ResidentBytes,
            bytes / Math.Max(1, counts.Accepted - from), counts.Accepted, counts.Receipts);
    }

    /// <summary>Microseconds of CPU a message by what they are spent on.</summary>
    private static Dictionary<string, double> ByStage(
        Dictionary<string, double> before, Dictionary<string, double> after, long messages)
    {
        var stages = new Dictionary<string, double>();
        foreach (var (thread, seconds) in after)
        {
            var spent = (seconds - before.GetValueOrDefault(thread)) * 1e6 / messages;
            var stage = Array.Find(StageOf, one => thread.StartsWith(one.Thread, StringComparison.Ordinal)).Stage ?? "other";
            stages[stage] = stages.GetValueOrDefault(stage) + spent;
        }

        return stages;
    }

    public string ToLine()
    {
        var ack = Load["acknowledgement"];
        var endToEnd = Load["end_to_end"];
        return $"{Scenario.Name,-38} {Report.Thousands(PerSecond),9} {Milliseconds(ack, "p50_ms"),8} " +
            $"{Milliseconds(ack, "p99_ms"),8} {Milliseconds(endToEnd, "p50_ms"),8} {Milliseconds(endToEnd, "p99_ms"),8} " +
            $"{CpuMicros,8:0.0} {ResidentBytes >> 20,6} {AllocatedBytes,6:0} {Report.Thousands(Number(Load["refused"])),10} "
            + $"{Number(Load["lost"]),6} {Number(Load["duplicates"]),6}";
    }

    public static string Heading() =>
        $"{"",-38} {"msg/s",9} {"ack p50",8} {"ack p99",8} {"e2e p50",8} {"e2e p99",8} {"us CPU",8} {"MB",6} {"B/msg",6} {"refused",10} {"lost",6} {"twice",6}";

    public JsonObject ToJson() => new()
    {
        ["scenario"] = Scenario.Name,
        ["protocol"] = Scenario.Protocol,
        ["open_loop"] = Scenario.IsOpenLoop,
        ["per_second"] = Math.Round(PerSecond),
        ["cpu_us_per_message"] = Math.Round(CpuMicros, 2),
        ["cpu_us_by_stage"] = new JsonObject(Stages.OrderByDescending(one => one.Value)
            .Select(one => KeyValuePair.Create(one.Key, (JsonNode?)Math.Round(one.Value, 2)))),
        ["resident_mb"] = ResidentBytes >> 20,
        ["allocated_bytes_per_message"] = Math.Round(AllocatedBytes, 1),
        ["submitted_to_carrier"] = Submitted,
        ["receipts_from_carrier"] = Receipts,
        ["load"] = Load.DeepClone(),
    };

    /// <summary>Waits until a second has brought the carrier nothing new.</summary>
    private static async Task<SimulatedSmsc.Counts> IdleAsync(SimulatedSmsc smsc)
    {
        var clock = Stopwatch.StartNew();
        var seen = await smsc.CountsAsync();
        while (clock.Elapsed < Settling)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            var now = await smsc.CountsAsync();
            if (now == seen)
                return now;
            seen = now;
        }
        throw new TimeoutException($"The carrier still gets messages {Settling.TotalSeconds} s after the load.");
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds}s");

    private static string Milliseconds(JsonNode? latencies, string name) =>
        latencies is null ? "-" : Number(latencies[name]).ToString("0.0", CultureInfo.InvariantCulture);

    private static double Number(JsonNode? node) => node is null ? 0 : node.GetValue<double>();
}
