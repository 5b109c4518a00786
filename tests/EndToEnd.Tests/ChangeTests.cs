using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>Accounts, carriers and rules change while the appliance runs, and nothing that was accepted is lost.</summary>
public sealed class ChangeTests
{
    private const string ToAlpha = """{"routes": [{"name": "all", "carriers": ["alpha"]}]}""";
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
    public async Task A_bad_document_changes_nothing_and_a_roll_back_restores()
    {
        await using var line = await RoutedLine.StartAsync(ToAlpha, "alpha", "beta");
        var (code, text) = await TryApplyAsync(line, """
            {"accounts": [{"name": "demo", "http": {"key": "other"}}, {"name": "demo"}],
             "carriers": [{"name": "alpha", "host": "127.0.0.1", "system_id": "x"}],
             "policy": {"content": [{"name": "words", "words": 7}]}, "routes": [{"carriers": ["nobody"]}]}
            """);
        Assert.NotEqual(0, code);
        foreach (var field in (string[])["accounts[1].name", "carriers[0].port", "policy.content[0].words", "routes[0].carriers"])
            Assert.Contains(field, text, StringComparison.Ordinal);
        Assert.Contains("All stays as it is.", text, StringComparison.Ordinal);
        Assert.Equal("alpha", await CarrierAsync(line));
        (code, text) = await TryApplyAsync(line, """{"smpp": {}}""");
        Assert.Contains("smpp: found a member that takes a restart", text, StringComparison.Ordinal);

        await ApplyAsync(line, Accounts(line, Late("pw")));
        await ApplyAsync(line, """{"policy": {"content": [{"name": "gambling", "words": ["casino"]}]}}""");
        using (var refused = await SendAsync(line, "demo-key", "Casino night"))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains("gambling", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        (code, text) = await line.Appliance.CommandAsync("ctl", "tables", "rollback", "2");
        Assert.True(code == 0, text);
        Assert.Contains("policy.content", text, StringComparison.Ordinal);
        using (var taken = await SendAsync(line, "late-key", "Casino night"))
            Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
        (code, text) = await line.Appliance.CommandAsync("ctl", "tables", "rollback", "1");
        Assert.True(code == 0, text);
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(line, "late-key"));
    }

    [Fact]
    public async Task Secrets_are_shown_to_nobody_and_stay_where_a_document_has_none()
    {
        await using var line = await RoutedLine.StartAsync(ToAlpha, "alpha");
        await ApplyAsync(line, Accounts(line, Late("pw-one")));
        var (_, shown) = await line.Appliance.CommandAsync("ctl", "tables", "show", "2");
        var (_, diff) = await line.Appliance.CommandAsync("ctl", "tables", "diff", "1", "2");
        foreach (var secret in (string[])["pw-one", "late-key", "demo-key", "\"secret\""])
        {
            Assert.DoesNotContain(secret, shown, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, diff, StringComparison.Ordinal);
        }

        var files = Directory.GetFiles(Path.Combine(line.Appliance.Settings.Data, "tables"));
        Assert.Equal(2, files.Length);
        Assert.All(files, file => Assert.True(OperatingSystem.IsLinux()
            && File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite), file));

