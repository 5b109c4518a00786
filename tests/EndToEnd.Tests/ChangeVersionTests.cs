using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;
using static EndToEnd.Tests.Harness.Changes;

namespace EndToEnd.Tests;

/// <summary>Versions of what changes while the appliance runs: whole or not at all, back again, over restarts, without
/// secrets.</summary>
public sealed class ChangeVersionTests
{
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

        // Two versions, which is the newest, and what the configuration's file said.
        var tables = Path.Combine(line.Appliance.Settings.Data, "tables");
        var files = Directory.GetFiles(tables, "*", SearchOption.AllDirectories);
        Assert.Equal(4, files.Length);
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
    public async Task A_price_file_that_has_changed_is_read_at_a_start_and_all_else_stays()
    {
        using var folder = new TempFolder();
        var prices = folder.File("prices.csv");
        await File.WriteAllTextAsync(prices, "account,prefix,price\ndemo,44,0.02\ndemo,33,0.01\n");
        var more = JsonNode.Parse(ToAlpha)!.AsObject();
        more["money"] = new JsonObject { ["price_files"] = new JsonArray(prices) };
        await using var line = await RoutedLine.StartAsync(more.ToJsonString(), "alpha", "beta");
        await ApplyAsync(line, """{"routes": [{"name": "night", "carriers": ["beta"]}]}""");
        await ApplyAsync(line, Accounts(line, Late("pw")));

        await File.WriteAllTextAsync(prices, "account,prefix,price\ndemo,44,0.05\ndemo,49,0.07\n");
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        await line.BoundAsync();
        Assert.Equal("beta", await CarrierAsync(line));
        Assert.Equal(Status.Ok, await TryBindAsync(line, "pw"));
        string[] told =
        [
            $"~ file {prices}: 1 line added, 1 removed, 1 changed", $"~ file {prices}: demo,44,0.02 -> demo,44,0.05",
            $"- file {prices}: demo,33,0.01", $"+ file {prices}: demo,49,0.07",
        ];
        foreach (var one in told)
            Assert.Contains("all else of version 3 stays: " + one, line.Appliance.Log(), StringComparison.Ordinal);
        var (code, text) = await line.Appliance.CommandAsync("ctl", "tables", "diff", "3", "4");
        Assert.Equal((0, string.Join('\n', told)), (code, text.Trim()));
        (_, text) = await line.Appliance.CommandAsync("ctl", "route", "explain", "447400123456", "--account", "demo");
        Assert.Contains("0.05", text, StringComparison.Ordinal);

        // Prices of the API's own do not name it: that it changed means nothing, and is said.
        await ApplyAsync(line, """{"money": {"prices": [{"account": "demo", "price": 0.09}]}}""");
        await File.WriteAllTextAsync(prices, "account,prefix,price\ndemo,44,0.06\n");
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        await line.BoundAsync();
        Assert.Contains($"{prices} says something else than when it was read last, but version 5", line.Appliance.Log(),
            StringComparison.Ordinal);
        Assert.Equal("beta", await CarrierAsync(line));
        (_, text) = await line.Appliance.CommandAsync("ctl", "route", "explain", "447400123456", "--account", "demo");
        Assert.Contains("0.09", text, StringComparison.Ordinal);

        // The configuration itself counts when it has changed; what goes with that is said.
        var file = JsonNode.Parse(await File.ReadAllTextAsync(line.Appliance.ConfigurationFile))!;
        file["routes"]![0]!["name"] = "every";
        await File.WriteAllTextAsync(line.Appliance.ConfigurationFile, file.ToJsonString());
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        await line.BoundAsync();
        Assert.Equal("alpha", await CarrierAsync(line));
        foreach (var lost in (string[])["+ routes {\"name\": \"night\"", "+ accounts {\"name\": \"late\""])
            Assert.Contains("of version 5 this does not hold any more: " + lost, line.Appliance.Log(), StringComparison.Ordinal);
        Assert.DoesNotContain("late-key", line.Appliance.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_price_file_that_has_become_wrong_is_refused_at_a_start()
    {
        using var folder = new TempFolder();
        var prices = folder.File("prices.csv");
        await File.WriteAllTextAsync(prices, "account,prefix,price\ndemo,44,0.02\n");
        var more = JsonNode.Parse(ToAlpha)!.AsObject();
        more["money"] = new JsonObject { ["price_files"] = new JsonArray(prices) };
        await using var line = await RoutedLine.StartAsync(more.ToJsonString(), "alpha", "beta");
        await ApplyAsync(line, """{"routes": [{"name": "night", "carriers": ["beta"]}]}""");
        await File.WriteAllTextAsync(prices, "account,prefix,price\ndemo,44,cheap\n");
        line.Appliance.Kill();
        var (code, said) = await line.Appliance.StartInVainAsync();
        Assert.True(code != 0 && said.Contains(prices + " line 2 price: found \"cheap\"", StringComparison.Ordinal), said);
        await File.WriteAllTextAsync(prices, "account,prefix,price\ndemo,44,0.03\n");
        await line.Appliance.StartAgainAsync();
        await line.BoundAsync();
        Assert.Equal("beta", await CarrierAsync(line));
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
}
