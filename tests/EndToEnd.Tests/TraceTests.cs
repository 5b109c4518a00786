using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>`appliance ctl trace`: a message's story for whoever is on call.</summary>
public sealed class TraceTests(SimpleLine fixture) : IClassFixture<SimpleLine>
{
    private const string Unknown = "01a1fb2d-e4f0-7001-8000-000000010000";

    private readonly Line _line = fixture.Line;

    [Fact]
    public async Task A_story_is_told_event_by_event()
    {
        var id = await _line.Appliance.PostAsync("Shop", "447700960001", string.Concat(Enumerable.Repeat("two parts ", 20)));
        await _line.Appliance.MessageInStatusAsync(id, "delivered");
        var output = await TraceAsync(_line, id);
        Assert.Matches($@"^{id}  delivered\nfrom Shop to 447700960001, account demo, 2 parts of gsm7, priority 0, valid until 20", output);
        Assert.Matches(@"(?m)^carrier's id: \w+, \w+$", output);
        Assert.Matches(@"(?m)^20\S+Z +0\.000 +queued +1 +alpha +part 1 of 2: |(?m)^20\S+Z +0\.000 +queued +1 ", output);
        Assert.Matches(@"(?m) +queued +2 +alpha +1 +handed to session \d$", output);
        Assert.Matches(@"(?m) +submitted +1 +alpha +1 +ESME_ROK +taken by the carrier as \w+$", output);
        Assert.Matches(@"(?m) +delivered +2 +alpha +1 +000 +receipt: DELIVERED for \w+$", output);
        Assert.DoesNotContain("two parts ", output.Replace("2 parts", ""), StringComparison.Ordinal);

        var (code, raw) = await _line.Appliance.CommandAsync("ctl", "trace", id, "--json");
        Assert.Equal(0, code);
        var story = JsonNode.Parse(raw)!;
        Assert.Equal((id, "delivered", false, false), ((string)story["message_id"]!, (string)story["status"]!,
            (bool)story["possible_duplicate"]!, (bool)story["dead"]!));
        Assert.Equal(2, story["carrier_ids"]!.AsArray().Count);
        Assert.Null(story["body"]);
        var times = story["events"]!.AsArray().Select(one => (double)one!["seconds_after"]!).ToArray();
        Assert.Equal(times.Order(), times);
    }

    [Fact]
    public async Task Messages_are_found_by_number_the_newest_first()
    {
        var ids = new List<string>();
        for (var i = 0; i < 3; i++) ids.Add(await _line.Appliance.PostAsync("Shop", "447700960002", $"number {i}"));
        foreach (var id in ids) await _line.Appliance.MessageInStatusAsync(id, "delivered");
        await Until.True("all three are in the index", async () => Heads(await TraceAsync(_line, "--to", "+447700960002")).Count == 3);
        var output = await TraceAsync(_line, "--to", "+447700960002");
        Assert.Equal(Enumerable.Reverse(ids), Heads(output));
        Assert.Equal([ids[2], ids[1]], Heads(await TraceAsync(_line, "--to", "447700960002", "--limit", "2")));
        await SaysAsync(1, "No message to 447700960999 is known here.", "--to", "447700960999");
    }

    [Fact]
    public async Task A_message_is_found_by_what_the_carrier_calls_it()
    {
        var id = await _line.Appliance.PostAsync("Shop", "447700960003", "named by the carrier");
        await _line.Appliance.MessageInStatusAsync(id, "delivered");
        var carried = (string)(await JsonAsync(id))["carrier_ids"]![0]!;
        Assert.Equal([id], Heads(await TraceAsync(_line, "--carrier-id", "00" + carried.ToUpperInvariant())));
        await SaysAsync(1, "No message has the carrier's id nobody since an hour ago; --since goes back further.", "--carrier-id", "nobody");
        await SaysAsync(1, $"No message has the carrier's id {carried} since 2100-01-01T00:00:00Z; --since goes back further.",
            "--carrier-id", carried, "--since", "2100-01-01T00:00:00Z");
    }

