using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>An account's messages in pages: by time, status and number, and none of anybody else.</summary>
public sealed class ListTests(ListTests.TwoAccounts fixture) : IClassFixture<ListTests.TwoAccounts>
{
    private readonly Line _line = fixture.Line;

    [Fact]
    public async Task Pages_lead_from_the_newest_to_the_oldest()
    {
        await using var line = await Line.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 25; i++) ids.Add(await line.Appliance.PostAsync("Shop", $"4477009050{i:00}", $"no. {i}"));
        foreach (var id in ids) await line.Appliance.MessageInStatusAsync(id, "delivered");
        ids.Reverse();
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(ids, await AllAsync(line, "limit=10"));
            Assert.Equal(ids, await AllAsync(line, "limit=25"));
            Assert.Equal(ids, await AllAsync(line, ""));
            Assert.Equal([ids[4]], await AllAsync(line, "limit=1&destination=447700905020"));
            Assert.Equal([ids[4]], await AllAsync(line, "destination=%2B447700905020"));
            Assert.Equal(ids, await AllAsync(line, "status=delivered&limit=7"));
            Assert.Empty(await AllAsync(line, "status=failed"));
            // Once from memory, once from disk.
            line.Appliance.Kill();
            await line.Appliance.StartAgainAsync();
            await line.BoundAsync();
        }
    }

    [Fact]
    public async Task A_time_bounds_what_is_listed()
    {
        var ids = new List<string>();
        var times = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            ids.Add(await _line.Appliance.PostAsync("Shop", "447700906001", $"at its time {i}"));
            times.Add((string)(await _line.Appliance.MessageAsync(ids[^1]))!["created_at"]!);
            var now = DateTimeOffset.UtcNow;
            await Until.True("the next millisecond", () => DateTimeOffset.UtcNow - now > TimeSpan.FromMilliseconds(5));
        }

        var (from, to) = (Uri.EscapeDataString(times[2]), Uri.EscapeDataString(times[4]));
        const string Mine = "destination=447700906001&";
        Assert.Equal([ids[3], ids[2]], await AllAsync(_line, $"{Mine}from={from}&to={to}"));
        Assert.Equal([ids[5], ids[4], ids[3], ids[2]], await AllAsync(_line, $"{Mine}from={from}&limit=3"));
        Assert.Equal([ids[3], ids[2], ids[1], ids[0]], await AllAsync(_line, $"{Mine}to={to}&limit=1"));
        var tomorrow = DateTimeOffset.UtcNow.AddDays(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        Assert.Empty(await AllAsync(_line, $"from={tomorrow}"));
        Assert.Empty(await AllAsync(_line, "to=2001-01-01T00:00:00Z"));
    }

    [Fact]
    public async Task What_waits_is_found_by_its_status()
    {
        using var posted = await _line.Appliance.Http.PostAsJsonAsync("/api/v1/messages", new
        {
            from = "Shop",
            to = "447700906002",
            body = "found by its status",
            send_at = DateTimeOffset.UtcNow.AddHours(1),
            priority = 3,
        });
        var id = (string)JsonNode.Parse(await posted.Content.ReadAsStringAsync())!["message_id"]!;
        var page = await PageAsync(_line, "status=scheduled&destination=447700906002");
        var one = Assert.Single(page["messages"]!.AsArray())!.AsObject();
        Assert.Equal((id, "scheduled", 3), ((string)one["message_id"]!, (string)one["status"]!, (int)one["priority"]!));
        Assert.False(one.ContainsKey("history"));
        Assert.Null(page["next"]);
        using var _ = await _line.Appliance.Http.DeleteAsync($"/api/v1/messages/{id}");
        Assert.Equal([id], await AllAsync(_line, "status=cancelled&destination=447700906002"));
        Assert.Empty(await AllAsync(_line, "status=scheduled&destination=447700906002"));
    }

    [Fact]
    public async Task Another_accounts_messages_are_not_listed()
    {
        var id = await _line.Appliance.PostAsync("Shop", "447700906003", "demo's own");
        using var other = new HttpClient { BaseAddress = _line.Appliance.Http.BaseAddress };
        other.DefaultRequestHeaders.Add("Authorization", "Bearer other-key");
        var page = (await other.GetFromJsonAsync<JsonObject>("/api/v1/messages"))!;
        Assert.Equal("""{"messages":[],"next":null}""", page.ToJsonString());
        using var deleted = await other.DeleteAsync($"/api/v1/messages/{id}");
        Assert.Equal(404, (int)deleted.StatusCode);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("cursor=abc", "cursor")]
    [InlineData("cursor=AAAAAAAAAAA", "cursor")]
    [InlineData("from=yesterday", "from")]
    public async Task A_wrong_parameter_is_named(string parameters, string name)
    {
        using var answer = await _line.Appliance.Http.GetAsync($"/api/v1/messages?{parameters}");
        Assert.Equal(400, (int)answer.StatusCode);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal(name, (string)problem["errors"]![0]!["field"]!);
    }

    private static async Task<JsonObject> PageAsync(Line line, string parameters) =>
        (await line.Appliance.Http.GetFromJsonAsync<JsonObject>($"/api/v1/messages?{parameters}"))!;

    /// <summary>The ids of all pages, in their order.</summary>
    private static async Task<List<string>> AllAsync(Line line, string parameters)
    {
        var ids = new List<string>();
        await foreach (var one in line.Appliance.MessagesAsync(parameters)) ids.Add((string)one["message_id"]!);
        return ids;
    }

    public sealed class TwoAccounts : LineFixture
    {
        private protected override Task<Line> StartAsync() => Line.StartAsync(port => new Settings
        {
            Accounts =
            [
                new("demo", new("demo", "demo"), new("demo-key")),
                new("other", new("other", "other"), new("other-key")),
            ],
            Carriers = [new("alpha", port)],
            Routes = [new("", "alpha")],
        });
    }
}
