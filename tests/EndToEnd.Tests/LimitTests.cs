using System.Diagnostics;
using System.Net.Http.Json;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>Windows and rates towards a carrier, and what is said when no more can be taken.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task A_window_bounds_what_a_carrier_has_unanswered()
    {
        await using var line = await Line.StartAsync(
            port => Settings(new("alpha", port) { Window = 10, Sessions = 2, ResponseTimer = 60 }),
            new { alpha = new { silent = true } });
        using var client = await RawClient.BoundAsync(line.Appliance.SmppPort);
        for (var i = 0; i < 100; i++)
            await client.SubmitAsync("Shop", $"4477009012{i:00}", "windowed");
        await Until.True("both windows are full", () => line.Smsc.Events("submit").Count == 20);
        var used = (await line.Appliance.MetricsAsync()).Sum("sms_window_used", "carrier=\"alpha\"");
        Assert.Equal(20, used);
        Assert.Equal(20, line.Smsc.Events("submit").Count);
        Assert.All(line.Smsc.Events("submit").GroupBy(e => (int)e["session"]!), session => Assert.Equal(10, session.Count()));
    }

    [Fact]
    public async Task A_carriers_throughput_is_kept()
    {
        await using var line = await Line.StartAsync(port => Settings(new("alpha", port) { Throughput = 50 }));
        using var client = await RawClient.BoundAsync(line.Appliance.SmppPort);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 200; i++)
            await client.SubmitAsync("Shop", $"447700903{i:000}", "at a rate");
        await Until.True("all arrived", () => line.Smsc.Events("submit").Count == 200);
        // A second's worth may be saved up in the bucket.
        Assert.True(clock.Elapsed.TotalSeconds >= 2.5, $"200 messages at 50/s took {clock.Elapsed}");
    }

    [Fact]
    public async Task One_accounts_burst_does_not_starve_another()
    {
        const int Burst = 2000;
        const int Few = 20;
        await using var line = await Line.StartAsync(port => new Settings
        {
            Accounts =
            [
                new("demo", new("demo", "demo"), new("demo-key")),
                new("small", new("small", "small"), new("small-key")),
            ],
            Carriers = [new("alpha", port) { Throughput = 100 }],
            Routes = [new("", "alpha")],
        });
        var many = Enumerable.Range(0, Burst).Select(i => new { from = "Burst", to = $"44770091{i:0000}", body = "one of many" });
        foreach (var part in many.Chunk(1000))
        {
            using var taken = await line.Appliance.Http.PostAsJsonAsync("/api/v1/messages", new { messages = part });
            Assert.True(taken.IsSuccessStatusCode);
        }

        using var client = await RawClient.BoundAsync(line.Appliance.SmppPort, account: "small");
        for (var i = 0; i < Few; i++) await client.SubmitAsync("Few", $"44770092{i:0000}", "one of few");
        await Until.True("the few are through", () => SentBy("Few") == Few);
        // Turn by turn they took as many of the others with them, beside what went out before they came.
        Assert.InRange(SentBy("Burst"), Few, Burst / 2);

        int SentBy(string sender) => line.Smsc.Events("submit").Count(e => (string?)e["from"] == sender);
    }

    [Fact]
    public async Task An_account_that_sends_faster_than_it_may_is_told()
    {
        const int Rate = 20;
        await using var line = await Line.StartAsync(port => new Settings
        {
            Accounts = [new("demo", new("demo", "demo"), new("demo-key"), Rate)],
            Carriers = [new("alpha", port)],
            Routes = [new("", "alpha")],
        });
        using var client = await RawClient.BoundAsync(line.Appliance.SmppPort);
        var clock = Stopwatch.StartNew();
        var statuses = new List<uint>();
        for (var i = 0; i < 5 * Rate; i++)
        {
            var resp = await client.RequestAsync(Command.SubmitSm, Bodies.Submit("Shop", $"4477009050{i:00}", "fast"));
            statuses.Add(resp.Status);
        }

        var taken = statuses.Count(status => status == Status.Ok);
        Assert.InRange(taken, Rate, Rate + (clock.Elapsed.TotalSeconds * Rate) + 1);
        Assert.All(statuses, status => Assert.True(status is Status.Ok or Status.Throttled, $"0x{status:x}"));
        Assert.Equal(statuses.Count - taken, (await line.Appliance.MetricsAsync())
            .Sum("sms_throttles_total", "side=\"esme\"", "name=\"demo\""));

        // The same account over HTTP: one second's worth at the most, whichever way it comes.
        var many = Enumerable.Range(0, 3 * Rate).Select(i => new { from = "Shop", to = $"4477009051{i:00}", body = "fast" });
        using var batch = await line.Appliance.Http.PostAsJsonAsync("/api/v1/messages", new { messages = many });
        Assert.Contains("/throttled", await batch.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        // All at once: one after the other a slow machine would keep to the rate.
        var singles = await Task.WhenAll(Enumerable.Range(0, 5 * Rate).Select(i => line.Appliance.Http.PostAsJsonAsync(
            "/api/v1/messages", new { from = "Shop", to = $"4477009052{i:00}", body = "fast" })));
        var single = Assert.IsType<HttpResponseMessage>(
            singles.FirstOrDefault(answer => answer.StatusCode == System.Net.HttpStatusCode.TooManyRequests));
        Assert.InRange(single.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 2);
        await Until.True("it may send again", async () =>
        {
            using var again = await line.Appliance.Http.PostAsJsonAsync("/api/v1/messages",
                new { from = "Shop", to = "447700905300", body = "patient" });
            return (int)again.StatusCode == 202;
        });
    }

    [Fact]
    public async Task A_full_backlog_is_said_in_the_protocol()
    {
        await using var line = await Line.StartAsync(port => new Settings
        {
            Limits = new(LiveMessages: 1000),
            Carriers = [new("alpha", port)],
            Routes = [new("", "alpha")],
        });
        await line.Smsc.SendAsync(new { @do = "refuse", value = true });
        await line.Smsc.SendAsync(new { @do = "close", system_id = "alpha" });
        using var client = await RawClient.BoundAsync(line.Appliance.SmppPort);
        var statuses = new List<uint>();
        for (var i = 0; i < 1100 && statuses.Count < 5; i++)
        {
            var resp = await client.RequestAsync(Command.SubmitSm, Bodies.Submit("Shop", $"44770090{i:0000}", "backlog"));
            if (resp.Status != Status.Ok)
                statuses.Add(resp.Status);
        }
        Assert.Equal(5, statuses.Count);
        Assert.All(statuses, status => Assert.True(status is Status.Throttled or Status.MessageQueueFull, $"0x{status:x}"));
        using var answer = await line.Appliance.Http.PostAsJsonAsync("/api/v1/messages",
            new { from = "Shop", to = "447700904000", body = "backlog" });
        Assert.True((int)answer.StatusCode is 429 or 503, answer.StatusCode.ToString());
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_throttling_carrier_is_slowed_and_loses_nothing()
    {
        await using var line = await Line.StartAsync(new { status = 0x58 });
        var id = await line.Appliance.PostAsync("Shop", "447700905000", "throttled at first");
        await line.SubmittedAsync("throttled at first");
        await line.Smsc.SendAsync(new { @do = "set", system_id = "alpha", behaviour = new { } });
        await line.Appliance.MessageInStatusAsync(id, "delivered", TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task A_refused_message_says_the_carriers_code()
    {
        await using var line = await Line.StartAsync(new { status = 0x0B });
        using var client = await RawClient.BoundAsync(line.Appliance.SmppPort);
        var id = await client.SubmitAsync("Shop", "447700905001", "no such address");
        var deliver = await client.PduAsync("its receipt", pdu => pdu.Command == Command.DeliverSm);
        Assert.Equal(id, Receipt.Of(deliver).TlvId);
        Assert.NotEqual("DELIVRD", Receipt.Of(deliver).Stat);
        var record = (await line.Appliance.MessageAsync(id))!;
        Assert.True((string?)record["status"] is "failed" or "rejected", record.ToJsonString());
        Assert.Contains("alpha", record["history"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Single(line.Smsc.Events("submit"));
    }

    private static Settings Settings(Settings.Carrier carrier) => new() { Carriers = [carrier], Routes = [new("", "alpha")] };
}
