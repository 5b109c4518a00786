using System.Net;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;
using static EndToEnd.Tests.Harness.Changes;

namespace EndToEnd.Tests;

/// <summary>Accounts and carriers change while the appliance runs, and nothing that was accepted is lost.</summary>
public sealed class ChangeTests
{
    private const uint Throttled = 0x58;

    [Fact]
    public async Task An_account_submits_at_once_and_goes_by_its_new_rate_and_password()
    {
        await using var line = await RoutedLine.StartAsync(ToAlpha, "alpha");
        var text = await ApplyAsync(line, Accounts(line, Late("pw-one")));
        Assert.Contains("+ accounts {\"name\": \"late\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("pw-one", text, StringComparison.Ordinal);
        Assert.DoesNotContain("late-key", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(line, "late-key"));
        using var esme = await BindAsync(line, "pw-one");
        await esme.SubmitAsync("Late", "447400123456", "by smpp");
        await esme.PduAsync("the receipt", pdu => pdu.Command == Command.DeliverSm);

        // One message a second, by SMPP and HTTP together; the session stays when the password changes.
        await ApplyAsync(line, Accounts(line, Late("pw-two", throughput: 1)));
        var answers = new List<uint>();
        for (var i = 0; i < 10; i++)
            answers.Add((await esme.RequestAsync(Command.SubmitSm, Bodies.Submit("Late", "447400123456", "fast"))).Status);
        Assert.Contains(Throttled, answers);
        Assert.Equal(HttpStatusCode.TooManyRequests, await PostAsync(line, "late-key"));
        Assert.NotEqual(Status.Ok, await TryBindAsync(line, "pw-one"));
        Assert.Equal(Status.Ok, await TryBindAsync(line, "pw-two"));
        await ApplyAsync(line, Accounts(line, Late("pw-two")));
        for (var i = 0; i < 10; i++) await esme.SubmitAsync("Late", "447400123456", "as fast as it likes");
    }

    [Fact]
    public async Task An_account_that_goes_is_unbound_and_finds_its_receipts_when_it_comes_back()
    {
        await using var line = await RoutedLine.StartAsync(ToAlpha, "alpha");
        await ApplyAsync(line, Accounts(line, Late("pw")));
        using (var esme = await BindAsync(line, "pw", Command.BindTransmitter))
        {
            await esme.SubmitAsync("Late", "447400123456", "told later");
            await ApplyAsync(line, Accounts(line));
            await esme.PduAsync("an unbind", pdu => pdu.Command == Command.Unbind);
            await esme.ClosedAsync();
        }

        await Until.True("the log says why", () => line.Appliance.Log().Contains(
            "its account is not configured any more", StringComparison.Ordinal));
        Assert.NotEqual(Status.Ok, await TryBindAsync(line, "pw"));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(line, "late-key"));
        await Until.True("what was accepted is delivered", async () => await line.InStateAsync("delivered") == 1);

        // It is not configured when the appliance starts, either; the receipt waits all the same.
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        await line.BoundAsync();
        Assert.NotEqual(Status.Ok, await TryBindAsync(line, "pw"));
        await ApplyAsync(line, Accounts(line, Late("pw")));
        using var back = await BindAsync(line, "pw");
        await back.PduAsync("the receipt", pdu => pdu.Command == Command.DeliverSm);
    }

