using Appliance.Ingress;

namespace Operate.Tests.Http;

/// <summary>GET /api/v1/inbound: what may be asked, and how it is answered.</summary>
public class InboundTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_page_has_what_mobiles_wrote_and_where_to_go_on()
    {
        host.Admission.Inbound.Clear();
        host.Admission.InboundPage = new InboundPage(
        [
            new InboundRecord
            {
                MessageId = Guid.CreateVersion7(),
                From = "+447700900123",
                To = "72345",
                Encoding = "binary",
                DataCoding = 4,
                Data = "00ff",
                UserDataHeader = "0605040b8423f0",
                Status = "kept",
                ReceivedAt = new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero),
            },
        ], "99");
        var reply = await host.GetAsync("/api/v1/inbound?after=12&limit=7");
        Assert.Equal((200, "application/json"), (reply.Status, reply.Type));
        Assert.Equal((0, 12UL, 7), Assert.Single(host.Admission.Inbound));
        Assert.Equal("99", reply.Json.GetProperty("next").GetString());
        var one = Assert.Single(reply.Json.GetProperty("messages").EnumerateArray().ToArray());
        Assert.Equal(("00ff", "kept", 4), (one.GetProperty("data").GetString(), one.GetProperty("status").GetString(),
            one.GetProperty("data_coding").GetInt32()));
    }

    [Theory]
    [InlineData("after=x", "after", "`next`")]
    [InlineData("limit=0", "limit", "1 to 1000")]
    [InlineData("limit=1001", "limit", "1 to 1000")]
    [InlineData("limit=5&limit=6", "limit", "once")]
    [InlineData("before=1", "before", "after and limit")]
    public async Task What_is_wrong_is_named(string query, string field, string expected)
    {
        var reply = await host.GetAsync("/api/v1/inbound?" + query);
        Assert.Equal(400, reply.Status);
        var error = Assert.Single(reply.Json.GetProperty("errors").EnumerateArray().ToArray());
        Assert.Equal(field, error.GetProperty("field").GetString());
        Assert.Contains(expected, error.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_wants_a_key_and_a_GET()
    {
        Assert.Equal(401, (await host.GetAsync("/api/v1/inbound", host.Stranger)).Status);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/inbound");
        Assert.Equal(405, (await Reply.OfAsync(await host.Client.SendAsync(request))).Status);
    }
}
