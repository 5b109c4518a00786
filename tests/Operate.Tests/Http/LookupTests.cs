namespace Operate.Tests.Http;

public class LookupTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Theory]
    [InlineData("/api/v1/lookups/447700900123", "447700900123")]
    [InlineData("/api/v1/lookups/+447700900123", "+447700900123")]
    [InlineData("/api/v1/lookups/%2B44%207700%20900123", "+44 7700 900123")]
    public async Task A_number_is_looked_up_as_it_was_written(string path, string number)
    {
        var reply = await Reply.OfAsync(await host.Client.PostAsync(path, null));
        Assert.Equal((200, "application/json"), (reply.Status, reply.Type));
        Assert.Contains((0, number), host.Admission.Lookups);
        Assert.Equal($$"""
            {"valid":true,"number":"{{number}}","carrier":"Öne & Co","mcc":"234","mnc":"01","number_type":"mobile","ported":false,
            "country":"GB","calling_code":44,"source":"prefix","reason":null}
            """.ReplaceLineEndings(""), reply.Body);
    }

    [Fact]
    public async Task Without_a_key_nothing_is_looked_up()
    {
        var reply = await Reply.OfAsync(await host.Stranger.PostAsync("/api/v1/lookups/447700900199", null));
        reply.IsProblem(401, "unauthorized");
        Assert.DoesNotContain(host.Admission.Lookups, lookup => lookup.Number == "447700900199");
    }

    [Theory]
    [InlineData("/api/v1/lookups")]
    [InlineData("/api/v1/lookups/")]
    public async Task Without_a_number_nothing_is_there(string path)
    {
        var reply = await Reply.OfAsync(await host.Client.PostAsync(path, null));
        reply.IsProblem(404, "not-found");
    }
}