    [Theory]
    [InlineData(1, "This node has no such message", Unknown)]
    [InlineData(1, "It is a message of node 2, and this is node 1.", "01a1fb2d-e4f0-7002-8000-000000010000")]
    [InlineData(1, "message_id: found \"order-1\", expected a message_id", "order-1")]
    [InlineData(1, "to: found \"44x\", expected 4 to 15 digits", "--to", "44x")]
    [InlineData(2, "expected one of MESSAGE_ID, --to NUMBER and --carrier-id ID")]
    [InlineData(2, "expected one of MESSAGE_ID", Unknown, "--to", "447700960002")]
    [InlineData(2, "--since: 'noon': expected a time of RFC 3339", "--carrier-id", "1", "--since", "noon")]
    [InlineData(2, "--limit: '0': expected a whole number from 1 to 100", "--to", "447700960002", "--limit", "0")]
    public Task What_is_not_there_or_wrong_is_said(int code, string says, params string[] words) =>
        SaysAsync(code, says, words);

    [Fact]
    public async Task What_was_in_doubt_is_flagged_and_attempts_are_counted()
    {
        await using var line = await Line.StartAsync(port => new Settings
        {
            Carriers = [new("alpha", port) { ResponseTimer = 1, InDoubt = "resend", Sessions = 1 }],
            Routes = [new("", "alpha")],
        }, new { alpha = new { silent = true } });
        var id = await line.Appliance.PostAsync("Shop", "447700960004", "in doubt");
        await line.SubmittedAsync("in doubt");
        await line.Smsc.SendAsync(new { @do = "set", system_id = "alpha", behaviour = new { } });
        await line.Appliance.MessageInStatusAsync(id, "delivered");
        var output = await TraceAsync(line, id);
        Assert.StartsWith($"{id}  delivered, POSSIBLE DUPLICATE\n", output, StringComparison.Ordinal);
        Assert.Matches(@"(?m) +1 +in doubt: no answer came, sent again; possible duplicate$", output);
        Assert.Matches(@"(?m) +submitted +1 +alpha +2 +ESME_ROK +taken by the carrier as", output);
    }

    [Fact]
    public async Task What_no_carrier_took_is_a_dead_letter_with_the_code_by_name()
    {
        await using var line = await Line.StartAsync(new { status = 0x0B });
        var id = await line.Appliance.PostAsync("Shop", "447700960005", "refused");
        await line.Appliance.MessageInStatusAsync(id, "failed");
        var output = await TraceAsync(line, id);
        Assert.StartsWith($"{id}  failed, a dead letter (ctl dead)\n", output, StringComparison.Ordinal);
        Assert.Matches(@"(?m) +failed +1 +alpha +1 +ESME_RINVDSTADR +refused; no other carrier is left$", output);
    }

    private async Task<JsonNode> JsonAsync(string id) =>
        JsonNode.Parse((await _line.Appliance.CommandAsync("ctl", "trace", id, "--json")).Output)!;

    private static async Task<string> TraceAsync(Line line, params string[] words)
    {
        var (code, output) = await line.Appliance.CommandAsync(["ctl", "trace", .. words]);
        Assert.True(code == 0, output);
        return output;
    }

    private async Task SaysAsync(int expected, string says, params string[] words)
    {
        var (code, output) = await _line.Appliance.CommandAsync(["ctl", "trace", .. words]);
        Assert.True(code == expected, output);
        Assert.Contains(says, output, StringComparison.Ordinal);
    }

    /// <summary>The messages a trace tells of, in its order.</summary>
    private static List<string> Heads(string output) =>
        [.. output.Split('\n').Where(line => line.Length > 36 && Guid.TryParse(line[..36], out _)).Select(line => line[..36])];
}
