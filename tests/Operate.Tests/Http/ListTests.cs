using Appliance;
using Appliance.Ingress;

namespace Operate.Tests.Http;

/// <summary>GET and DELETE of messages: what may be asked, and how it is answered.</summary>
public class ListTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_page_has_records_without_history_and_a_cursor()
    {
        var time = new DateTimeOffset(2026, 11, 20, 22, 0, 0, TimeSpan.Zero);
        var summary = new MessageSummary
        {
            MessageId = Guid.CreateVersion7(),
            Status = "scheduled",
            From = "Shop",
            To = "447700900123",
            Body = "x",
            Encoding = "gsm7",
            SegmentCount = 1,
            Priority = 2,
            CreatedAt = time,
            UpdatedAt = time,
            SendAt = time.AddHours(1),
        };
        host.Admission.Page = new MessagePage([summary], "77");
        var reply = await host.GetAsync("/api/v1/messages");
        host.Admission.Page = new MessagePage([], null);
        Assert.Equal((200, "application/json"), (reply.Status, reply.Type));
        Assert.Equal("77", reply.Json.GetProperty("next").GetString());
        var one = Assert.Single(reply.Json.GetProperty("messages").EnumerateArray().ToArray());
        Assert.Equal(("scheduled", 2), (one.GetProperty("status").GetString(), one.GetProperty("priority").GetInt32()));
        Assert.False(one.TryGetProperty("history", out _));
        var last = await host.GetAsync("/api/v1/messages");
        Assert.Equal("""{"messages":[],"next":null}""", last.Body);
    }

    [Fact]
    public async Task Every_parameter_is_taken()
    {
        host.Admission.Queries.Clear();
        var reply = await host.GetAsync("/api/v1/messages?from=2026-11-20T22:00:00Z&to=2026-11-20T23:30:00+01:00"
            + "&status=cancelled&destination=%2B447700900123&limit=1000&cursor=12");
        Assert.Equal(200, reply.Status);
        var (account, query) = Assert.Single(host.Admission.Queries);
        Assert.Equal(0, account);
        Assert.Equal(new MessageQuery
        {
            From = new DateTimeOffset(2026, 11, 20, 22, 0, 0, TimeSpan.Zero),
            To = new DateTimeOffset(2026, 11, 20, 22, 30, 0, TimeSpan.Zero),
            Status = "cancelled",
            Destination = "+447700900123",
            Limit = 1000,
            Before = 12,
        }, query);
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=2026-11-20", "to")]
    [InlineData("from=2026-11-20T22:00:00Z&to=2026-11-20T22:00:00Z", "to")]
    [InlineData("status=lost", "status")]
    [InlineData("destination=Shop", "destination")]
    [InlineData("destination=", "destination")]
    [InlineData("limit=0&cursor=x", "limit,cursor")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=-1", "limit")]
    [InlineData("limit=1&limit=2", "limit")]
    [InlineData("colour=blue&status=", "colour,status")]
    public async Task Every_wrong_parameter_is_named(string parameters, string fields)
    {
        host.Admission.Queries.Clear();
        var reply = await host.GetAsync("/api/v1/messages?" + parameters);
        reply.IsProblem(400, "invalid-request");
        Assert.Equal(fields.Split(',').Order(), reply.Fields.Order());
        Assert.Empty(host.Admission.Queries);
    }

    [Theory]
    [InlineData(ChangeResult.Done, 200, null)]
    [InlineData(ChangeResult.TooLate, 409, "too-late")]
    [InlineData(ChangeResult.NotFound, 404, "not-found")]
    public async Task A_message_is_taken_back_or_not(ChangeResult result, int status, string? slug)
    {
        var id = Guid.CreateVersion7();
        host.Admission.Records[(0, id)] = new MessageRecord
        {
            MessageId = id,
            Status = "submitted",
            From = "x",
            To = "12345",
            Encoding = "binary",
            SegmentCount = 1,
            Priority = 0,
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
            History = [],
        };
        host.Admission.Cancelled = result;
        var reply = await Reply.OfAsync(await host.Client.DeleteAsync("/api/v1/messages/" + id));
        if (slug is not null)
        {
            reply.IsProblem(status, slug);
            return;
        }

        Assert.Equal(status, reply.Status);
        Assert.Equal(id, reply.Json.GetProperty("message_id").GetGuid());
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("019a0000-0000-7000-8000-000000000000")]
    public async Task What_is_not_there_cannot_be_taken_back(string id) =>
        (await Reply.OfAsync(await host.Client.DeleteAsync("/api/v1/messages/" + id))).IsProblem(404, "not-found");

    [Fact]
    public async Task Without_a_key_nothing_is_listed_or_taken_back()
    {
        (await host.GetAsync("/api/v1/messages", host.Stranger)).IsProblem(401, "unauthorized");
        (await Reply.OfAsync(await host.Stranger.DeleteAsync("/api/v1/messages/" + Guid.NewGuid())))
            .IsProblem(401, "unauthorized");
    }
}
