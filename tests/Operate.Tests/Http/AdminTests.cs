using System.Text;

namespace Operate.Tests.Http;

public class AdminTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Metrics_are_in_the_text_format()
    {
        host.Metrics.Counter("sms_test_total", "Made by the test.").Add(3);
        var reply = await host.GetAsync("/metrics", host.AdminClient);
        Assert.Equal((200, "text/plain; version=0.0.4; charset=utf-8"),
            (reply.Status, reply.Message.Content.Headers.ContentType?.ToString()));
        Assert.Contains("\nsms_test_total 3\n", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_follows_its_checks_and_names_what_fails()
    {
        string? ring = null;
        string? journal = "cannot be written: disk full";
        host.Health.AddLiveness("ring", () => ring);
        host.Health.AddReadiness("journal", () => journal);
        host.Health.AddReadiness(
            "recovery", () => journal is null ? null : throw new InvalidOperationException("boom"));

        await AssertHealthAsync("/healthz", 200, """{"status":"ok","checks":{"ring":"ok"}}""");
        await AssertHealthAsync("/readyz", 503, """
            {"status":"failing","checks":{"ring":"ok","journal":"cannot be written: disk full","recovery":"boom"}}
            """);
        journal = null;
        await AssertHealthAsync("/readyz", 200, """
            {"status":"ok","checks":{"ring":"ok","journal":"ok","recovery":"ok"}}
            """);
        ring = "has not moved for 12 s";
        await AssertHealthAsync("/healthz", 503, """
            {"status":"failing","checks":{"ring":"has not moved for 12 s"}}
            """);
        Assert.Equal(503, (await host.GetAsync("/readyz", host.AdminClient)).Status);
    }

    [Fact]
    public async Task Other_addresses_and_methods_are_problems()
    {
        (await host.GetAsync("/", host.AdminClient)).IsProblem(501, "not-implemented");
        (await host.GetAsync("/admin/v1/carriers", host.AdminClient)).IsProblem(404, "not-found");
        (await host.GetAsync("/metric", host.AdminClient)).IsProblem(404, "not-found");
        using var content = new StringContent("x", Encoding.UTF8);
        var reply = await Reply.OfAsync(await host.AdminClient.PostAsync("/metrics", content));
        reply.IsProblem(405, "method-not-allowed");
        Assert.Equal("GET, HEAD", string.Join(", ", reply.Message.Content.Headers.Allow));
        using var head = new HttpRequestMessage(HttpMethod.Head, "/metrics");
        Assert.Equal(200, (int)(await host.AdminClient.SendAsync(head)).StatusCode);
    }

    private async Task AssertHealthAsync(string path, int status, string body)
    {
        var reply = await host.GetAsync(path, host.AdminClient);
        Assert.Equal((status, "application/json", body.Trim()), (reply.Status, reply.Type, reply.Body));
    }
}
