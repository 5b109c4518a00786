using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>A message over HTTP: taken, told as a story, delivered; and every wrong field named.</summary>
public sealed class HttpJourneyTests(SimpleLine fixture) : IClassFixture<SimpleLine>
{
    private const string Messages = "/api/v1/messages";

    private readonly Line _line = fixture.Line;

    [Fact]
    public async Task A_posted_message_is_taken_told_and_delivered()
    {
        using var answer = await _line.Appliance.Http.PostAsJsonAsync(Messages,
            new { from = "Shop", to = "+447700900501", body = "posted" });
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var taken = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal("queued", (string)taken["status"]!);
        Assert.Equal(1, (int)taken["segment_count"]!);
        var id = (string)taken["message_id"]!;
        Assert.Equal(7, Guid.Parse(id).Version);

        var carried = await _line.SubmittedAsync("posted");
        Assert.Equal("447700900501", (string)carried["to"]!);
        var record = await _line.Appliance.MessageInStatusAsync(id, "delivered");
        Assert.Equal(id, (string)record["message_id"]!);
        Assert.Equal("posted", (string)record["body"]!);
        Assert.Equal("alpha", (string)record["carrier"]!);
        var story = record["history"]!.AsArray();
        var states = story.Select(change => (string)change!["state"]!).ToList();
        Assert.Equal(["queued", "submitted", "delivered"], states.Distinct());
        var times = story.Select(change => DateTimeOffset.Parse((string)change!["time"]!)).ToList();
        Assert.Equal(times.Order(), times);
        Assert.All(times, time => Assert.InRange(time, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow));
    }

    [Theory]
    [InlineData("latin letters and nothing else ", 161, 2)]
    [InlineData("latin letters and nothing else ", 160, 1)]
    [InlineData("latin letters and nothing else ", 700, 5)]
    [InlineData("Привет, мир ", 71, 2)]
    [InlineData("Привет, мир ", 70, 1)]
    [InlineData("[{€}] ", 200, 3)]
    public async Task A_long_body_goes_in_segments(string words, int length, int segments)
    {
        var body = Repeat(words, length);
        var to = $"4477009{Random.Shared.Next(10000, 99999)}";
        using var answer = await _line.Appliance.Http.PostAsJsonAsync(Messages, new { from = "Shop", to, body });
        var taken = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal(segments, (int)taken["segment_count"]!);
        await Until.True($"{segments} segments at the carrier", () => Segments(to).Count >= segments);
        Assert.Equal(segments, Segments(to).Count);
        Assert.Equal(body, Joined(Segments(to)));
        var record = await _line.Appliance.MessageInStatusAsync((string)taken["message_id"]!, "delivered");
        Assert.Equal(body, (string)record["body"]!);
        Assert.Equal(segments, (int)record["segment_count"]!);
    }

    [Fact]
    public async Task A_batch_has_a_result_for_each_message()
    {
        object[] messages =
        [
            new { from = "Shop", to = "447700900511", body = "one of a batch" },
            new { from = "Shop", to = "not a number", body = "two of a batch" },
            new { from = "Shop", to = "447700900513", body = "three of a batch" },
        ];
        using var answer = await _line.Appliance.Http.PostAsJsonAsync(Messages, new { messages });
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        var results = JsonNode.Parse(text)!["results"]!.AsArray();
        Assert.Equal(3, results.Count);
        await _line.Appliance.MessageInStatusAsync((string)results[0]!["message_id"]!, "delivered");
        Assert.Null(results[1]!["message_id"]);
        Assert.Contains("to", results[1]!.ToJsonString(), StringComparison.Ordinal);
        await _line.Appliance.MessageInStatusAsync((string)results[2]!["message_id"]!, "delivered");
    }

    [Theory]
    [InlineData("""{"to":"447700900521","body":"x"}""", "from")]
    [InlineData("""{"from":"Shop","body":"x"}""", "to")]
    [InlineData("""{"from":"Shop","to":"447700900521"}""", "body")]
    [InlineData("""{"from":"Shop","to":"44-77","body":"x"}""", "to")]
    [InlineData("""{"from":"Shop","to":447700900521,"body":"x"}""", "to")]
    [InlineData("""{"from":"A sender far too long for anybody","to":"447700900521","body":"x"}""", "from")]
    [InlineData("""{"from":"Shop","to":"447700900521","body":"x","validity_period":"soon"}""", "validity_period")]
    [InlineData("""{"from":"Shop","to":"447700900521","body":"x","webhook_url":"not a url"}""", "webhook_url")]
    public async Task A_wrong_field_is_named(string json, string field)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await _line.Appliance.Http.PostAsync(Messages, content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode is 400 or 422 or 501, $"{answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(text)!;
        Assert.NotNull(problem["type"]);
        Assert.Equal((int)answer.StatusCode, (int)problem["status"]!);
        Assert.Contains(field, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("nonsense")]
    public async Task A_body_that_is_no_json_object_is_a_problem(string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await _line.Appliance.Http.PostAsync(Messages, content);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong")]
    [InlineData("Basic ZGVtbzpkZW1v")]
    public async Task Without_the_key_nothing_is_told(string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Messages);
        request.Content = JsonContent.Create(new { from = "Shop", to = "447700900531", body = "x" });
        using var client = new HttpClient { BaseAddress = _line.Appliance.Http.BaseAddress };
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("0196f3d2-7a61-7c33-9b1e-000000000000")]
    [InlineData("nonsense")]
    public async Task An_unknown_message_is_not_found(string id)
    {
        using var answer = await _line.Appliance.Http.GetAsync($"{Messages}/{id}");
        Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    private List<JsonObject> Segments(string to) =>
        _line.Smsc.Events("submit").Where(e => (string?)e["to"] == to).ToList();

    /// <summary>The texts in the order their user data headers say (3GPP TS 23.040 section 9.2.3.24.1).</summary>
    private static string Joined(List<JsonObject> segments) =>
        string.Concat(segments.OrderBy(PartNumber).Select(segment => (string)segment["text"]!));

    private static int PartNumber(JsonObject segment) =>
        (string?)segment["udh"] is { Length: > 2 } udh ? Convert.FromHexString(udh)[^1] : 0;

    private static string Repeat(string words, int length) =>
        string.Concat(Enumerable.Repeat(words, length / words.Length + 1))[..length];
}
