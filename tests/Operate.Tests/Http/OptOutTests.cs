using Appliance.Ingress;
using Appliance.Policy;

namespace Operate.Tests.Http;

/// <summary>The account's opt-outs, what rules refuse, and the members rules look at.</summary>
public class OptOutTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_number_is_opted_out_of_one_sender_and_in_again()
    {
        var put = await SendAsync("PUT", "/api/v1/opt-outs/+447700900001?sender=%2B12025550100");
        Assert.Equal(200, put.Status);
        Assert.Equal("12025550100", put.Json.GetProperty("sender").GetString());
        var page = (await host.GetAsync("/api/v1/opt-outs?number=%2B447700900001")).Json.GetProperty("opt_outs");
        Assert.Equal("opted_out", Assert.Single(page.EnumerateArray()).GetProperty("status").GetString());
        (await SendAsync("DELETE", "/api/v1/opt-outs/447700900001")).IsProblem(404, "not-found");
        Assert.Equal(200, (await SendAsync("DELETE", "/api/v1/opt-outs/447700900001?sender=+12025550100")).Status);
        page = (await host.GetAsync("/api/v1/opt-outs?number=447700900001")).Json.GetProperty("opt_outs");
        Assert.Empty(page.EnumerateArray());
        page = (await host.GetAsync("/api/v1/opt-outs?number=447700900001&ended=true")).Json.GetProperty("opt_outs");
        Assert.Single(page.EnumerateArray());
    }

    [Theory]
    [InlineData("PUT", "/api/v1/opt-outs/abc", "number")]
    [InlineData("PUT", "/api/v1/opt-outs/1234567890123456", "number")]
    [InlineData("PUT", "/api/v1/opt-outs/447700900001?sender=twelve+chars", "sender")]
    [InlineData("PUT", "/api/v1/opt-outs/447700900001?from=Shop", "from")]
    [InlineData("GET", "/api/v1/opt-outs?number=x", "number")]
    [InlineData("GET", "/api/v1/opt-outs?ended=perhaps", "ended")]
    [InlineData("GET", "/api/v1/opt-outs?limit=0", "limit")]
    [InlineData("GET", "/api/v1/opt-outs?limit=1001", "limit")]
    [InlineData("GET", "/api/v1/opt-outs?cursor=none", "cursor")]
    [InlineData("GET", "/api/v1/opt-outs?to=1", "to")]
    public async Task What_is_wrong_is_named(string method, string path, string field)
    {
        var reply = await SendAsync(method, path);
        reply.IsProblem(400, "invalid-request");
        Assert.Equal(field, reply.Json.GetProperty("errors")[0].GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("POST", "/api/v1/opt-outs", "GET")]
    [InlineData("GET", "/api/v1/opt-outs/447700900001", "PUT, DELETE")]
    public async Task Other_methods_are_not_there(string method, string path, string allow)
    {
        var reply = await SendAsync(method, path);
        reply.IsProblem(405, "method-not-allowed");
        Assert.Equal(allow, string.Join(", ", reply.Message.Content.Headers.Allow));
    }

    [Fact]
    public async Task A_stranger_sees_nothing()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/opt-outs/447700900001");
        (await Reply.OfAsync(await host.Stranger.SendAsync(request))).IsProblem(401, "unauthorized");
    }

    [Theory]
    [InlineData(PolicyCode.OptOut, "opted-out", "opt_out", "to")]
    [InlineData(PolicyCode.SenderKind, "sender-refused", "sender_kind", "from")]
    [InlineData(PolicyCode.Content, "content-refused", "content", "body")]
    [InlineData(PolicyCode.DltChainMissing, "dlt-refused", "dlt_chain_missing", "dlt_chain")]
    [InlineData(PolicyCode.FraudRange, "destination-blocked", "fraud_range", "to")]
    public async Task A_rule_that_refuses_is_named_alone_and_in_a_batch(
        PolicyCode code, string problem, string name, string field)
    {
        host.Admission.Answer = _ => AdmissionResult.RefusedBy(code, "my-rule");
        try
        {
            const string Message = """{"from": "Shop", "to": "447700900001", "body": "x"}""";
            var reply = await host.PostAsync(Message);
            reply.IsProblem(422, problem);
            Assert.Equal((name, "my-rule", field), (reply.Json.GetProperty("code").GetString(),
                reply.Json.GetProperty("rule").GetString(),
                reply.Json.GetProperty("errors")[0].GetProperty("field").GetString()));
            reply = await host.PostAsync("{\"messages\": [" + Message + "]}");
            Assert.Equal(422, reply.Status);
            var told = reply.Json.GetProperty("results")[0].GetProperty("problem");
            Assert.Equal((name, "my-rule", "messages[0]." + field), (told.GetProperty("code").GetString(),
                told.GetProperty("rule").GetString(), told.GetProperty("errors")[0].GetProperty("field").GetString()));
        }
        finally
        {
            host.Admission.Answer = received => FakeAdmission.Accept(received.Segments.Length);
        }
    }

    [Fact]
    public async Task The_text_and_Indias_members_go_along()
    {
        var reply = await host.PostAsync("""
            {"from": "Shop", "to": "919876500077", "body": "Grüße 👋", "dlt_chain": "123,456", "dlt_entity_id": "789"}
            """);
        Assert.Equal(202, reply.Status);
        var received = host.Admission.Messages.Last(message => message.Destination.Address == "919876500077");
        Assert.Equal("Grüße 👋", received.Text);
        Assert.Equal("140200073132332C343536" + "14000003373839", received.Tlvs);
    }

    [Theory]
    [InlineData("\"dlt_entity_id\": 5", "dlt_entity_id")]
    [InlineData("\"dlt_template_id\": \"\"", "dlt_template_id")]
    [InlineData("\"dlt_template_id\": \"123456789012345678901234567890123\"", "dlt_template_id")]
    [InlineData("\"dlt_chain\": \"1 2\"", "dlt_chain")]
    [InlineData("\"dlt_chain\": \"1\", \"dlt_chain\": \"2\"", "dlt_chain")]
    public async Task A_member_of_Indias_has_its_form(string member, string field)
    {
        var reply = await host.PostAsync(
            "{\"from\": \"Shop\", \"to\": \"919876500077\", \"body\": \"x\", " + member + "}");
        reply.IsProblem(400, "invalid-request");
        Assert.Equal(field, reply.Json.GetProperty("errors")[0].GetProperty("field").GetString());
    }

    private async Task<Reply> SendAsync(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        return await Reply.OfAsync(await host.Client.SendAsync(request));
    }
}
