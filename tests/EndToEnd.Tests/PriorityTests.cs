using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>An account goes ahead of others only as far as it may.</summary>
public sealed class PriorityTests
{
    private const string Number = "447700905001";

    [Fact]
    public async Task What_is_above_max_priority_is_lowered_and_told()
    {
        await using var line = await Line.StartAsync(port => new Settings
        {
            Accounts = [new("demo", new("demo", "demo"), new("demo-key")) { MaxPriority = 1 }],
            Carriers = [new("alpha", port)],
            Routes = [new("", "alpha")],
        });
        using var client = await RawClient.BoundAsync(line.Appliance.SmppPort);
        Assert.Equal((1, 1, 3), await BySmppAsync(line, client, "smpp, too high", 3));
        Assert.Equal((1, 1, null), await BySmppAsync(line, client, "smpp, as it may", 1));

        var (answer, record) = await ByHttpAsync(line, "http, too high", 2);
        Assert.Equal((1, 1, 2), ((int?)answer["priority"], (int)record["priority"]!, (int?)record["priority_asked"]));
        (answer, record) = await ByHttpAsync(line, "http, as it may", 1);
        Assert.Equal((null, 1, null), ((int?)answer["priority"], (int)record["priority"]!, (int?)record["priority_asked"]));

        using var batch = await line.Appliance.Http.PostAsJsonAsync("/api/v1/messages",
            new { messages = new[] { new { from = "Shop", to = Number, body = "of a batch", priority = 3 } } });
        var results = JsonNode.Parse(await batch.Content.ReadAsStringAsync())!["results"]!.AsArray();
        Assert.Equal(1, (int)Assert.Single(results)!["priority"]!);
        Assert.Equal(1, (int)(await line.SubmittedAsync("of a batch"))["priority"]!);

        // Of a session that is bound, from the next message on; what was lowered stays so, over a crash too.
        var file = JsonNode.Parse(await File.ReadAllTextAsync(line.Appliance.ConfigurationFile))!;
        file["accounts"]![0]!["max_priority"] = 3;
        await File.WriteAllTextAsync(line.Appliance.ConfigurationFile, file.ToJsonString());
        var (code, text) = await line.Appliance.CommandAsync("ctl", "reload");
        Assert.True(code == 0 && text.Contains("max_priority: 1 -> 3", StringComparison.Ordinal), text);
        Assert.Equal((3, 3, null), await BySmppAsync(line, client, "smpp, as it may now", 3));
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        var (exit, story) = await line.Appliance.CommandAsync("ctl", "trace", (string)record["message_id"]!);
        Assert.True(exit == 0 && story.Contains("priority 1,", StringComparison.Ordinal), story);
        (exit, story) = await line.Appliance.CommandAsync("ctl", "trace", "--to", Number);
        Assert.True(exit == 0 && story.Contains("priority 1 (asked for 3", StringComparison.Ordinal), story);
    }

    /// <returns>What the carrier got, what the record has, and what it says was asked for.</returns>
    private static async Task<(int Carrier, int Granted, int? Asked)> BySmppAsync(
        Line line, RawClient client, string text, byte priority)
    {
        var answer = await client.RequestAsync(Command.SubmitSm, Bodies.Submit("Shop", Number, text, priority: priority));
        Assert.Equal(Status.Ok, answer.Status);
        var id = System.Text.Encoding.ASCII.GetString(answer.Body).TrimEnd('\0');
        var carried = await line.SubmittedAsync(text);
        var record = (await line.Appliance.MessageAsync(id))!;
        return ((int)carried["priority"]!, (int)record["priority"]!, (int?)record["priority_asked"]);
    }

    private static async Task<(JsonNode Answer, JsonObject Record)> ByHttpAsync(Line line, string body, int priority)
    {
        using var answer = await line.Appliance.Http.PostAsJsonAsync("/api/v1/messages",
            new { from = "Shop", to = Number, body, priority });
        Assert.Equal(202, (int)answer.StatusCode);
        var taken = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal(1, (int)(await line.SubmittedAsync(body))["priority"]!);
        return (taken, (await line.Appliance.MessageAsync((string)taken["message_id"]!))!);
    }
}
