using Appliance.Ingress;

namespace Operate.Tests.Http;

public class RecordTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_record_comes_with_its_history()
    {
        var id = Guid.CreateVersion7();
        var time = new DateTimeOffset(2026, 11, 20, 22, 0, 0, 123, TimeSpan.Zero);
        host.Admission.Records[(0, id)] = new MessageRecord
        {
            MessageId = id,
            Status = "delivered",
            From = "Käse & \"Co\"",
            To = "447700900123",
            Body = "Grüße + <b>",
            Encoding = "gsm7",
            SegmentCount = 1,
            Priority = 0,
            CreatedAt = time,
            UpdatedAt = time.AddSeconds(2),
            Carrier = "alpha",
            History =
            [
                new MessageEvent(time, "queued"),
                new MessageEvent(time.AddSeconds(2), "delivered", "alpha", "000", "receipt"),
            ],
        };
        var reply = await host.GetAsync("/api/v1/messages/" + id);
        Assert.Equal((200, "application/json"), (reply.Status, reply.Type));
        Assert.Equal(
            "{\"message_id\":\"" + id + "\",\"status\":\"delivered\","
            + "\"from\":\"Käse & \\\"Co\\\"\",\"to\":\"447700900123\","
            + "\"body\":\"Grüße + <b>\",\"encoding\":\"gsm7\",\"segment_count\":1,\"priority\":0,"
            + "\"created_at\":\"2026-11-20T22:00:00.123+00:00\",\"updated_at\":\"2026-11-20T22:00:02.123+00:00\","
            + "\"send_at\":null,\"valid_until\":null,\"carrier\":\"alpha\",\"history\":["
            + "{\"time\":\"2026-11-20T22:00:00.123+00:00\",\"state\":\"queued\",\"carrier\":null,"
            + "\"code\":null,\"reason\":null},"
            + "{\"time\":\"2026-11-20T22:00:02.123+00:00\",\"state\":\"delivered\",\"carrier\":\"alpha\","
            + "\"code\":\"000\",\"reason\":\"receipt\"}]}",
            reply.Body);
        Assert.Equal(200, (await host.GetAsync("/api/v1/messages/" + id.ToString().ToUpperInvariant())).Status);
    }

    [Fact]
    public async Task Another_accounts_message_is_not_found()
    {
        var id = Guid.CreateVersion7();
        host.Admission.Records[(2, id)] = new MessageRecord
        {
            MessageId = id,
            Status = "queued",
            From = "x",
            To = "12345",
            Encoding = "binary",
            SegmentCount = 1,
            Priority = 0,
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
            History = [],
        };
        (await host.GetAsync("/api/v1/messages/" + id)).IsProblem(404, "not-found");
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("")]
    [InlineData("019a00000000700080000000000000000")]
    [InlineData("019a0000-0000-7000-8000-000000000000/x")]
    [InlineData("019a0000-0000-7000-8000-000000000000")]
    public async Task What_is_no_id_of_ours_is_not_found(string id) =>
        (await host.GetAsync("/api/v1/messages/" + id)).IsProblem(404, "not-found");
}
