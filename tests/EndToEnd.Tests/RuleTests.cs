using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>Each rule refuses, rewrites or puts off what it says, over SMPP and HTTP, and is named.</summary>
public sealed class RuleTests(RuleTests.RuledLine fixture) : IClassFixture<RuleTests.RuledLine>
{
    private const string Library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
    private const string Entity = "1101234567890123456";
    private const string Template = "1107161234567890123";

    private readonly Line _line = fixture.Line;

    /// <summary>From, to, body, TLVs as tag=text; then status, problem, code, rule, field.</summary>
    public static TheoryData<string, string, string, string, uint, string, string, string, string> Refusals => new()
    {
        { "`tick`", "447400970001", "x", "", 0x0A, "sender-refused", "sender_invalid", "gb", "from" },
        { "Unknown", "447400970001", "x", "", 0x0A, "sender-refused", "sender_not_registered", "gb", "from" },
        { "Shop", "12025550101", "x", "", 0x0A, "sender-refused", "sender_kind", "us", "from" },
        { "Acme", "447400970001", "Free Cаsino night", "", 0x66, "content-refused", "content", "gambling", "body" },
        { "Acme", "447400970001", "go to bit.ly/abc", "", 0x66, "content-refused", "content", "links", "body" },
        { "Acme", "447400970001", "your account is suspended", "", 0x66, "content-refused", "content", "phish", "body" },
        { "Acme", "33600000001", "sale", "class=promotional", 0x66, "quiet-hours", "quiet_hours", "never", "to" },
        { "SHOPIN", "919876500001", "Dear Bob, hello", "", 0xC3, "dlt-refused", "dlt_entity_missing", "trai",
            "dlt_entity_id" },
        { "SHOPIN", "919876500001", "Dear Bob, hello", $"1400={Entity}", 0xC3, "dlt-refused", "dlt_template_missing",
            "trai", "dlt_template_id" },
        { "SHOPIN", "919876500001", "Dear Bob, hello", $"1400=12,1401={Template}", 0xC4, "dlt-refused",
            "dlt_entity_invalid", "trai", "dlt_entity_id" },
        { "SHOPIN", "919876500001", "Dear Bob, hello", $"1400={Entity},1401=1107161234567890999", 0xC4, "dlt-refused",
            "dlt_template_unknown", "trai", "dlt_template_id" },
        { "SHOPIN", "919876500001", "Something else", $"1400={Entity},1401={Template}", 0x66, "dlt-refused",
            "dlt_template_mismatch", "trai", "body" },
        { "SHOPIN", "919876500001", "Dear Bob, hello", $"1400={Entity},1401={Template},1402=x", 0xC4, "dlt-refused",
            "dlt_chain_invalid", "trai", "dlt_chain" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_names_its_rule(
        string from, string to, string body, string extra, uint status, string problem, string code, string rule,
        string field)
    {
        var before = (await _line.Appliance.MetricsAsync()).Sum("sms_policy_refused_total", $"rule=\"{rule}\"");
        using var esme = await RawClient.BoundAsync(_line.Appliance.SmppPort);
        var ucs2 = !Ascii.IsValid(body);
        var resp = await esme.RequestAsync(Command.SubmitSm, Submit(from, to, body, ucs2, Tlvs(extra)));
        Assert.Equal(status, resp.Status);

        // By HTTP such a sender is a member that is wrong.
        if (code != "sender_invalid")
        {
            using var answer = await PostAsync(from, to, body, extra);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            var told = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
            Assert.Equal(("/problems/" + problem, code, rule, field), ((string)told["type"]!, (string)told["code"]!,
                (string)told["rule"]!, (string)told["errors"]![0]!["field"]!));
            before++;
        }

        Assert.Equal(before + 1, (await _line.Appliance.MetricsAsync()).Sum(
            "sms_policy_refused_total", $"rule=\"{rule}\"", "account=\"demo\""));
        Assert.Matches($"refused by rule {rule} \\(", _line.Appliance.Log());
    }

    [Fact]
    public async Task A_sender_is_rewritten_on_both_ways()
    {
        using var esme = await RawClient.BoundAsync(_line.Appliance.SmppPort);
        await esme.SubmitAsync("Shop", "46700000001", "rewritten by smpp");
        await _line.Appliance.PostAsync("Any name", "46700000001", "rewritten by http");
        foreach (var text in new[] { "rewritten by smpp", "rewritten by http" })
        {
            var submit = await _line.SubmittedAsync(text);
            Assert.Equal(("46701234567", "46700000001"), ((string)submit["from"]!, (string)submit["to"]!));
        }

        var receipt = await esme.PduAsync("the receipt", pdu => pdu.Command == Command.DeliverSm);
        Assert.Contains("46701234567", Encoding.Latin1.GetString(receipt.Body), StringComparison.Ordinal);
        Assert.Equal(2, (await _line.Appliance.MetricsAsync()).Sum("sms_policy_senders_replaced_total"));
    }

    [Fact]
    public async Task What_fits_the_template_goes_out_and_a_rule_that_watches_refuses_nothing()
    {
        using var answer = await PostAsync(
            "SHOPIN", "919876500001", "Dear Bob, hello", $"1400={Entity},1401={Template}");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await _line.SubmittedAsync("Dear Bob, hello");
        await _line.Appliance.PostAsync("Acme", "447400970001", "watched words only");
        Assert.Equal(1, (await _line.Appliance.MetricsAsync()).Sum("sms_policy_watched_total", "rule=\"watch\""));
    }

    [Fact]
    public async Task A_text_that_replaces_another_goes_by_the_rules_too()
    {
        using var esme = await RawClient.BoundAsync(_line.Appliance.SmppPort);
        var resp = await esme.RequestAsync(Command.SubmitSm,
            Bodies.Submit("Acme", "447400970001", "harmless", 0, "000001000000000R"));
        Assert.Equal(Status.Ok, resp.Status);
        var replaced = await esme.RequestAsync(Command.ReplaceSm,
            Bodies.Replace(resp.FirstString(), "Acme", "casino night", "000001000000000R"));
        Assert.Equal(0x66u, replaced.Status);
    }

    /// <summary>Of the same messages from, to, body, TLVs; then code and rule.</summary>
    public static IEnumerable<object[]> Explanations =>
        Refusals.Select(row => (object[])[row[0], row[1], row[2], row[3], row[6], row[7]]);

    [Theory]
    [MemberData(nameof(Explanations))]
    public async Task The_explanation_says_what_the_refusal_does(
        string from, string to, string body, string extra, string code, string rule)
    {
        var before = (await _line.Appliance.MetricsAsync()).Sum("sms_policy_refused_total");
        var query = $"number={to}&account=demo&sender={Uri.EscapeDataString(from)}&body={Uri.EscapeDataString(body)}";
        foreach (var (name, value) in Parts(extra))
            query += $"&{ParameterOf(name)}={Uri.EscapeDataString(value)}";
        var told = await _line.Appliance.AdminAsync("/admin/v1/routes/explain?" + query);
        var step = told["steps"]!.AsArray().First(one => (string)one!["verdict"]! == "refused")!;
        Assert.Equal((rule, code), ((string?)step["rule"], (string?)step["numbers"]));
        Assert.Equal($"refused: {step["step"]}, rule {rule}: {code}", (string?)told["result"]);
        Assert.Null((string?)told["carrier"]);
        // Nobody was refused anything.
        Assert.Equal(before, (await _line.Appliance.MetricsAsync()).Sum("sms_policy_refused_total"));
    }

    [Fact]
    public async Task The_explanation_names_the_rules_that_were_asked_the_opt_out_and_the_sender()
    {
        const string Number = "46700000077";
        var query = $"/admin/v1/routes/explain?number={Number}&account=demo&sender=Shop&body=hello";
        var told = await _line.Appliance.AdminAsync(query);
        var sender = Step(told, "sender");
        Assert.Equal(("changed", "se", "Shop becomes 46701234567"),
            ((string?)sender["verdict"], (string?)sender["rule"], (string?)sender["numbers"]));
        Assert.Equal(("46701234567", "alpha"), ((string?)told["sender"], (string?)told["carrier"]));
        Assert.Equal("passes", (string?)Step(told, "opt_out")["verdict"]);
        using (var put = await _line.Appliance.Http.PutAsync($"/api/v1/opt-outs/{Number}?sender=Shop", null))
            Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        told = await _line.Appliance.AdminAsync(query);
        Assert.Equal("refused: opt_out, rule opt_out: opt_out", (string?)told["result"]);
        var (code, text) = await _line.Appliance.CommandAsync(
            "ctl", "route", "explain", Number, "--account", "demo", "--sender", "Shop", "--body", "hello");
        Assert.Equal(0, code);
        Assert.Matches("(?m)^! +opt_out +refused +opt_out +opt_out$", text);
        Assert.Matches("(?m)^ +sender +changed +se +Shop becomes 46701234567$", text);
        Assert.EndsWith("result   refused: opt_out, rule opt_out: opt_out", text.TrimEnd(), StringComparison.Ordinal);
    }

    private static JsonNode Step(JsonNode told, string name) =>
        told["steps"]!.AsArray().Single(one => (string)one!["step"]! == name)!;

    private static string ParameterOf(string tag) => tag switch
    {
        "1400" => "dlt_entity_id", "1401" => "dlt_template_id", "1402" => "dlt_chain", _ => tag,
    };

    [Fact]
    public async Task A_class_that_means_nothing_is_refused()
    {
        using var esme = await RawClient.BoundAsync(_line.Appliance.SmppPort);
        var resp = await esme.RequestAsync(Command.SubmitSm,
            Submit("Acme", "447400970001", "x", false, Bodies.Tlv(0x1500, [3])));
        Assert.Equal(Status.InvalidTlvValue, resp.Status);
    }

    [Fact]
    public async Task A_message_in_quiet_hours_waits_until_they_end()
    {
        if (!File.Exists(Library))
        {
            Console.WriteLine("skipped, no libfaketime here (Debian package faketime)");
            return;
        }

        using var folder = new TempFolder();
        var offset = folder.File("offset");
        // The minute at which the quiet hours end; for the appliance it is some seconds before it.
        var end = DateTimeOffset.FromUnixTimeSeconds(((DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 60) + 2) * 60);
        // Nigeria is an hour ahead of UTC all the year.
        var ends = end.AddHours(1).ToString("HH:mm", CultureInfo.InvariantCulture);
        var began = end.AddHours(-1).ToString("HH:mm", CultureInfo.InvariantCulture);
        await using var line = await Line.StartAsync(port => Ruled(port, $$$"""
            {"quiet_hours": [{"name": "night", "classes": ["promotional"],
             "quiet": [{"from": "{{{began}}}", "to": "{{{ends}}}"}]}]}
            """), new { alpha = new { } });
        await StopUntilAsync(line, offset, end.AddSeconds(-10));
        await line.Appliance.StartAgainAsync();
        await line.BoundAsync();

        using var answer = await line.Appliance.Http.PostAsJsonAsync("/api/v1/messages",
            new { from = "Shop", to = "2348030000001", body = "sale tomorrow", @class = "promotional" });
        var told = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal("scheduled", (string)told["status"]!);
        var id = (string)told["message_id"]!;
        var record = (await line.Appliance.MessageAsync(id))!;
        Assert.Equal(end, DateTimeOffset.Parse((string)record["send_at"]!, CultureInfo.InvariantCulture));
        // Too short-lived to wait: refused. Of another class: at once.
        using var late = await line.Appliance.Http.PostAsJsonAsync("/api/v1/messages",
            new { from = "Shop", to = "2348030000001", body = "flash", @class = "promotional", validity_period = 1 });
        Assert.Equal("quiet_hours", (string)(await late.Content.ReadFromJsonAsync<JsonObject>())!["code"]!);
        await line.Appliance.PostAsync("Shop", "2348030000001", "your code is 1");
        await line.SubmittedAsync("your code is 1");
        Assert.DoesNotContain(line.Smsc.Events("submit"), submit => (string?)submit["text"] == "sale tomorrow");
        record = await line.Appliance.MessageInStatusAsync(id, "delivered");
        var history = record["history"]!.AsArray();
        var queued = history.First(change => (string)change!["state"]! == "queued")!;
        Assert.True(DateTimeOffset.Parse((string)queued["time"]!, CultureInfo.InvariantCulture) >= end, record.ToString());
        Assert.Equal(1, (await line.Appliance.MetricsAsync()).Sum("sms_policy_deferred_total", "rule=\"night\""));
    }

    [Fact]
    public async Task A_message_that_waits_for_its_carrier_until_it_is_quiet_waits_for_the_end_of_it()
    {
        if (!File.Exists(Library))
        {
            Console.WriteLine("skipped, no libfaketime here (Debian package faketime)");
            return;
        }

        using var folder = new TempFolder();
        var offset = folder.File("offset");
        // For the appliance the quiet minute begins in some seconds.
        var begin = DateTimeOffset.FromUnixTimeSeconds(((DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 60) + 2) * 60);
        string Nigeria(int minutes) => begin.AddMinutes(60 + minutes).ToString("HH:mm", CultureInfo.InvariantCulture);
        await using var line = await Line.StartAsync(port => Ruled(port, $$$"""
            {"quiet_hours": [{"name": "night", "classes": ["promotional"],
             "quiet": [{"from": "{{{Nigeria(0)}}}", "to": "{{{Nigeria(1)}}}"}]}]}
            """), new { alpha = new { } });
        var ahead = await StopUntilAsync(line, offset, begin.AddSeconds(-12));
        await line.Smsc.SendAsync(new { @do = "refuse", value = true });
        await line.Appliance.StartAgainAsync();
        using var answer = await line.Appliance.Http.PostAsJsonAsync("/api/v1/messages",
            new { from = "Shop", to = "2348030000001", body = "too late tonight", @class = "promotional" });
        var told = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal("queued", (string)told["status"]!);
        // Its clock is ours but for the offset.
        await Until.True("it is quiet", () => DateTimeOffset.UtcNow.AddSeconds(ahead) > begin.AddSeconds(2));
        await line.Smsc.SendAsync(new { @do = "refuse", value = false });
        var id = (string)told["message_id"]!;
        await line.Appliance.MessageInStatusAsync(id, "queued");
        await Until.True("it is put off", async () => (await line.Appliance.MessageAsync(id))!["history"]!.AsArray().Any(
            change => ((string)change!["reason"]!).Contains("quiet hours", StringComparison.Ordinal)), TimeSpan.FromSeconds(50));
        Assert.DoesNotContain(line.Smsc.Events("submit"), submit => (string?)submit["text"] == "too late tonight");
        // A death while it waits changes nothing.
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        await line.BoundAsync();
        var record = await line.Appliance.MessageInStatusAsync(id, "delivered", TimeSpan.FromSeconds(90));
        var sent = record["history"]!.AsArray().First(change =>
            ((string)change!["reason"]!).StartsWith("handed to session", StringComparison.Ordinal))!;
        Assert.True(DateTimeOffset.Parse((string)sent["time"]!, CultureInfo.InvariantCulture) >= begin.AddMinutes(1),
            record.ToString());
    }

    private static Settings Ruled(int port, string policy) => new()
    {
        Policy = JsonNode.Parse(policy),
        Carriers = [new("alpha", port)],
        Routes = [new("", "alpha")],
    };

    private Task<HttpResponseMessage> PostAsync(string from, string to, string body, string extra)
    {
        var message = new JsonObject { ["from"] = from, ["to"] = to, ["body"] = body };
        foreach (var (name, value) in Parts(extra))
        {
            message[ParameterOf(name)] = value;
        }

        return _line.Appliance.Http.PostAsJsonAsync("/api/v1/messages", message);
    }

    private static byte[] Tlvs(string extra) =>
    [
        .. Parts(extra).SelectMany(part => part.Name == "class"
            ? Bodies.Tlv(0x1500, [1])
            : Bodies.Tlv(Convert.ToUInt16(part.Name, 16), Encoding.ASCII.GetBytes(part.Value))),
    ];

    private static IEnumerable<(string Name, string Value)> Parts(string extra) =>
        from part in extra.Split(',', StringSplitOptions.RemoveEmptyEntries)
        let halves = part.Split('=')
        select (halves[0], halves[1]);

    private static byte[] Submit(string from, string to, string text, bool ucs2, byte[] tlvs)
    {
        var body = Bodies.Submit(
            from, to, ucs2 ? Encoding.BigEndianUnicode.GetBytes(text) : Encoding.ASCII.GetBytes(text), 1, 0, tlvs);
        // data_coding stands two octets before the length of the text.
        if (ucs2) body[^(tlvs.Length + (text.Length * 2) + 3)] = 8;
        return body;
    }

    /// <summary>A time of day that is far from now wherever one is in Europe.</summary>
    private static string Far(int minutes) =>
        DateTime.UtcNow.AddHours(12).AddMinutes(minutes).ToString("HH:mm", CultureInfo.InvariantCulture);

    public sealed class RuledLine : LineFixture
    {
        private protected override Task<Line> StartAsync() => Line.StartAsync(port => Ruled(port, $$"""
            {
              "senders": [
                {"name": "gb", "countries": ["GB"], "registration": ["alphanumeric"], "registered": ["Acme"]},
                {"name": "us", "countries": ["US"], "allowed": ["long_number", "short_code"]},
                {"name": "se", "countries": ["SE"], "allowed": ["long_number"], "replacement": "+46701234567"}
              ],
              "content": [
                {"name": "gambling", "words": ["casino*"], "lookalikes": true},
                {"name": "links", "shorteners": "refuse"},
                {"name": "phish", "expressions": ["\\baccount\\b.*\\bsuspended\\b"]},
                {"name": "watch", "words": ["watched words"], "action": "monitor"}
              ],
              "quiet_hours": [
                {"name": "never", "countries": ["FR"], "classes": ["promotional"], "action": "refuse",
                 "quiet": [{"from": "{{Far(1)}}", "to": "{{Far(0)}}"}]}
              ],
              "dlt": [{"name": "trai", "templates": [{"id": "{{Template}}", "text": "Dear {#var#}, hello"}]}]
            }
            """), new { alpha = new { } });
    }

    /// <summary>Stops it; with its next start it begins anew, and its clock shows a time.</summary>
    /// <param name="offset">The file that tells the clock.</param>
    /// <returns>Seconds that it is ahead.</returns>
    private static async Task<double> StopUntilAsync(Line line, string offset, DateTimeOffset time)
    {
        await line.Appliance.StopAsync();
        Directory.Delete(line.Appliance.Settings.Data, recursive: true);
        foreach (var (name, value) in new[]
        {
            ("LD_PRELOAD", Library), ("FAKETIME_TIMESTAMP_FILE", offset), ("FAKETIME_NO_CACHE", "1"),
            ("DONT_FAKE_MONOTONIC", "1"), ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        })
            line.Appliance.Environment[name] = value;
        var ahead = (time - DateTimeOffset.UtcNow).TotalSeconds;
        await File.WriteAllTextAsync(offset, string.Create(CultureInfo.InvariantCulture, $"{ahead:+0;-0}\n"));
        return ahead;
    }
}
