using System.Diagnostics;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>An account that sends more than can be done waits, and is refused at last; the others hardly notice.</summary>
public sealed class FloodTests(ITestOutputHelper output)
{
    private const uint Throttled = 0x58;
    private const int Sessions = 8;

    /// <summary>
    /// 32 sessions of one account, each with 1,000 messages unanswered at any time, against a ring that takes 12,288 of
    /// them at most; another account has eight sessions and one message unanswered on each.
    /// </summary>
    [Fact]
    public async Task A_flood_of_one_account_does_not_refuse_another()
    {
        using var smsc = await SimulatedCarrier.StartAsync("alpha", "--receipts", "none");
        await using var appliance = await ApplianceProcess.StartAsync(new Settings
        {
            Accounts =
            [
                new("demo", new("demo", "demo"), new("demo-key")),
                new("flood", new("flood", "flood", MaxBinds: 64), new("flood-key")),
            ],
            Carriers = [new("alpha", smsc.Port)],
            Routes = [new("", "alpha")],
        });
        using var folder = new TempFolder();
        var result = folder.File("flood.json");
        using var flood = Flood(appliance, result, "--sessions", "32", "--window", "1000", "--duration", "8s", "--settle", "1s");
        await Until.True("the flood waits", async () =>
            (await appliance.MetricsAsync()).Sum("sms_submissions_waiting") > 1_000);

        var clock = Stopwatch.StartNew();
        var answers = (await Task.WhenAll(Enumerable.Range(0, Sessions).Select(_ => SendAsync(appliance, clock))))
            .SelectMany(session => session).ToList();
        await flood.ExitedAsync(TimeSpan.FromSeconds(60));
        var counts = JsonNode.Parse(await File.ReadAllTextAsync(result))!;
        var waits = answers.Select(answer => answer.Milliseconds).Order().ToList();
        var refused = answers.Count(answer => answer.Status == Throttled);
        var p99 = waits[waits.Count * 99 / 100];
        output.WriteLine($"{waits.Count} sent, {refused} refused, p50 {waits[waits.Count / 2]:0.0} ms, p99 {p99:0.0} ms, "
            + $"longest {waits[^1]:0.0} ms; of the flood {counts["accepted"]} accepted, {counts["refused"]} refused");
        Assert.True((long)counts["accepted"]! > 10_000, counts.ToJsonString());
        Assert.True(waits.Count >= 200, $"{waits.Count} sent");
        Assert.True(refused * 100 < waits.Count, $"{refused} of {waits.Count} refused");
        Assert.True(p99 < 2_000, $"p99 {p99} ms");
    }

    [Fact]
    public async Task Closed_loops_of_many_sessions_wait_and_are_not_refused()
    {
        var (counts, metrics) = await CountAsync("--sessions", "10", "--window", "1000", "--count", "60000");
        Assert.Equal(60_000, (long)counts["accepted"]!);
        Assert.Equal(0, (long)counts["refused"]!);
        Assert.Equal(60_000, (long)counts["receipts"]!);
        Assert.Equal(0, metrics.Sum("sms_submissions_waiting"));
    }

    /// <summary>Four sessions, each with more unanswered than may wait.</summary>
    [Fact]
    public async Task What_is_too_much_to_wait_is_refused_and_what_is_accepted_comes_back()
    {
        var (counts, metrics) = await CountAsync("--sessions", "4", "--window", "8000", "--count", "100000");
        var refused = (long)counts["refused"]!;
        Assert.True(refused > 0, counts.ToJsonString());
        Assert.Equal(refused, (long)counts["refused_by"]!["ESME_RTHROTTLED"]!);
        Assert.Equal(100_000, (long)counts["accepted"]! + refused);
        Assert.Equal((long)counts["accepted"]!, (long)counts["receipts"]!);
        Assert.True(metrics.Sum("sms_ring_refused_total") > 0);
        Assert.Equal(0, metrics.Sum("sms_submissions_waiting"));
    }

    /// <summary>A load of one account to its end.</summary>
    private static async Task<(JsonNode Counts, Metrics Metrics)> CountAsync(params string[] options)
    {
        using var smsc = await SimulatedCarrier.StartAsync("alpha");
        await using var appliance = await ApplianceProcess.StartAsync(new Settings
        {
            Accounts = [new("flood", new("flood", "flood", MaxBinds: 64), new("flood-key"))],
            Carriers = [new("alpha", smsc.Port)],
            Routes = [new("", "alpha")],
        });
        using var folder = new TempFolder();
        var result = folder.File("load.json");
        using var load = Flood(appliance, result, options);
        await load.ExitedAsync(TimeSpan.FromSeconds(90));
        return (JsonNode.Parse(await File.ReadAllTextAsync(result))!, await appliance.MetricsAsync());
    }

    private static ChildProcess Flood(ApplianceProcess appliance, string result, params string[] options) =>
        ChildProcess.Start("flood", Repository.Binary,
            [
                "load", "smpp", "--server", $"127.0.0.1:{appliance.SmppPort}", "--system-id", "flood",
                "--password", "flood", "--json", result, .. options,
            ]);

    /// <summary>One after the other, for five seconds.</summary>
    private static async Task<List<(uint Status, double Milliseconds)>> SendAsync(
        ApplianceProcess appliance, Stopwatch clock)
    {
        using var client = await RawClient.BoundAsync(appliance.SmppPort);
        var answers = new List<(uint, double)>();
        while (clock.Elapsed < TimeSpan.FromSeconds(5))
        {
            var asked = Stopwatch.GetTimestamp();
            var answer = await client.RequestAsync(Command.SubmitSm,
                Bodies.Submit("Shop", $"447700{answers.Count:000000}", "modest", registeredDelivery: 0));
            answers.Add((answer.Status, Stopwatch.GetElapsedTime(asked).TotalMilliseconds));
            Assert.True(answer.Status is Status.Ok or Throttled, $"status {answer.Status:X}");
            // The pace of a modest sender, not a wait for something.
            await Task.Delay(5);
        }

        return answers;
    }
}
