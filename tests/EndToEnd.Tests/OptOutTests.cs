using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>Who has opted out is not written to: from replies, the API and imports, at once and for good.</summary>
public sealed class OptOutTests
{
    private const string Number = "447700960001";
    private const string ShortCode = "72345";

    [Fact]
    public async Task A_reply_is_in_force_within_half_a_second_and_survives_a_crash()
    {
        await using var line = await Line.StartAsync(port => WithNumbers(port, """{"opt_out": {"replies": true}}"""),
            new { alpha = new { } });
        using var esme = await RawClient.BoundAsync(line.Appliance.SmppPort);
        await esme.SubmitAsync(ShortCode, Number, "before");
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(line, ShortCode, Number)).Status);

        var clock = Stopwatch.StartNew();
        await ReplyAsync(line, Number, "Stop sending me this!");
        await Until.True("it is refused", async () =>
            (await PostAsync(line, ShortCode, Number)).Status == HttpStatusCode.UnprocessableEntity);
        var took = clock.Elapsed;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"from the carrier's deliver_sm to the refusal: {took.TotalMilliseconds:F0} ms"));
        Assert.True(took < TimeSpan.FromMilliseconds(500), $"{took} from the reply to the refusal");
        Assert.Equal(0, (int)(await line.Smsc.EventAsync("deliver_answered"))["status"]!);

        await RefusedAsync(line, esme);
        var confirmed = await line.Smsc.EventAsync("submit", submit => (string?)submit["from"] == ShortCode
            && ((string?)submit["text"])!.Contains("opted out", StringComparison.Ordinal));
        Assert.Equal(Number, (string?)confirmed["to"]);
        // Another sender of the account, and another number, are none of it.
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(line, "Shop", Number)).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(line, ShortCode, Number + "9")).Status);

        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        await line.BoundAsync();
        using var again = await RawClient.BoundAsync(line.Appliance.SmppPort);
        await RefusedAsync(line, again);
        var entry = (await line.Appliance.Http.GetFromJsonAsync<JsonObject>("/api/v1/opt-outs"))!["opt_outs"]![0]!;
        Assert.Equal(("+" + Number, ShortCode, "reply", "STOP", "opted_out"), ((string)entry["number"]!,
            (string)entry["sender"]!, (string)entry["source"]!, (string)entry["keyword"]!, (string)entry["status"]!));

        await ReplyAsync(line, Number, "START");
        await Until.True("it is taken again", async () =>
            (await PostAsync(line, ShortCode, Number)).Status == HttpStatusCode.Accepted);
        await ReplyAsync(line, Number, "Help");
        await line.Smsc.EventAsync("submit", submit => ((string?)submit["text"])!.StartsWith(
            "Reply STOP to", StringComparison.Ordinal));
        Assert.Contains("opt-out removed by reply", line.Appliance.Log(), StringComparison.Ordinal);
        Assert.DoesNotContain(Number, line.Appliance.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_keyword_changes_nothing_and_what_is_of_no_account_is_refused_to_the_carrier()
    {
        await using var line = await Line.StartAsync(port => WithNumbers(port, null), new { alpha = new { } });
        await ReplyAsync(line, Number, "Is my order on its way?");
        await Until.True("answered", () => line.Smsc.Events("deliver_answered").Count == 1);
        await ReplyAsync(line, Number, "STOP", to: "99999");
        await Until.True("answered", () => line.Smsc.Events("deliver_answered").Count == 2);
        Assert.Equal([0, 0x65], line.Smsc.Events("deliver_answered").Select(answer => (int)answer["status"]!));
        Assert.Contains("no account has that number", line.Appliance.Log(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(line, ShortCode, Number)).Status);
        // Without replies STOP is understood all the same, and nothing is sent.
        await ReplyAsync(line, "00" + Number, "Arrêt");
        await Until.True("refused", async () =>
            (await PostAsync(line, ShortCode, Number)).Status == HttpStatusCode.UnprocessableEntity);
        Assert.All(line.Smsc.Events("submit"), submit => Assert.Equal("Sale ends today", (string?)submit["text"]));
    }

    [Fact]
    public async Task The_API_opts_out_and_in_and_keeps_when()
    {
        await using var line = await Line.StartAsync();
        var http = line.Appliance.Http;
        var put = await SendAsync(http, HttpMethod.Put, $"/api/v1/opt-outs/+{Number}");
        Assert.Equal((HttpStatusCode.OK, "opted_out", "api"),
            (put.Status, (string)put.Body["status"]!, (string)put.Body["source"]!));
        Assert.Null((string?)put.Body["sender"]);
        var refused = await PostAsync(line, "Anybody", Number);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(http, HttpMethod.Delete, $"/api/v1/opt-outs/{Number}")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(line, "Anybody", Number)).Status);
        var ended = (await http.GetFromJsonAsync<JsonObject>("/api/v1/opt-outs?ended=true"))!["opt_outs"]!.AsArray();
        Assert.Equal("opted_in", (string)Assert.Single(ended)!["status"]!);
        Assert.Equal(HttpStatusCode.NotFound,
            (await SendAsync(http, HttpMethod.Delete, "/api/v1/opt-outs/447700960099")).Status);
        var bad = await SendAsync(http, HttpMethod.Put, "/api/v1/opt-outs/12?sender=far-too-long-a-name");
        Assert.Equal(["number", "sender"], bad.Body["errors"]!.AsArray().Select(error => (string)error!["field"]!));
    }

    [Fact]
    public async Task An_import_is_in_force_and_an_erasure_keeps_only_what_is()
    {
        using var folder = new TempFolder();
        var file = folder.File("stops.csv");
        await File.WriteAllLinesAsync(file, ["# number,sender", .. Enumerable.Range(0, 12_000).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"+4477009{i:D5}{(i % 2 == 0 ? "" : ",Shop")}"))]);
        await using var line = await Line.StartAsync();
        var (code, said) = await line.Appliance.CommandAsync("ctl", "optout", "import", file, "--account", "demo");
        Assert.True(code == 0, said);
        Assert.Contains("12000 opt-outs in force, 0 bad lines", said, StringComparison.Ordinal);
        Assert.Equal(12_000, (await line.Appliance.MetricsAsync()).Sum("sms_opt_outs"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(line, "Any", "447700911998")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(line, "SHOP", "447700911999")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(line, "Other", "447700911999")).Status);

        await File.WriteAllTextAsync(file, "447700960001\nnobody\n");
        (code, said) = await line.Appliance.CommandAsync("ctl", "optout", "import", file, "--account", "demo");
        Assert.Equal(1, code);
        Assert.Contains("line 2: \"nobody\", expected an international number", said, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(line, "Any", Number)).Status);
        (code, said) = await line.Appliance.CommandAsync("ctl", "optout", "add", Number, "--account", "nobody");
        Assert.Equal(1, code);
        Assert.Contains("account: \"nobody\"", said, StringComparison.Ordinal);

        (code, said) = await line.Appliance.CommandAsync("ctl", "optout", "remove", "447700900002", "--account", "demo");
        Assert.True(code == 0, said);
        foreach (var number in new[] { "447700900000", "447700900002" })
            Assert.Equal(0, (await line.Appliance.CommandAsync("erase", number)).ExitCode);
        (_, said) = await line.Appliance.CommandAsync(
            "ctl", "optout", "list", "--account", "demo", "--ended", "--limit", "3");
        Assert.Contains("+447700900000", said, StringComparison.Ordinal);
        Assert.DoesNotContain("+447700900002", said, StringComparison.Ordinal);
        Assert.Contains("more: --cursor", said, StringComparison.Ordinal);

        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        Assert.Equal(11_999, (await line.Appliance.MetricsAsync()).Sum("sms_opt_outs"));
        Assert.Equal(0, await line.Appliance.StopAsync());
        (code, said) = await ChildProcess.RunAsync(
            Repository.Binary, ["check", "--data", line.Appliance.Settings.Data]);
        Assert.True(code == 0, said);
    }

    [Fact]
    public async Task Who_opts_out_while_a_message_waits_does_not_get_it()
    {
        await using var line = await Line.StartAsync();
        using var esme = await RawClient.BoundAsync(line.Appliance.SmppPort);
        var resp = await esme.RequestAsync(Command.SubmitSm,
            Bodies.Submit("Shop", Number, "too late for this", 0, "000000000004000R"));
        Assert.Equal(Status.Ok, resp.Status);
        var kept = await esme.RequestAsync(Command.SubmitSm,
            Bodies.Submit("Shop", Number + "1", "in time for this", 0, "000000000004000R"));
        Assert.Equal(HttpStatusCode.OK,
            (await SendAsync(line.Appliance.Http, HttpMethod.Put, $"/api/v1/opt-outs/{Number}?sender=Shop")).Status);
        var record = await line.Appliance.MessageInStatusAsync(resp.FirstString(), "blocked");
        Assert.Contains(record["history"]!.AsArray(), change => (string)change!["state"]! == "blocked"
            && ((string)change["reason"]!).Contains("opted out", StringComparison.Ordinal));
        await line.Appliance.MessageInStatusAsync(kept.FirstString(), "delivered");
        var receipt = await esme.PduAsync("the receipt", pdu => pdu.Command == Command.DeliverSm
            && System.Text.Encoding.Latin1.GetString(pdu.Body).Contains("stat:REJECTD", StringComparison.Ordinal));
        Assert.Contains(resp.FirstString(), System.Text.Encoding.Latin1.GetString(receipt.Body), StringComparison.Ordinal);
        Assert.DoesNotContain(line.Smsc.Events("submit"), submit => (string?)submit["text"] == "too late for this");
        // What was decided is read again the same.
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        Assert.Equal("blocked", (string)(await line.Appliance.MessageAsync(resp.FirstString()))!["status"]!);
    }

    [Fact]
    public async Task A_message_whose_sender_a_rule_replaced_is_stopped_by_an_opt_out_of_its_own_too()
    {
        const string number = "447400970011";
        await using var line = await Line.StartAsync(port => new Settings
        {
            Carriers = [new("alpha", port)],
            Routes = [new("", "alpha")],
            Policy = JsonNode.Parse("""
                {"senders": [{"name": "gb", "countries": ["GB"], "allowed": ["long_number"],
                              "replacement": "+447400123456"}]}
                """),
        }, new { alpha = new { } });
        using var esme = await RawClient.BoundAsync(line.Appliance.SmppPort);
        var bySmpp = (await esme.RequestAsync(Command.SubmitSm,
            Bodies.Submit("Shop", number, "of the shop", 0, "000000000008000R"))).FirstString();
        var others = (await esme.RequestAsync(Command.SubmitSm,
            Bodies.Submit("Other", number, "of another", 0, "000000000008000R"))).FirstString();
        using var answer = await line.Appliance.Http.PostAsJsonAsync("/api/v1/messages", new
        {
            from = "Shop", to = number, body = "of the shop by http " + new string('x', 200),
            send_at = DateTimeOffset.UtcNow.AddSeconds(8),
        });
        var byHttp = (string)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["message_id"]!;
        // What the recipient knows is the replacement; who asks over the API means the name.
        Assert.Equal(HttpStatusCode.OK,
            (await SendAsync(line.Appliance.Http, HttpMethod.Put, $"/api/v1/opt-outs/{number}?sender=Shop")).Status);
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        await line.BoundAsync();
        await line.Appliance.MessageInStatusAsync(bySmpp, "blocked");
        await line.Appliance.MessageInStatusAsync(byHttp, "blocked");
        await line.Appliance.MessageInStatusAsync(others, "delivered");
        var submit = Assert.Single(line.Smsc.Events("submit"));
        Assert.Equal(("of another", "447400123456"), ((string?)submit["text"], (string?)submit["from"]));
    }

    private static Settings WithNumbers(int port, string? policy) => new()
    {
        Accounts =
        [
            new("demo", new("demo", "demo"), new("demo-key")) { Numbers = [ShortCode, "+12025550100"] },
        ],
        Policy = policy is null ? null : JsonNode.Parse(policy),
        Carriers = [new("alpha", port)],
        Routes = [new("", "alpha")],
    };

    private static Task ReplyAsync(Line line, string from, string text, string to = ShortCode) =>
        line.Smsc.SendAsync(new
        {
            @do = "deliver",
            system_id = "alpha",
            fields = new { source_addr = from, destination_addr = to, short_message = text },
        });

    private static async Task RefusedAsync(Line line, RawClient esme)
    {
        var resp = await esme.RequestAsync(Command.SubmitSm, Bodies.Submit(ShortCode, Number, "after"));
        Assert.Equal(0x0Bu, resp.Status);
        var (status, problem) = await PostAsync(line, ShortCode, Number);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(("/problems/opted-out", "opt_out", "opt_out"),
            ((string)problem["type"]!, (string)problem["code"]!, (string)problem["rule"]!));
        Assert.True((await line.Appliance.MetricsAsync()).Sum(
            "sms_policy_refused_total", "account=\"demo\"", "code=\"opt_out\"", "rule=\"opt_out\"") >= 2);
    }

    private static async Task<(HttpStatusCode Status, JsonObject Body)> PostAsync(Line line, string from, string to)
    {
        using var answer = await line.Appliance.Http.PostAsJsonAsync(
            "/api/v1/messages", new { from, to, body = "Sale ends today" });
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonObject>())!);
    }

    private static async Task<(HttpStatusCode Status, JsonObject Body)> SendAsync(
        HttpClient http, HttpMethod method, string address)
    {
        using var request = new HttpRequestMessage(method, address);
        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonObject>())!);
    }
}
