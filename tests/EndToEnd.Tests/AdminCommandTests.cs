using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>`appliance ctl`, and `mnp` against a running appliance.</summary>
public sealed class AdminCommandTests
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
        Assert.Matches(@"(?m)^carrier +alpha +1 +transceiver +127\.0\.0\.1:\d+ +0 +100$", sessions);
        Assert.Matches(@"(?m)^esme +demo +0 +transceiver +127\.0\.0\.1:\d+ +[01] +100$", sessions);
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
