using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using Xunit;
using Xunit.Abstractions;

namespace EndToEnd.Tests.Chaos;

/// <summary>
/// Deaths by kill -9, at random moments and at named places, restarts, carrier faults and full disks under load; then
/// the conservation check. SEED repeats a run's choices, MINUTES says how long; `make chaos` is the long form.
/// </summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    private static readonly string[] KillPoints =
    [
        "before_append", "after_append", "before_fsync", "after_fsync", "before_acknowledge", "after_acknowledge",
        "before_submit", "after_submit", "before_response", "after_response",
    ];

    private readonly Dictionary<string, int> _deaths = [];

    [Fact]
    public async Task Nothing_acknowledged_is_lost_whatever_happens()
    {
        var seed = (int)Number("SEED", Environment.TickCount);
        var length = TimeSpan.FromMinutes(Number("MINUTES", 2));
        output.WriteLine($"SEED={seed}");
        var random = new Random(seed);
        await using var disk = await SmallDisk.MountAsync(600);
        await using var line = await Line.StartAsync(port => Settings(port, disk),
            new { alpha = new { resp_id = "hex", receipt_id = "hex" }, beta = new { resp_id = "hex", receipt_id = "hex" } });
        var traffic = new Traffic(line);
        var faults = new Faults(line, disk, random);
        var clock = Stopwatch.StartNew();
        var cycles = 0;
        for (; clock.Elapsed < length; cycles++) await CycleAsync(line, traffic, faults, random, cycles);
        line.Appliance.Environment.Clear();
        await faults.HealAsync();
        // The last one alive may still be armed.
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        var check = new Conservation(line, traffic);
        await check.CheckAsync();
        await check.CheckMoneyAsync();
        Report(cycles, traffic, check);
        Assert.True(traffic.Acknowledged.Count > cycles, $"{traffic.Acknowledged.Count} messages: no load to speak of");
    }

    private async Task CycleAsync(Line line, Traffic traffic, Faults faults, Random random, int cycle)
    {
        using var stop = new CancellationTokenSource();
        var fault = await faults.StartAsync();
        var sending = traffic.SendAsync(stop.Token);
        // Every death is of another kind; the named places take turns, so that all of them are met.
        var point = line.Appliance.Environment.GetValueOrDefault("APPLIANCE_KILL_POINT");
        var patience = TimeSpan.FromMilliseconds(point is null ? random.Next(100, 1500) : 4000);
        var alive = Stopwatch.StartNew();
        await Until.True("death or the end of patience", () => line.Appliance.HasExited || alive.Elapsed > patience);
        var death = await EndAsync(line, random, point);
        await stop.CancelAsync();
        await sending;
        _deaths[death] = _deaths.GetValueOrDefault(death) + 1;
        output.WriteLine($"{cycle}: {fault}; {death}");
        await faults.HealAsync();
        await StartAgainAsync(line, random, cycle);
    }

    private static async Task<string> EndAsync(Line line, Random random, string? point)
    {
        if (line.Appliance.HasExited) return point?.Split(':')[0] ?? "by itself: " + line.Appliance.Log();
        if (random.Next(5) > 0)
        {
            line.Appliance.Kill();
            return "kill -9";
        }

        await line.Appliance.StopAsync();
        return "restart";
    }

    private async Task StartAgainAsync(Line line, Random random, int cycle)
    {
        var environment = line.Appliance.Environment;
        environment.Clear();
        if (cycle % 4 != 0)
        {
            var point = KillPoints[(cycle - (cycle / 4)) % KillPoints.Length];
            var count = 1 + (int)Math.Pow(10, random.NextDouble() * 2.5);
            environment["APPLIANCE_KILL_POINT"] = string.Create(CultureInfo.InvariantCulture, $"{point}:{count}");
        }

        if (await line.Appliance.TryStartAgainAsync()) return;
        var early = environment["APPLIANCE_KILL_POINT"].Split(':')[0];
        _deaths[early] = _deaths.GetValueOrDefault(early) + 1;
        environment.Clear();
        await line.Appliance.StartAgainAsync();
    }

    private void Report(int cycles, Traffic traffic, Conservation check)
    {
        output.WriteLine($"{cycles} cycles, {traffic.Acknowledged.Count} acknowledged, {check.Duplicates} at the carriers "
            + $"twice or more, all of them flagged; {traffic.Receipts.Values.Sum()} receipts for {traffic.Owed.Count} messages");
        foreach (var (death, count) in _deaths.OrderBy(pair => pair.Key)) output.WriteLine($"  {death}: {count}");
        foreach (var (refusal, count) in traffic.Refusals) output.WriteLine($"  refused with {refusal}: {count}");
        if (Environment.GetEnvironmentVariable("CHAOS_REPORT") is { Length: > 0 } file)
        {
            File.WriteAllLines(file, _deaths.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value}")
                .Prepend($"{cycles} cycles, {traffic.Acknowledged.Count} acknowledged, {check.Duplicates} flagged duplicates"));
        }
    }

    private static Settings Settings(int port, SmallDisk? disk) => new()
    {
        Data = disk is null ? "" : Path.Combine(disk.Path, "data"),
        Limits = new() { JournalMemoryMb = 16, DiskFreeMinMb = 64, DiskFreeOkMb = 96 },
        More = new JsonObject
        {
            ["money"] = new JsonObject
            {
                ["prices"] = new JsonArray(new JsonObject { ["price"] = 0.007 }),
                ["refund"] = new JsonArray("failed", "undelivered", "unknown", "expired"),
            },
        },
        Accounts =
        [
            new("demo", new("demo", "demo"), new("demo-key")) { Billing = new JsonObject { ["mode"] = "postpaid" } },
        ],
        Carriers = [new("alpha", port) { ResponseTimer = 2 }, new("beta", port) { ResponseTimer = 2 }],
        Routes = [new("", "alpha", "beta"), new("4477009", "beta", "alpha")],
    };

    private static double Number(string name, double otherwise) =>
        double.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number)
            ? number
            : otherwise;
}
