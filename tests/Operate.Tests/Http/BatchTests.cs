using Appliance.Ingress;

namespace Operate.Tests.Http;

public class BatchTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Each_message_has_its_result_in_order()
    {
        host.Admission.Messages.Clear();
        host.Admission.Answer = received => received.Destination.Address switch
        {
            "33333" => AdmissionResult.Refused(AdmissionRefusal.NoRoute),
            "44444" => AdmissionResult.Refused(AdmissionRefusal.Throttled, TimeSpan.FromSeconds(7)),
            _ => FakeAdmission.Accept(received.Segments.Length),
        };
        var reply = await host.PostAsync("""
            {"messages": [{"from": "x", "to": "11111", "body": "1"}, {"from": "x", "to": "2", "body": 2}, 5,
                          {"from": "x", "to": "33333", "body": "3"}, {"from": "x", "to": "44444", "body": "4"},
                          {"from": "x", "to": "55555", "body": "5", "webhook_url": 1}]}
            """);
        host.Admission.Answer = received => FakeAdmission.Accept(received.Segments.Length);
        Assert.Equal((202, "application/json", "7"),
            (reply.Status, reply.Type, reply.Message.Headers.RetryAfter?.ToString()));
        var results = reply.Json.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal(["queued", "refused", "refused", "refused", "refused", "refused"],
            results.Select(result => result.GetProperty("status").GetString()));
        Assert.True(results[0].TryGetProperty("message_id", out _));
        Assert.Equal(["invalid-request", "invalid-request", "no-route", "throttled", "not-implemented"],
            results[1..].Select(r => r.GetProperty("problem").GetProperty("type").GetString()!["/problems/".Length..]));
        Assert.Equal(["messages[1].to", "messages[1].body"], results[1].GetProperty("problem").GetProperty("errors")
            .EnumerateArray().Select(error => error.GetProperty("field").GetString()));
        Assert.Equal("messages[2]", results[2].GetProperty("problem").GetProperty("errors")[0]
            .GetProperty("field").GetString());
        Assert.Equal("messages[3].to", results[3].GetProperty("problem").GetProperty("errors")[0]
            .GetProperty("field").GetString());
        Assert.Equal(["11111", "33333", "44444"],
            host.Admission.Messages.Select(message => message.Destination.Address));
    }

    [Theory]
    [InlineData(1000, 202)]
    [InlineData(1001, 400)]
    [InlineData(0, 400)]
    public async Task A_batch_has_1_to_1000_messages(int count, int status)
    {
        for (var round = 0; round < 2; round++)
        {
            host.Admission.Messages.Clear();
            var messages = Enumerable.Range(0, count)
                .Select(i => $$"""{"from": "x", "to": "44{{i:D6}}", "body": "y"}""");
            var reply = await host.PostAsync($$"""{"messages": [{{string.Join(',', messages)}}]}""");
            Assert.Equal(status, reply.Status);
            Assert.Equal(status == 202 ? count : 0, host.Admission.Messages.Count);
            if (status == 202)
                Assert.Equal(count, reply.Json.GetProperty("results").GetArrayLength());
            else
                Assert.Equal(["messages"], reply.Fields);
        }
    }

    [Theory]
    [InlineData("""{"messages": 5}""", "messages")]
    [InlineData("""{"messages": [], "from": "x"}""", "messages,from")]
    [InlineData("""{"messages": [{"from": "x", "to": "12345", "body": "y"}], "messages": []}""", "messages")]
    [InlineData("""{"from": "x", "messages": []}""", "messages,to,body")]
    [InlineData("[]", "$")]
    [InlineData("\"text\"", "$")]
    public async Task What_is_wrong_around_the_messages_is_named(string json, string fields)
    {
        var reply = await host.PostAsync(json);
        reply.IsProblem(400, "invalid-request");
        Assert.Equal(fields.Split(',').Order(), reply.Fields.Order());
    }

    [Fact]
    public async Task A_batch_of_which_nothing_was_taken_has_the_status_of_the_first()
    {
        var reply = await host.PostAsync("""{"messages": [{"from": "x", "to": "12345"}]}""");
        Assert.Equal(400, reply.Status);
        Assert.Equal("messages[0].body", reply.Json.GetProperty("results")[0].GetProperty("problem")
            .GetProperty("errors")[0].GetProperty("field").GetString());
    }
}
