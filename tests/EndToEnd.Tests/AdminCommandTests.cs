using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>`appliance ctl`, and `mnp` against a running appliance.</summary>
public sealed class AdminCommandTests(SimpleLine fixture) : IClassFixture<SimpleLine>
{
    [Fact]
    public async Task Ctl_shows_the_node_its_carriers_sessions_and_queues()
    {
        await using var line = await Line.StartAsync();
        using var client = await RawClient.BoundAsync(line.Appliance.SmppPort);
        await line.Appliance.MessageInStatusAsync(await line.Appliance.PostAsync("Shop", "447700920001", "seen"), "delivered");

        var status = await OutputAsync(line, "status");
        Assert.Matches(@"(?m)^ready +yes$", status);
        Assert.Matches(@"(?m)^carrier sessions +2 of 2 bound$", status);
        Assert.Matches(@"(?m)^data +/", status);
        Assert.Matches($@"(?m)^alpha +127\.0\.0\.1:{line.SmscPort} +2 +2 +0 +200 +0 +0 +1$", await OutputAsync(line, "carriers"));
        var sessions = await OutputAsync(line, "sessions");
        Assert.Matches(@"(?m)^carrier +alpha +1 +transceiver +127\.0\.0\.1:\d+ +0 +100 +20\S+Z$", sessions);
        Assert.Matches(@"(?m)^esme +demo +0 +transceiver +127\.0\.0\.1:\d+ +[01] +100 +20\S+Z$", sessions);
        var now = DateTimeOffset.UtcNow;
        Assert.All((await line.Appliance.AdminAsync("/admin/v1/sessions")).AsArray(), session =>
            Assert.InRange(now - (DateTimeOffset)session!["bound_at"]!, TimeSpan.Zero, TimeSpan.FromMinutes(1)));
        Assert.Matches(@"(?m)^account +demo +[01] +1000000$", await OutputAsync(line, "queues"));

        foreach (var call in new[] { "status", "carriers", "sessions", "queues" })
        {
            var (code, output) = await line.Appliance.CommandAsync("ctl", call, "--json");
            Assert.Equal(0, code);
            Assert.NotNull(JsonNode.Parse(output));
        }
    }

