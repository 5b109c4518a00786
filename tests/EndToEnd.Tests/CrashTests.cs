using System.Collections.Concurrent;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>
/// kill -9 under load, again and again. What was acknowledged is known afterwards and reaches a final state; what the
/// carrier got twice, the message's own history says it may have.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Cycles = 10;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(90);

    /// <summary>SEED of the environment repeats a run's moments.</summary>
    private static int Seed =>
        int.TryParse(Environment.GetEnvironmentVariable("SEED"), out var seed) ? seed : Environment.TickCount;

    [Fact]
    public async Task Ten_deaths_lose_nothing_that_was_acknowledged()
    {
        var seed = Seed;
        output.WriteLine($"SEED={seed}");
        var random = new Random(seed);
        await using var line = await Line.StartAsync(new { receipt_delay = 50, resp_id = "hex", receipt_id = "dec" });
        var acknowledged = new ConcurrentDictionary<string, string>();
        for (var cycle = 0; cycle < Cycles; cycle++)
        {
            await LoadUntilKilledAsync(line, acknowledged, cycle, TimeSpan.FromMilliseconds(random.Next(200, 1500)));
            await line.Appliance.StartAgainAsync();
        }
        await AllFinalAsync(line, acknowledged.Keys);
        await ReportAsync(line, acknowledged);
    }

    /// <summary>
    /// Two sessions with a window, an HTTP client and the load generator send until the appliance dies.
    /// </summary>
    private static async Task LoadUntilKilledAsync(
        Line line, ConcurrentDictionary<string, string> acknowledged, int cycle, TimeSpan life)
    {
        using var stop = new CancellationTokenSource();
        var senders = Enumerable.Range(0, 2)
            .Select(i => SubmitAsync(line, acknowledged, $"c{cycle}s{i}", stop.Token))
            .Append(PostAsync(line, acknowledged, $"c{cycle}h", stop.Token))
            .ToList();
        using var more = ChildProcess.Start("load", Repository.Binary,
            ["load", "smpp", "--server", line.Appliance.Settings.Smpp.Listen, "--rate", "500", "--duration", "60s", "--quiet"]);
        // The moment of death is a duration by intent: it is what the seed chooses.
        await Task.Delay(life);
        line.Appliance.Kill();
        await stop.CancelAsync();
        await Task.WhenAll(senders);
    }

    private static async Task SubmitAsync(
        Line line, ConcurrentDictionary<string, string> acknowledged, string name, CancellationToken stop)
    {
        using var window = new SemaphoreSlim(50);
        var sent = new ConcurrentDictionary<uint, string>();
        try
        {
            using var client = await RawClient.BoundAsync(line.Appliance.SmppPort);
            client.OnPdu = pdu =>
            {
                if (pdu.Command != (Command.SubmitSm | Command.Resp) || !sent.TryRemove(pdu.Sequence, out var text))
                    return;
                if (pdu.Status == Status.Ok)
                    acknowledged[pdu.FirstString()] = text;
                window.Release();
            };
            for (var i = 0; !client.IsClosed; i++)
            {
                if (!await window.WaitAsync(100, stop))
                    continue;
                var sequence = client.NextSequence();
                sent[sequence] = $"{name}n{i}";
                await client.WriteAsync(new Pdu(Command.SubmitSm, 0, sequence,
                    Bodies.Submit("Crash", $"4477009{i % 100_000:00000}", sent[sequence])).ToBytes());
            }
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or OperationCanceledException)
        {
            // It died, as it was meant to.
        }
    }

    private static async Task PostAsync(
        Line line, ConcurrentDictionary<string, string> acknowledged, string name, CancellationToken stop)
    {
        try
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                acknowledged[await line.Appliance.PostAsync("Crash", $"4477008{i % 100_000:00000}", $"{name}n{i}")] = $"{name}n{i}";
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // It died, as it was meant to.
        }
    }

    /// <summary>
    /// Waits until nothing is open, and reads then every message once, a thousand at a time: there are hundreds of
    /// thousands. What no page has is asked for by its id.
    /// </summary>
    private static async Task AllFinalAsync(Line line, ICollection<string> acknowledged)
    {
        await Until.True("no message is open", async () =>
            (await line.Appliance.MetricsAsync()).Sum("sms_live_messages") == 0, Settling);
        var listed = new Dictionary<string, string>();
        await foreach (var one in line.Appliance.MessagesAsync("limit=1000"))
            listed[(string)one["message_id"]!] = (string)one["status"]!;
        foreach (var id in acknowledged)
        {
            if (listed.TryGetValue(id, out var status) && Story.IsFinal(status)) continue;
            var record = await line.Appliance.MessageAsync(id);
            Assert.True(record is not null, $"{id} was acknowledged and is not known");
            Assert.True(Story.IsFinal(record), $"{id} is {status} and nothing is open: {record.ToJsonString()}");
        }
    }

    private async Task ReportAsync(Line line, ConcurrentDictionary<string, string> acknowledged)
    {
        var arrived = line.Smsc.Events("submit").GroupBy(e => (string)e["text"]!).ToDictionary(g => g.Key, g => g.Count());
        var lost = acknowledged.Where(pair => !arrived.ContainsKey(pair.Value)).Select(pair => pair.Key).ToList();
        var twice = acknowledged.Where(pair => arrived.GetValueOrDefault(pair.Value) > 1).ToList();
        var unexplained = new List<string>();
        foreach (var (id, _) in twice)
        {
            var record = await line.Appliance.MessageAsync(id);
            if (!Story.SaysDuplicate(record!))
                unexplained.Add(record!.ToJsonString());
        }
        output.WriteLine($"{acknowledged.Count} acknowledged, {arrived.Values.Sum()} submitted to the carrier, " +
            $"{twice.Count} of them twice or more, {unexplained.Count} of those unexplained");
        Assert.True(acknowledged.Count > Cycles * 20, $"only {acknowledged.Count} messages: no load to speak of");
        Assert.True(lost.Count == 0, $"{lost.Count} acknowledged but never at the carrier: {string.Join(", ", lost.Take(5))}");
        Assert.True(unexplained.Count == 0, $"{unexplained.Count} duplicates without a word: {unexplained.FirstOrDefault()}");
        Assert.Equal(acknowledged.Count, acknowledged.Keys.Distinct().Count());
    }
}
