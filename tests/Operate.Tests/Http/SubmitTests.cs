using System.Net;
using System.Text;
using Appliance.Ingress;

namespace Operate.Tests.Http;

public class SubmitTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Hello = """{"from": "Example", "to": "+447700900123", "body": "Hello"}""";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_is_handed_in_and_its_id_given(bool later)
    {
        host.Admission.Messages.Clear();
        host.Admission.Later = later;
        var reply = await host.PostAsync(Hello);
        Assert.Equal((202, "application/json"), (reply.Status, reply.Type));
        Assert.Equal(["message_id", "segment_count", "status"],
            reply.Json.EnumerateObject().Select(member => member.Name));
        Assert.True(Guid.TryParseExact(reply.Json.GetProperty("message_id").GetString(), "D", out _));
        Assert.Equal(1, reply.Json.GetProperty("segment_count").GetInt32());
        Assert.Equal("queued", reply.Json.GetProperty("status").GetString());
        var message = Assert.Single(host.Admission.Messages);
        Assert.Equal((0, ("Example", 5, 0), ("447700900123", 1, 1)),
            (message.Account, message.Source, message.Destination));
        Assert.Equal(
            (0, false, TimeSpan.Zero), (message.DataCoding, message.HasUserDataHeader, message.ValidityPeriod));
        Assert.Equal("Hello"u8.ToArray(), Assert.Single(message.Segments));
        host.Admission.Later = true;
    }

    [Fact]
    public async Task Each_key_is_its_account()
    {
        host.Admission.Messages.Clear();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/messages")
        {
            Content = new StringContent(Hello, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "bearer  other-key");
        Assert.Equal(HttpStatusCode.Accepted, (await host.Stranger.SendAsync(request)).StatusCode);
        Assert.Equal(2, Assert.Single(host.Admission.Messages).Account);
    }

    [Theory]
    [InlineData("12345", "12345", 3, 0)]
    [InlineData("+12345", "12345", 1, 1)]
    [InlineData("447700900000", "447700900000", 1, 1)]
    [InlineData("My Shop 24/7", null, 0, 0)]
    [InlineData("Shop 24", "Shop 24", 5, 0)]
    [InlineData("A&B_c@d", "A&B_c@d", 5, 0)]
    [InlineData("Sh\\u006fp", "Shop", 5, 0)]
    [InlineData("1234567890123456", null, 0, 0)]
    [InlineData("Käse", null, 0, 0)]
    [InlineData("a[b]", null, 0, 0)]
    [InlineData("12 34", null, 0, 0)]
    [InlineData(" ", null, 0, 0)]
    [InlineData("", null, 0, 0)]
    [InlineData("+", null, 0, 0)]
    public async Task From_is_a_name_or_a_number(string from, string? address, int ton, int npi)
    {
        host.Admission.Messages.Clear();
        var reply = await host.PostAsync($$"""{"from": "{{from}}", "to": "447700900123", "body": "x"}""");
        if (address is null)
        {
            reply.IsProblem(400, "invalid-request");
            Assert.Equal(["from"], reply.Fields);
            return;
        }

        Assert.Equal(202, reply.Status);
        Assert.Equal((address, ton, npi), Assert.Single(host.Admission.Messages).Source);
    }

    [Theory]
    [InlineData("12345", true)]
    [InlineData("+123456789012345", true)]
    [InlineData("\\u002b44770090", true)]
    [InlineData("1234", false)]
    [InlineData("1234567890123456", false)]
    [InlineData("++12345", false)]
    [InlineData("44 7700 900123", false)]
    [InlineData("\\ud800", false)]
    [InlineData("٤٤٧٧٠٠٩٠٠", false)]
    public async Task To_is_an_international_number(string to, bool good)
    {
        var reply = await host.PostAsync($$"""{"from": "x", "to": "{{to}}", "body": "x"}""");
        Assert.Equal(good ? 202 : 400, reply.Status);
        if (!good)
            Assert.Equal(["to"], reply.Fields);
    }

    [Theory]
    [InlineData("3600", 3600)]
    [InlineData("\"90s\"", 90)]
    [InlineData("\"48h\"", 172800)]
    [InlineData("\"7d\"", 604800)]
    [InlineData("1209600", 1209600)]
    [InlineData("1209601", null)]
    [InlineData("0", null)]
    [InlineData("-5", null)]
    [InlineData("1.5", null)]
    [InlineData("1e3", null)]
    [InlineData("99999999999999999999", null)]
    [InlineData("\"\"", null)]
    [InlineData("\"h\"", null)]
    [InlineData("\"5 h\"", null)]
    [InlineData("\"5\"", null)]
    [InlineData("true", null)]
    [InlineData("{\"a\": [1]}", null)]
    public async Task Validity_period_is_seconds_or_a_number_with_a_unit(string json, int? seconds)
    {
        host.Admission.Messages.Clear();
        var reply = await host.PostAsync(
            $$"""{"validity_period": {{json}}, "from": "x", "to": "12345", "body": "x"}""");
        Assert.Equal(seconds is null ? 400 : 202, reply.Status);
        if (seconds is null)
        {
            Assert.Equal(["validity_period"], reply.Fields);
            Assert.Contains("from 1 to 1209600 (limits.validity_max)", reply.Json.GetProperty("detail").GetString(),
                StringComparison.Ordinal);
        }
        else
            Assert.Equal(seconds, (int)Assert.Single(host.Admission.Messages).ValidityPeriod.TotalSeconds);
    }

    [Fact]
    public async Task A_long_text_becomes_segments_that_join_to_the_text()
    {
        host.Admission.Messages.Clear();
        var text = string.Concat(Enumerable.Range(0, 50).Select(i => $"{i:D4} words "));
        var reply = await host.PostAsync($$"""{"from": "x", "to": "12345", "body": "{{text}}"}""");
        Assert.Equal(4, reply.Json.GetProperty("segment_count").GetInt32());
        var message = Assert.Single(host.Admission.Messages);
        Assert.True(message.HasUserDataHeader);
        Assert.Equal(text, string.Concat(message.Segments.Select(part => Encoding.ASCII.GetString(part[6..]))));
        for (var i = 0; i < 4; i++)
            Assert.Equal(new byte[] { 5, 0, 3, message.Segments[0][3], 4, (byte)(i + 1) }, message.Segments[i][..6]);
    }

    [Theory]
    [InlineData("auto", "grüß €", 0, 7)]
    [InlineData("auto", "\\ud83d\\ude00", 8, 4)]
    [InlineData("ucs2", "ab", 8, 4)]
    [InlineData("latin1", "grüß", 3, 4)]
    [InlineData("gsm7", "a\\u0000", null, 0)]
    [InlineData("gsm7", "\\ud83d\\ude00", null, 0)]
    [InlineData("latin1", "€", null, 0)]
    public async Task The_encoding_is_the_cheapest_or_the_one_asked_for(
        string encoding, string body, int? dataCoding, int octets)
    {
        host.Admission.Messages.Clear();
        var reply = await host.PostAsync(
            $$"""{"from": "x", "to": "12345", "body": "{{body}}", "encoding": "{{encoding}}"}""");
        Assert.Equal(dataCoding is null ? 400 : 202, reply.Status);
        if (dataCoding is null)
        {
            Assert.Equal(["body"], reply.Fields);
            Assert.Contains("U+", reply.Body, StringComparison.Ordinal);
            return;
        }

        var message = Assert.Single(host.Admission.Messages);
        Assert.Equal((dataCoding, octets), (message.DataCoding, Assert.Single(message.Segments).Length));
    }

    [Fact]
    public async Task More_than_255_segments_are_refused()
    {
        var body = new string('x', 255 * 153);
        Assert.Equal(202, (await host.PostAsync($$"""{"from": "x", "to": "12345", "body": "{{body}}"}""")).Status);
        var reply = await host.PostAsync($$"""{"from": "x", "to": "12345", "body": "{{body}}y"}""");
        reply.IsProblem(400, "invalid-request");
        Assert.Contains("256 segments", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_wrong_member_is_named()
    {
        host.Admission.Messages.Clear();
        var reply = await host.PostAsync("""
            {"from": 7, "to": "abc", "body": "", "encoding": "ebcdic", "validity_period": "soon",
             "colour": {"a": [1]}, "to": "12345", "webhook_url": "http://example.com"}
            """);
        reply.IsProblem(400, "invalid-request");
        Assert.Equal(
            ["from", "to", "body", "encoding", "validity_period", "colour", "to", "webhook_url"], reply.Fields);
        Assert.Contains("\"abc\"", reply.Json.GetProperty("errors")[1].GetProperty("detail").GetString(),
            StringComparison.Ordinal);
        Assert.Empty(host.Admission.Messages);
    }

    [Fact]
    public async Task Missing_members_are_named()
    {
        var reply = await host.PostAsync("{}");
        reply.IsProblem(400, "invalid-request");
        Assert.Equal(["from", "to", "body"], reply.Fields);
    }

    [Theory]
    [InlineData("webhook_url")]
    public async Task A_member_of_a_later_version_is_refused_by_name(string member)
    {
        var reply = await host.PostAsync(
            $$"""{"from": "x", "to": "12345", "body": "x", "{{member}}": "y"}""");
        reply.IsProblem(501, "not-implemented");
        Assert.Equal([member], reply.Fields);
    }

    [Theory]
    [InlineData(AdmissionRefusal.RingFull, 503, "ring-full", "1")]
    [InlineData(AdmissionRefusal.BacklogFull, 503, "backlog-full", "30")]
    [InlineData(AdmissionRefusal.DiskFull, 503, "disk-full", "30")]
    [InlineData(AdmissionRefusal.AccountLimit, 429, "account-limit", "30")]
    [InlineData(AdmissionRefusal.Throttled, 429, "throttled", "1")]
    [InlineData(AdmissionRefusal.Draining, 503, "draining", "30")]
    [InlineData(AdmissionRefusal.Unavailable, 503, "unavailable", "30")]
    [InlineData(AdmissionRefusal.NoRoute, 422, "no-route", null)]
    [InlineData(AdmissionRefusal.PriceTooLow, 422, "price-too-low", null)]
    [InlineData(AdmissionRefusal.BalanceTooLow, 402, "insufficient-balance", null)]
    [InlineData(AdmissionRefusal.InvalidDestination, 422, "invalid-destination", null)]
    [InlineData(AdmissionRefusal.InvalidSource, 422, "invalid-source", null)]
    [InlineData(AdmissionRefusal.RepeatConflict, 409, "idempotency-key-reused", null)]
    public async Task A_refusal_is_a_problem_of_its_own(
        AdmissionRefusal refusal, int status, string slug, string? retryAfter)
    {
        host.Admission.Answer = _ => AdmissionResult.Refused(refusal);
        try
        {
            var reply = await host.PostAsync(Hello);
            reply.IsProblem(status, slug);
            Assert.Equal(retryAfter, reply.Message.Headers.RetryAfter?.ToString());
        }
        finally
        {
            host.Admission.Answer = received => FakeAdmission.Accept(received.Segments.Length);
        }
    }

    [Fact]
    public async Task The_time_to_retry_is_the_admissions_rounded_up()
    {
        host.Admission.Answer = _ => AdmissionResult.Refused(AdmissionRefusal.Throttled, TimeSpan.FromSeconds(2.1));
        var reply = await host.PostAsync(Hello);
        host.Admission.Answer = received => FakeAdmission.Accept(received.Segments.Length);
        Assert.Equal("3", reply.Message.Headers.RetryAfter?.ToString());
    }

    [Fact]
    public async Task A_fault_of_the_appliance_is_500_and_the_next_request_works()
    {
        host.Admission.Answer = _ => throw new InvalidOperationException("a secret");
        var reply = await host.PostAsync(Hello);
        host.Admission.Answer = received => FakeAdmission.Accept(received.Segments.Length);
        reply.IsProblem(500, "internal-error");
        Assert.DoesNotContain("secret", reply.Body, StringComparison.Ordinal);
        Assert.Equal(202, (await host.PostAsync(Hello)).Status);
    }

    [Fact]
    public async Task Many_at_a_time_keep_their_own_answers()
    {
        host.Admission.Messages.Clear();
        host.Admission.Answer = received => AdmissionResult.Accepted(
            new Guid(int.Parse(received.Destination.Address[2..], null), 0, 0, new byte[8]), 1, DateTimeOffset.UtcNow);
        try
        {
            await Parallel.ForAsync(0, 500, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
            {
                var reply = await host.PostAsync($$"""{"from": "x", "to": "44{{i:D6}}", "body": "{{i}}"}""");
                Assert.Equal($"{i:x8}-0000-0000-0000-000000000000", reply.Json.GetProperty("message_id").GetString());
            });
        }
        finally
        {
            host.Admission.Answer = received => FakeAdmission.Accept(received.Segments.Length);
        }

        Assert.Equal(500, host.Admission.Messages.Count);
        Assert.All(host.Admission.Messages, message =>
            Assert.Equal(message.Destination.Address[2..].TrimStart('0').PadLeft(1, '0'),
                Encoding.ASCII.GetString(message.Segments[0])));
    }
}
