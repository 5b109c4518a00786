namespace Operate.Tests.Http;

public class BalanceTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task An_account_sees_what_it_has()
    {
        var reply = await host.GetAsync("/api/v1/balance");
        Assert.Equal((200, "application/json"), (reply.Status, reply.Type));
        Assert.Equal(
            """{"account":"demo","currency":"EUR","balance":"-0.25","credit_limit":"1.00","available":"0.75"}""", reply.Body);
        Assert.Equal("no-store", reply.Message.Headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task Without_a_key_nothing_is_seen() =>
        (await host.GetAsync("/api/v1/balance", host.Stranger)).IsProblem(401, "unauthorized");
}