    [Fact]
    public async Task Ctl_says_when_nobody_answers()
    {
        await using var line = await Line.StartAsync();
        await line.Appliance.StopAsync();
        var (code, output) = await line.Appliance.CommandAsync("ctl", "status");
        Assert.Equal(1, code);
        Assert.Contains(line.Appliance.Settings.Admin.Listen, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctl_needs_the_key_where_there_is_one()
    {
        await using var line = await Line.StartAsync(port => new Settings
        {
            Admin = new() { Key = "the-admin-key" },
            Carriers = [new("alpha", port)],
            Routes = [new("", "alpha")],
        });
        var (code, output) = await line.Appliance.CommandAsync("ctl", "status");
        Assert.Equal(1, code);
        Assert.Contains("APPLIANCE_ADMIN_KEY", output, StringComparison.Ordinal);
        using var ctl = ChildProcess.Start("ctl", Repository.Binary,
            ["ctl", "status", "--config", line.Appliance.ConfigurationFile],
            environment: new Dictionary<string, string> { ["APPLIANCE_ADMIN_KEY"] = "the-admin-key" });
        await ctl.ExitedAsync();
        Assert.Equal(0, ctl.ExitCode);
        // What a monitor asks for needs none.
        await line.Appliance.MetricsAsync();
    }

    [Fact]
    public async Task Dead_letters_are_listed_retried_and_dropped()
    {
        await using var line = await Line.StartAsync(new { status = 0x0B });
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
            ids.Add(await line.Appliance.PostAsync("Shop", $"44770092100{i}", "no such address"));
        await Until.True("three are on the list", async () =>
            (await line.Appliance.AdminAsync("/admin/v1/dead"))["letters"]!.AsArray().Count == 3);
        var (code, output) = await line.Appliance.CommandAsync("ctl", "dead", "list", "--limit", "2");
        Assert.True(code == 0, output);
        Assert.Matches($@"(?m)^{ids[0]} +447700921000 +demo +alpha +20\S+Z +ESME_RINVDSTADR$", output);
        Assert.Contains($"more: --after {ids[1]}", output, StringComparison.Ordinal);
        (code, output) = await line.Appliance.CommandAsync("ctl", "dead", "list", "--after", ids[1]);
        Assert.Contains(ids[2], output, StringComparison.Ordinal);
        Assert.DoesNotContain(ids[1], output, StringComparison.Ordinal);

        await line.Smsc.SendAsync(new { @do = "set", system_id = "alpha", behaviour = new { } });
        (code, output) = await line.Appliance.CommandAsync("ctl", "dead", "retry", ids[0], ids[1]);
        Assert.True(code == 0, output);
        await line.Appliance.MessageInStatusAsync(ids[0], "delivered");
        await line.Appliance.MessageInStatusAsync(ids[1], "delivered");
        (code, output) = await line.Appliance.CommandAsync("ctl", "dead", "drop", ids[2]);
        Assert.True(code == 0 && output == $"{ids[2]} dropped", output);
        (code, output) = await line.Appliance.CommandAsync("ctl", "dead", "drop", ids[2]);
        Assert.Equal(1, code);
        Assert.Contains("not among the dead letters", output, StringComparison.Ordinal);
        Assert.Empty((await line.Appliance.AdminAsync("/admin/v1/dead"))["letters"]!.AsArray());
    }

    [Fact]
    public async Task Many_dead_letters_are_changed_by_what_they_have_in_common()
    {
        await using var line = await Line.StartAsync(port => new Settings
        {
            Accounts = [new("demo", new("demo", "demo"), new("demo-key"))],
            Carriers = [new("alpha", port), new("beta", port)],
            Routes = [new("44", "alpha"), new("49", "beta")],
        }, new { alpha = new { status = 0x0B }, beta = new { status = 0x50 } });
        var numbers = Enumerable.Range(0, 5).Select(i => $"44770092200{i}")
            .Concat(Enumerable.Range(0, 4).Select(i => $"4915122200{i}0")).ToArray();
        foreach (var number in numbers) await line.Appliance.PostAsync("Shop", number, "refused");
        await Until.True("nine are on the list", async () => await LettersAsync(line) == 9);
        Assert.Equal(5, await LettersAsync(line, "carrier=alpha"));
        Assert.Equal(4, await LettersAsync(line, "reason=ESME_RINVDSTTON&account=demo"));
        Assert.Equal(0, await LettersAsync(line, "reason=0x50&carrier=alpha"));
        Assert.Equal(0, await LettersAsync(line, "before=2020-01-01T00:00:00Z"));

        await SaysAsync(line, 0, "9 would be dropped", "drop", "--all", "--dry-run");
        await SaysAsync(line, 0, "4 would be retried", "retry", "--carrier", "beta", "--dry-run");
        Assert.Equal(9, await LettersAsync(line));
        await SaysAsync(line, 0, "4 dropped", "drop", "--reason", "0x50", "--account", "demo");
        await SaysAsync(line, 0, "0 dropped", "drop", "--reason", "0x50", "--account", "demo");
        Assert.Equal(5, await LettersAsync(line));
        await line.Smsc.SendAsync(new { @do = "set", system_id = "alpha", behaviour = new { } });
        await SaysAsync(line, 0, "5 retried", "retry", "--carrier", "alpha", "--before", "2100-01-01T00:00:00Z");
        Assert.Equal(0, await LettersAsync(line));
        await Until.True("all five are delivered", async () =>
            (await line.Appliance.MetricsAsync()).Sum("sms_messages_total", "state=\"delivered\"") == 5);
        await SaysAsync(line, 0, "0 retried", "retry", "--all");
    }

    [Theory]
    [InlineData("--al", "--al: unknown option, expected one of --config, --all, --dry-run, --account")]
    [InlineData("01a1fb2d-e4f0-7001-8000-000000010000 --force", "--force: unknown option")]
    [InlineData("", "expected message ids, or --all, or --account")]
    [InlineData("--all --carrier alpha", "one of the three")]
    [InlineData("01a1fb2d-e4f0-7001-8000-000000010000 --dry-run", "--dry-run goes with the last two")]
    [InlineData("--reason bad", "--reason: 'bad': expected an error's name")]
    [InlineData("--before yesterday", "--before: 'yesterday': expected a time of RFC 3339")]
    [InlineData("--carrier", "--carrier")]
    public async Task A_choice_of_dead_letters_that_is_none_changes_nothing(string words, string says)
    {
        foreach (var command in new[] { "retry", "drop" })
        {
            var (code, output) = await ChildProcess.RunAsync(Repository.Binary,
                ["ctl", "dead", command, .. words.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--config", "any.json"]);
            Assert.True(code == 2, output);
            Assert.Contains(says, output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{}""", "all")]
    [InlineData("""{"all": true, "account": "demo"}""", "all")]
    [InlineData("""{"carrier": "gamma"}""", "carrier")]
    [InlineData("""{"account": "nobody", "reason": "late", "before": "x", "limit": 0, "after": "y"}""", "account,reason,before,after,limit")]
    [InlineData("""{"account": "demo", "carier": "alpha"}""", null)]
    public async Task The_call_for_many_names_what_is_wrong(string body, string? fields)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{fixture.Line.Appliance.Settings.Admin.Listen}") };
        foreach (var call in new[] { "retry", "drop" })
        {
            using var answer = await client.PostAsync($"/admin/v1/dead/{call}",
                new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
            Assert.Equal(400, (int)answer.StatusCode);
            var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            if (fields is null) Assert.Contains("carier", (string)problem["detail"]!, StringComparison.Ordinal);
            else Assert.Equal(fields.Split(','), problem["errors"]!.AsArray().Select(error => (string)error!["field"]!));
        }
    }

    private static async Task SaysAsync(Line line, int expected, string says, params string[] words)
    {
        var (code, output) = await line.Appliance.CommandAsync(["ctl", "dead", .. words]);
        Assert.Equal((expected, says), (code, output));
    }

    private static async Task<int> LettersAsync(Line line, string query = "") =>
        (await line.Appliance.AdminAsync("/admin/v1/dead?" + query))["letters"]!.AsArray().Count;

    [Fact]
    public async Task Ported_numbers_are_imported_while_it_runs()
    {
        await using var line = await Line.StartAsync();
        using var folder = new TempFolder();
        var file = folder.File("lv.csv");
        await File.WriteAllLinesAsync(file, ["1;x;20000001;BC1;2020.01.02 03:04:05", "2;x;20000002;BC1;2021.01.02 03:04:05"]);
        var (code, output) = await line.Appliance.CommandAsync("mnp", "import", file, "--format", "lv");
        Assert.True(code == 0 && output.EndsWith("in effect", StringComparison.Ordinal), output);
        Assert.Equal("247", (string?)(await line.Appliance.AdminAsync("/admin/v1/mnp/37120000001"))["mcc"]);
        var metrics = await line.Appliance.MetricsAsync();
        Assert.Equal(2, metrics.Sum("sms_ported_numbers", "dataset=\"LV\""));
        (code, output) = await line.Appliance.CommandAsync("mnp", "get", "+37120000002", "37120000003");
        Assert.True(code == 0, output);
        Assert.Equal([true, false], output.Split('\n').Select(text => (bool)JsonNode.Parse(text)!["ported"]!));

        await File.WriteAllLinesAsync(file, ["1;x;20000009;BC1;2020.01.02 03:04:05"]);
        (code, output) = await line.Appliance.CommandAsync("mnp", "import", file, "--format", "lv");
        Assert.True(code == 0, output);
        Assert.False((bool)(await line.Appliance.AdminAsync("/admin/v1/mnp/37120000001"))["ported"]!);
        Assert.True((bool)(await line.Appliance.AdminAsync("/admin/v1/mnp/37120000009"))["ported"]!);
        await Until.True("the new generation is in the metrics", async () =>
            (await line.Appliance.MetricsAsync()).Sum("sms_ported_numbers_generation", "dataset=\"LV\"") == 2);
        Assert.Contains("LV is now generation 2 with 1 numbers", line.Appliance.Log(), StringComparison.Ordinal);
    }

    private static async Task<string> OutputAsync(Line line, string call)
    {
        var (code, output) = await line.Appliance.CommandAsync("ctl", call);
        Assert.True(code == 0, output);
        return output;
    }
}
