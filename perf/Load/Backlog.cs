using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Rig;

namespace Load;

/// <summary>
/// A carrier that is away while millions of messages come in, a kill -9 in the middle of it, and the carrier's return:
/// rates, memory, time to start, and the first page of the history over all that is then stored.
/// </summary>
internal static class Backlog
{
    private const int Rounds = 5;
    private const int Pages = 200;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static async Task<JsonObject> TakeAsync(int messages)
    {
        var port = Place.FreePort();
        using var node = await Node.StartAsync(port);
        var rates = new List<double>();
        for (var round = 0; round < Rounds; round++) rates.Add(await FillAsync(node, messages / Rounds));
        var full = node.Process.ResidentBytes;
        var start = await node.KillAndStartAsync();
        var restarted = node.Process.ResidentBytes;
        var waiting = await node.MetricAsync("sms_live_messages");
        using var smsc = await SimulatedSmsc.StartAsync(port, "--receipt-delay", "100ms");
        var (drained, most) = await DrainAsync(node, smsc, (long)waiting);
        var pages = await PagesAsync(node);
        var result = new JsonObject
        {
            ["messages"] = waiting,
            ["accepted_per_second_empty"] = Math.Round(rates[0]),
            ["accepted_per_second_full"] = Math.Round(rates[^1]),
            ["ratio"] = Math.Round(rates[^1] / rates[0], 2),
            ["resident_mb_full"] = full >> 20,
            ["start_after_kill_ms"] = Math.Round(start.TotalMilliseconds),
            ["resident_mb_after_start"] = restarted >> 20,
            ["drained_per_second_with_receipts"] = Math.Round(waiting / drained.TotalSeconds),
            ["resident_mb_most"] = most >> 20,
            ["history_page_of_100_p50_ms"] = Math.Round(pages[pages.Count / 2], 2),
            ["history_page_of_100_p99_ms"] = Math.Round(pages[pages.Count * 99 / 100], 2),
        };
        foreach (var (name, value) in result) Console.WriteLine($"  {name,-36} {value}");
        return result;
    }

    private static async Task<double> FillAsync(Node node, int messages)
    {
        var load = await LoadRun.FillAsync(Limit, "--server", $"127.0.0.1:{node.SmppPort}", "--sessions", "8",
            "--window", "1000", "--count", messages.ToString(CultureInfo.InvariantCulture), "--settle", "1s");
        return load["accepted_per_second"]!.GetValue<double>();
    }

    private static async Task<(TimeSpan Time, long MostBytes)> DrainAsync(Node node, SimulatedSmsc smsc, long messages)
    {
        var clock = Stopwatch.StartNew();
        long most = 0;
        while ((await smsc.CountsAsync()).Receipts < messages)
        {
            if (clock.Elapsed > Limit) throw new TimeoutException($"The backlog has not drained in {Limit}.");
            most = Math.Max(most, node.Process.ResidentBytes);
            await Task.Delay(100);
        }

        return (clock.Elapsed, most);
    }

    private static async Task<List<double>> PagesAsync(Node node)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{node.HttpPort}") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "demo-key");
        var random = new Random(1);
        var times = new List<double>();
        for (var i = 0; i < Pages; i++)
        {
            // Every other page is one number's.
            var filter = i % 2 == 0 ? "" : $"&destination=2637{random.Next(100_000_000):D8}";
            var clock = Stopwatch.StartNew();
            using var answer = await http.GetAsync($"/api/v1/messages?limit=100{filter}");
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync();
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        return times;
    }
}