        // What was shown is taken back, with another rate and the same secrets.
        var document = JsonNode.Parse(shown)!;
        document["accounts"]![1]!["max_live"] = 1000;
        var text = await ApplyAsync(line, document.ToJsonString());
        Assert.Contains("+ accounts \"late\".max_live: 1000", text, StringComparison.Ordinal);
        Assert.DoesNotContain("password", text, StringComparison.Ordinal);
        Assert.Equal(Status.Ok, await TryBindAsync(line, "pw-one"));
        Assert.Equal("alpha", await CarrierAsync(line));
    }

    [Fact]
    public async Task A_change_is_in_force_after_a_kill_and_the_file_is_reloaded_whole()
    {
        await using var line = await RoutedLine.StartAsync(ToAlpha, "alpha");
        using var gamma = await SimulatedCarrier.StartAsync("gamma");
        var document = JsonNode.Parse(Carriers([line.Alpha, gamma], "gamma"))!;
        document["accounts"] = JsonNode.Parse(Accounts(line, Late("pw")))!["accounts"]!.DeepClone();
        await ApplyAsync(line, document.ToJsonString());
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        Assert.Equal("gamma", await CarrierAsync(line));
        Assert.Equal(Status.Ok, await TryBindAsync(line, "pw"));

        // The file says nothing of gamma or the account, and something that takes a restart.
        var file = JsonNode.Parse(await File.ReadAllTextAsync(line.Appliance.ConfigurationFile))!;
        file["smpp"]!["enquire_link_timer"] = 31;
        await File.WriteAllTextAsync(line.Appliance.ConfigurationFile, file.ToJsonString());
        var (code, text) = await line.Appliance.CommandAsync("ctl", "reload");
        Assert.True(code == 0, text);
        Assert.Contains("not in force before a restart: smpp", text, StringComparison.Ordinal);
        Assert.Contains("- carriers {\"name\": \"gamma\"", text, StringComparison.Ordinal);
        Assert.Equal("alpha", await CarrierAsync(line));
        Assert.NotEqual(Status.Ok, await TryBindAsync(line, "pw"));
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

    [Fact]
    public async Task Versions_of_before_carriers_and_accounts_were_part_of_them_count_for_what_they_say()
    {
        using var alpha = await SimulatedCarrier.StartAsync("alpha");
        using var beta = await SimulatedCarrier.StartAsync("beta");
        await using var appliance = ApplianceProcess.Prepare(new Settings
        {
            Carriers = [new("alpha", alpha.Port), new("beta", beta.Port)],
            More = JsonNode.Parse(ToAlpha)!.AsObject(),
        });
        var folder = Directory.CreateDirectory(Path.Combine(appliance.Settings.Data, "tables")).FullName;
        WriteVersion(folder, 1, "file", """{"routes":[{"name":"all","carriers":["alpha"]}]}""");
        WriteVersion(folder, 2, "api", """{"routes":[{"name":"all","carriers":["beta"]}],"money":{"currency":"USD"}}""");
        // The file says what it said, so what was put in force since then is, with the accounts of the file.
        await appliance.StartAgainAsync();
        Assert.Equal("beta", await CarrierAsync(appliance));
        var (code, text) = await appliance.CommandAsync("ctl", "tables", "rollback", "1");
        Assert.True(code == 0, text);
        Assert.Contains("- money.currency: \"USD\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("accounts", text, StringComparison.Ordinal);
        Assert.Equal("alpha", await CarrierAsync(appliance));
        (code, text) = await appliance.CommandAsync("ctl", "tables", "diff", "1", "3");
        Assert.Equal((0, ""), (code, text.Trim()));
        await appliance.StopAsync();
        await appliance.StartAgainAsync();
        Assert.Equal("alpha", await CarrierAsync(appliance));
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

    private static async Task<string> ApplyAsync(RoutedLine line, string document)
    {
        var (code, text) = await TryApplyAsync(line, document);
        Assert.True(code == 0, text);
        return text;
    }

    private static async Task<(int ExitCode, string Output)> TryApplyAsync(RoutedLine line, string document)
    {
        var file = line.Appliance.ConfigurationFile + ".tables";
        await File.WriteAllTextAsync(file, document);
        return await line.Appliance.CommandAsync("ctl", "tables", "apply", file);
    }

    /// <summary>The accounts of the configuration's file and more.</summary>
    private static string Accounts(RoutedLine line, params JsonObject[] more)
    {
        var file = JsonNode.Parse(File.ReadAllText(line.Appliance.ConfigurationFile))!;
        return new JsonObject
        {
            ["accounts"] = new JsonArray([.. file["accounts"]!.AsArray().Select(one => one!.DeepClone()), .. more]),
        }.ToJsonString();
    }

    private static JsonObject Late(string password, int throughput = 0) => new()
    {
        ["name"] = "late",
        ["smpp"] = new JsonObject { ["system_id"] = "late", ["password"] = password },
        ["http"] = new JsonObject { ["key"] = "late-key" },
        ["throughput"] = throughput,
    };

    /// <summary>Carriers, and one route to all of them that begins with one, whose options may be others.</summary>
    private static string Carriers(
        IReadOnlyList<SimulatedCarrier> carriers, string first, Action<JsonObject>? change = null)
    {
        var list = carriers.Select(carrier => new JsonObject
        {
            ["name"] = carrier.Name,
            ["host"] = "127.0.0.1",
            ["port"] = carrier.Port,
            ["system_id"] = carrier.Name,
            ["password"] = "secret",
            ["sessions"] = 2,
            ["window"] = 100,
        }).ToList();
        change?.Invoke(list.First(one => (string)one["name"]! == first));
        var names = carriers.Select(carrier => carrier.Name).OrderBy(name => name != first);
        return new JsonObject
        {
            ["carriers"] = new JsonArray([.. list]),
            ["routes"] = new JsonArray(new JsonObject
            {
                ["name"] = "all",
                ["carriers"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]),
                ["keep"] = 0,
            }),
        }.ToJsonString();
    }

    private static Task<string> CarrierAsync(RoutedLine line) => CarrierAsync(line.Appliance);

    private static async Task<string> CarrierAsync(ApplianceProcess appliance) =>
        (string)(await appliance.MessageInStatusAsync(
            await appliance.PostAsync("Shop", "447400123456", "which way"), "delivered"))["carrier"]!;

    /// <summary>A version's file as a release before this one wrote it.</summary>
    private static void WriteVersion(string folder, int number, string who, string content)
    {
        var octets = Encoding.UTF8.GetBytes(content);
        File.WriteAllText(Path.Combine(folder, $"{number:D8}.json"), new JsonObject
        {
            ["version"] = number,
            ["who"] = who,
            ["at"] = "2025-11-21T08:00:00+00:00",
            ["note"] = "before",
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(octets)),
            ["content"] = Convert.ToBase64String(octets),
        }.ToJsonString());
    }

    private static async Task<double> SessionsAsync(RoutedLine line, string carrier) =>
        (await line.Appliance.MetricsAsync()).Sum("sms_sessions", "side=\"carrier\"", $"name=\"{carrier}\"");

    private static async Task<string> BoundAtAsync(RoutedLine line, string carrier) => string.Join(' ',
        from session in (await line.Appliance.AdminAsync("/admin/v1/sessions")).AsArray()
        where (string)session!["name"]! == carrier
        select (string)session["bound_at"]!);

    private static async Task<RawClient> BindAsync(
        RoutedLine line, string password, uint command = Command.BindTransceiver)
    {
        var client = await RawClient.ConnectAsync(line.Appliance.SmppPort);
        var answer = await client.RequestAsync(command, Bodies.Bind("late", password));
        Assert.Equal(Status.Ok, answer.Status);
        return client;
    }

    private static async Task<uint> TryBindAsync(RoutedLine line, string password)
    {
        using var client = await RawClient.ConnectAsync(line.Appliance.SmppPort);
        return (await client.RequestAsync(Command.BindTransceiver, Bodies.Bind("late", password))).Status;
    }

    private static async Task<HttpStatusCode> PostAsync(RoutedLine line, string key)
    {
        using var answer = await SendAsync(line, key, "hello");
        return answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> SendAsync(RoutedLine line, string key, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/messages")
        {
            Content = JsonContent.Create(new { from = "Late", to = "447400123456", body }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await line.Appliance.Http.SendAsync(request);
    }
}