    [Fact]
    public async Task A_carrier_comes_with_a_route_to_it_and_goes_by_its_new_options()
    {
        await using var line = await RoutedLine.StartAsync(ToAlpha, "alpha");
        using var gamma = await SimulatedCarrier.StartAsync("gamma");
        await ApplyAsync(line, Carriers([line.Alpha, gamma], "gamma"));
        Assert.Equal("gamma", await CarrierAsync(line));

        // A rate costs no session.
        var bound = await BoundAtAsync(line, "gamma");
        await ApplyAsync(line, Carriers([line.Alpha, gamma], "gamma", one => one["throughput"] = 5));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        line.Send(0, count: 20);
        await Until.True("all are sent", async () => await gamma.SubmitsAsync() == 21);
        Assert.InRange(clock.Elapsed.TotalSeconds, 3, 10);
        Assert.Equal(bound, await BoundAtAsync(line, "gamma"));

        // Another number of sessions takes new ones.
        await ApplyAsync(line, Carriers([line.Alpha, gamma], "gamma", one => one["sessions"] = 3));
        await Until.True("three sessions", async () => await SessionsAsync(line, "gamma") == 3);
        Assert.Equal("gamma", await CarrierAsync(line));
        Assert.Equal(22, await gamma.SubmitsAsync());

        // A session is a pair of connections from then on; its name and port stay, its receiver hears receipts.
        await ApplyAsync(line, Carriers([line.Alpha, gamma], "gamma", one =>
            (one["sessions"], one["bind"]) = (1, "transmitter_receiver")));
        await Until.True("one session", async () => await SessionsAsync(line, "gamma") == 1);
        Assert.Equal("gamma", await CarrierAsync(line));
        Assert.Contains("bound (bind_transmitter)", line.Appliance.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_carrier_that_goes_nothing_is_lost_that_waits_or_is_in_flight()
    {
        const int Messages = 200;
        await using var line = await RoutedLine.StartAsync(
            """{"routes": [{"name": "all", "carriers": ["alpha", "beta"]}]}""", "alpha", "beta");
        await line.Alpha.FaultAsync(("latency", "1500ms"));
        await ApplyAsync(line, Carriers([line.Alpha, line.Beta], "alpha", one => one["window"] = 5));
        await line.BoundAsync();
        line.Send(0, count: Messages);
        await Until.True("ten are in flight and the others wait", async () => await line.InStateAsync("queued") >= Messages
            && await line.Alpha.SubmitsAsync() >= 10);
        var atAlpha = await line.Alpha.SubmitsAsync();
        await ApplyAsync(line, Carriers([line.Beta], "beta"));
        await Until.True("all are delivered", async () => await line.InStateAsync("delivered") == Messages);
        // What alpha had was answered and has its receipt; nothing went out twice.
        Assert.Equal(Messages, await line.Alpha.SubmitsAsync() + await line.Beta.SubmitsAsync());
        Assert.InRange(await line.Alpha.SubmitsAsync(), 10, atAlpha + 10);
        var carriers = (await line.Appliance.AdminAsync("/admin/v1/carriers")).AsArray();
        Assert.Equal("beta", (string)Assert.Single(carriers)!["name"]!);
        await Until.True("its sessions end", () => line.Appliance.Log().Contains(
            "carrier alpha session 1 ended: unbound", StringComparison.Ordinal), TimeSpan.FromSeconds(30));
        await Until.True("it is measured no more", async () =>
            !(await line.Appliance.MetricsTextAsync()).Contains("sms_carrier_fit{carrier=\"alpha\"}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_kill_among_changes_loses_nothing_that_was_acknowledged()
    {
        await using var line = await RoutedLine.StartAsync(
            """{"routes": [{"name": "all", "carriers": ["alpha", "beta"], "keep": 0}]}""", "alpha", "beta");
        var random = new Random(Environment.TickCount);
        var acknowledged = new List<string>();
        for (var death = 0; death < 3; death++)
        {
            using var stop = new CancellationTokenSource();
            var posts = PostUntilAsync(line, acknowledged, stop.Token);
            var changes = ChangeUntilAsync(line, random.Next(), stop.Token);
            // The moment of death is a duration by intent.
            await Task.Delay(random.Next(300, 2000));
            line.Appliance.Kill();
            await stop.CancelAsync();
            await Task.WhenAll(posts, changes);
            await line.Appliance.StartAgainAsync();
        }

        await ApplyAsync(line, Carriers(line.Carriers, "alpha"));
        Assert.NotEmpty(acknowledged);
        foreach (var id in acknowledged)
            await line.Appliance.MessageInStatusAsync(id, "delivered", TimeSpan.FromSeconds(60));
        await line.Appliance.StopAsync();
        var (code, text) = await line.Appliance.CommandAsync("check", "--data");
        Assert.True(code == 0, text);
    }

    [Fact]
    public async Task Changes_under_load_lose_nothing()
    {
        const int Messages = 3000;
        await using var line = await RoutedLine.StartAsync(
            """{"routes": [{"name": "all", "carriers": ["alpha", "beta"], "keep": 0}]}""", "alpha", "beta");
        await line.Alpha.FaultAsync(("latency", "uniform:5ms,50ms"));
        await line.Beta.FaultAsync(("latency", "uniform:5ms,50ms"));
        line.Send(300, count: Messages);
        for (var round = 0; round < 4; round++)
        {
            var before = await line.InStateAsync("submitted");
            await ApplyAsync(line, Carriers([line.Beta], "beta"));
            await ApplyAsync(line, Accounts(line, Late("pw", throughput: round + 1)));
            await ApplyAsync(line, Carriers(line.Carriers, "alpha", one => one["window"] = 20 + round));
            await ApplyAsync(line, Carriers(line.Carriers, "beta", one => one["throughput"] = 1000 + round));
            await ApplyAsync(line, Carriers(line.Carriers, "alpha", one => one["sessions"] = 1 + round));
            await Until.True("messages go on", async () => await line.InStateAsync("submitted") > before + 100);
        }

        await Until.True("all are delivered", async () => await line.InStateAsync("delivered") == Messages,
            TimeSpan.FromSeconds(60));
        Assert.Equal(Messages, await line.Alpha.SubmitsAsync() + await line.Beta.SubmitsAsync());
    }

    private static async Task PostUntilAsync(RoutedLine line, List<string> acknowledged, CancellationToken stop)
    {
        try
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                acknowledged.Add(await line.Appliance.PostAsync("Shop", $"4477009{i:00000}", "among changes"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // It died, as it was meant to.
        }
    }

    /// <summary>A carrier goes, comes back, and gets other sessions, again and again.</summary>
    private static async Task ChangeUntilAsync(RoutedLine line, int seed, CancellationToken stop)
    {
        var random = new Random(seed);
        while (!stop.IsCancellationRequested)
        {
            var document = random.Next(3) == 0 ? Carriers([line.Beta], "beta")
                : Carriers(line.Carriers, "alpha", one => one["sessions"] = random.Next(1, 4));
            // Whoever asks a dead one is told so.
            await TryApplyAsync(line, document);
        }
    }
}
