using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>The same sent twice: one message, one answer; and another one under the same name.</summary>
public sealed class RepeatTests(RepeatTests.NamedLine fixture) : IClassFixture<RepeatTests.NamedLine>
{
    private readonly Line _line = fixture.Line;

    [Fact]
    public async Task A_request_sent_twice_is_one_message()
    {
        var message = new { from = "Shop", to = "447700903001", body = "once over HTTP" };
        var (status, first) = await PostAsync(message, "order-1");
        Assert.Equal(202, status);
        var id = (string)first["message_id"]!;
        await _line.Appliance.MessageInStatusAsync(id, "delivered");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync(message, "\"order-1\"")));
        Assert.All(answers, answer => Assert.Equal((202, first.ToJsonString()),
            (answer.Status, answer.Answer.ToJsonString())));
        // What follows has gone its whole way; a second one would have been before it.
        await PostAsync(message with { body = "after it" }, "order-2");
        await _line.SubmittedAsync("after it");
        Assert.Single(Submits("once over HTTP"));
    }

    [Fact]
    public async Task At_the_same_time_it_is_one_as_well()
    {
        var body = string.Concat(Enumerable.Repeat("many at a time ", 20));
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ =>
            PostAsync(new { from = "Shop", to = "447700903002", body }, "crowd")));
        Assert.Single(answers.Select(answer => answer.Answer.ToJsonString()).Distinct());
        Assert.Equal((202, 2), (answers[0].Status, (int)answers[0].Answer["segment_count"]!));
        await _line.Appliance.MessageInStatusAsync((string)answers[0].Answer["message_id"]!, "delivered");
        Assert.Equal(2, _line.Smsc.Events("submit").Count(submit => (string?)submit["to"] == "447700903002"));
    }

    [Fact]
    public async Task Another_message_under_the_same_name_is_refused()
    {
        var message = new { from = "Shop", to = "447700903003", body = "the first" };
        var (_, first) = await PostAsync(message, "reused");
        var (status, problem) = await PostAsync(message with { body = "the second" }, "reused");
        Assert.Equal((409, "/problems/idempotency-key-reused"), (status, (string)problem["type"]!));
        Assert.Equal((string)first["message_id"]!, (string)(await PostAsync(message, "reused")).Answer["message_id"]!);
    }

    [Fact]
    public async Task A_batch_sent_twice_has_the_same_results()
    {
        object Batch(string last) => new
        {
            messages = new[]
            {
                new { from = "Shop", to = "447700903004", body = "in a batch" },
                new { from = "Shop", to = "447700903004", body = "in a batch" },
                new { from = "Shop", to = "447700903005", body = last },
            },
        };
        var (_, first) = await PostAsync(Batch("third"), "batch");
        var ids = Ids(first);
        Assert.Equal(3, ids.Distinct().Count());
        Assert.Equal(first.ToJsonString(), (await PostAsync(Batch("third"), "batch")).Answer.ToJsonString());
    }

    [Theory]
    [InlineData("one,two,four")]
    [InlineData("one,two")]
    [InlineData("one,two,three,four")]
    [InlineData("two,one,three")]
    [InlineData("four,one,two,three")]
    [InlineData("four,five,six")]
    [InlineData("one")]
    public async Task Of_another_batch_under_the_same_name_nothing_is_taken(string texts)
    {
        const string to = "447700903011";
        var key = "other " + texts;
        key = key.Replace(' ', '-');
        var (_, first) = await PostAsync(BatchOf(to, "one,two,three"), key);
        foreach (var id in Ids(first)) await _line.Appliance.MessageInStatusAsync(id!, "delivered");
        var before = await CountAsync(to);
        var (status, problem) = await PostAsync(BatchOf(to, texts), key);
        Assert.Equal((409, "/problems/idempotency-key-reused"), (status, (string?)problem["type"]));
        Assert.Null(problem["results"]);
        Assert.Equal(before, await CountAsync(to));
        Assert.Equal(first.ToJsonString(), (await PostAsync(BatchOf(to, "one,two,three"), key)).Answer.ToJsonString());
    }

    [Fact]
    public async Task A_message_alone_and_a_batch_of_it_are_two_requests()
    {
        var message = new { from = "Shop", to = "447700903012", body = "alone" };
        await PostAsync(message, "alone-first");
        Assert.Equal(409, (await PostAsync(new { messages = new[] { message } }, "alone-first")).Status);
        await PostAsync(new { messages = new[] { message } }, "batch-first");
        Assert.Equal(409, (await PostAsync(message, "batch-first")).Status);
        Assert.Equal(2, await CountAsync(message.to));
    }

    [Fact]
    public async Task Of_two_batches_at_the_same_time_one_is_taken()
    {
        const string to = "447700903013";
        for (var round = 0; round < 10; round++)
        {
            var before = await CountAsync(to);
            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i =>
                PostAsync(BatchOf(to, string.Join(',', Enumerable.Range(0, 3 + i))), "race-" + round)));
            Assert.Equal([202, 409, 409, 409], answers.Select(answer => answer.Status).Order());
            var taken = Ids(answers.Single(answer => answer.Status == 202).Answer).Count;
            Assert.Equal(before + taken, await CountAsync(to));
        }
    }

    [Fact]
    public async Task What_was_refused_the_first_time_is_taken_in_a_repeat_and_known_after_a_crash()
    {
        await using var line = await Line.StartAsync(port => new Settings
        {
            Accounts = [new("demo", new("demo", "demo"), new("demo-key"))],
            Carriers = [new("alpha", port)],
            Routes = [new("44", "alpha")],
        });
        // The first has no route: the second is the first that is taken.
        object Batch(string last) => new
        {
            messages = new[]
            {
                new { from = "Shop", to = "337700903014", body = "nowhere" },
                new { from = "Shop", to = "447700903014", body = "somewhere" },
                new { from = "Shop", to = "447700903014", body = last },
            },
        };
        var (_, first) = await PostAsync(Batch("last"), "partly", line);
        Assert.Equal([true, false, false], Ids(first).Select(id => id is null));
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        Assert.Equal(first.ToJsonString(), (await PostAsync(Batch("last"), "partly", line)).Answer.ToJsonString());
        Assert.Equal(409, (await PostAsync(Batch("another"), "partly", line)).Status);
    }

    [Fact]
    public async Task The_names_outlive_a_crash()
    {
        await using var line = await Line.StartAsync();
        var message = new { from = "Shop", to = "447700903006", body = "before the crash" };
        var (_, first) = await PostAsync(message, "crash", line);
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        Assert.Equal(first.ToJsonString(), (await PostAsync(message, "crash", line)).Answer.ToJsonString());
        Assert.Equal(409, (await PostAsync(message with { body = "x" }, "crash", line)).Status);
        await line.Appliance.MessageInStatusAsync((string)first["message_id"]!, "delivered");
    }

    [Fact]
    public async Task A_reference_names_a_submit_sm_where_the_account_says_so()
    {
        using var client = await RawClient.BoundAsync(_line.Appliance.SmppPort);
        var first = await SubmitAsync(client, "once over SMPP", 7);
        Assert.Equal(Status.Ok, first.Status);
        var again = await SubmitAsync(client, "once over SMPP", 7);
        Assert.Equal((Status.Ok, first.FirstString()), (again.Status, again.FirstString()));
        Assert.Equal(Status.SubmitFailed, (await SubmitAsync(client, "another text", 7)).Status);
        Assert.NotEqual(first.FirstString(), (await SubmitAsync(client, "once over SMPP", 8)).FirstString());
        Assert.NotEqual(first.FirstString(),
            (await SubmitAsync(client, "once over SMPP", 7, "447700903008")).FirstString());
        Assert.NotEqual(first.FirstString(), await client.SubmitAsync("Shop", "447700903007", "once over SMPP"));
        await Until.True("four of them", () => Submits("once over SMPP").Count >= 4);
        Assert.Equal(4, Submits("once over SMPP").Count);
    }

    [Fact]
    public async Task And_elsewhere_it_names_nothing()
    {
        await using var line = await Line.StartAsync();
        using var client = await RawClient.BoundAsync(line.Appliance.SmppPort);
        var first = await SubmitAsync(client, "twice", 7);
        Assert.NotEqual(first.FirstString(), (await SubmitAsync(client, "twice", 7)).FirstString());
    }

    private static object BatchOf(string to, string texts) => new
    {
        messages = texts.Split(',').Select(text => new { from = "Shop", to, body = text }).ToArray(),
    };

    /// <summary>Messages that were taken to a number, whatever became of them.</summary>
    private async Task<int> CountAsync(string to)
    {
        var page = await _line.Appliance.Http.GetFromJsonAsync<JsonNode>($"/api/v1/messages?destination={to}&limit=1000");
        return page!["messages"]!.AsArray().Count;
    }

    private static Task<Pdu> SubmitAsync(RawClient client, string text, ushort reference, string to = "447700903007") =>
        client.RequestAsync(Command.SubmitSm, Bodies.Submit("Shop", to, text, priority: 0,
            tlvs: Bodies.Tlv(0x0204, [(byte)(reference >> 8), (byte)reference])));

    private List<JsonObject> Submits(string text) =>
        _line.Smsc.Events("submit").Where(submit => (string?)submit["text"] == text).ToList();

    private static List<string?> Ids(JsonNode answer) =>
        [.. answer["results"]!.AsArray().Select(result => (string?)result!["message_id"])];

    private async Task<(int Status, JsonNode Answer)> PostAsync(object message, string key, Line? line = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/messages");
        request.Content = JsonContent.Create(message);
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var answer = await (line ?? _line).Appliance.Http.SendAsync(request);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    /// <summary>An account whose references are names.</summary>
    public sealed class NamedLine : LineFixture
    {
        private protected override Task<Line> StartAsync() => Line.StartAsync(port => new Settings
        {
            Accounts = [new("demo", new("demo", "demo") { Repeats = "user_message_reference" }, new("demo-key"))],
            Carriers = [new("alpha", port)],
            Routes = [new("", "alpha")],
        });
    }
}
