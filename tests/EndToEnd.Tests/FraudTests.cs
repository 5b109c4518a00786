using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>Pumped ranges are found and blocked; receipts that come too soon are told.</summary>
public sealed class FraudTests
{
    [Fact]
    public async Task A_pumped_range_is_blocked_until_an_operator_lets_it_pass()
    {
        await using var line = await StartAsync("""
            {"fraud": {"messages": 20, "accounts": [{"account": "demo", "mode": "block"}]}}
            """);
        var taken = 0;
        JsonObject? problem = null;
        for (var i = 0; i < 40 && problem is null; i++)
        {
            using var answer = await PostAsync(line, string.Create(CultureInfo.InvariantCulture, $"2348030100{i:D3}"));
            if (answer.StatusCode == HttpStatusCode.Accepted) taken++;
            else problem = await answer.Content.ReadFromJsonAsync<JsonObject>();
        }

        Assert.NotNull(problem);
        Assert.InRange(taken, 15, 20);
        Assert.Equal(("/problems/destination-blocked", "fraud_range", "fraud"),
            ((string)problem["type"]!, (string)problem["code"]!, (string)problem["rule"]!));
        using var esme = await RawClient.BoundAsync(line.Appliance.SmppPort);
        Assert.Equal(0x0Bu, (await esme.RequestAsync(
            Command.SubmitSm, Bodies.Submit("Shop", "2348030100777", "x"))).Status);
        await esme.SubmitAsync("Shop", "2348030200777", "another range");
        var told = (await line.Appliance.AdminAsync("/admin/v1/fraud"))!;
        Assert.Equal(("demo", "2348030100", true), ((string)told["found"]![0]!["account"]!,
            (string)told["found"]![0]!["range"]!, (bool)told["blocked"]![0]!["blocked"]!));
        var metrics = await line.Appliance.MetricsAsync();
        Assert.Equal(1, metrics.Sum("sms_fraud_ranges_found_total", "account=\"demo\""));
        Assert.Equal(2, metrics.Sum("sms_policy_refused_total", "code=\"fraud_range\"", "rule=\"fraud\""));
        Assert.Contains("inflated traffic: account demo, numbers +2348030100...", line.Appliance.Log(),
            StringComparison.Ordinal);

        var (code, said) = await line.Appliance.CommandAsync(
            "ctl", "fraud", "release", "+2348030100001", "--account", "demo");
        Assert.True(code == 0, said);
        using var again = await PostAsync(line, "2348030100888");
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        (code, _) = await line.Appliance.CommandAsync("ctl", "fraud", "release", "+2348030100001", "--account", "demo");
        Assert.Equal(1, code);
    }

    [Fact]
    public async Task A_range_whose_codes_are_entered_is_none_that_is_pumped()
    {
        await using var line = await StartAsync("""{"fraud": {"mode": "block", "messages": 20}}""");
        for (var i = 0; i < 40; i++)
        {
            using var answer = await PostAsync(line, string.Create(CultureInfo.InvariantCulture, $"2348030100{i:D3}"));
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            var id = (string)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["message_id"]!;
            using var converted = await line.Appliance.Http.PostAsync($"/api/v1/messages/{id}/conversion", null);
            Assert.Equal(HttpStatusCode.NoContent, converted.StatusCode);
        }

        using var unknown = await line.Appliance.Http.PostAsync(
            $"/api/v1/messages/{Guid.CreateVersion7()}/conversion", null);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Empty((await line.Appliance.AdminAsync("/admin/v1/fraud"))!["found"]!.AsArray());
    }

    [Fact]
    public async Task Receipts_that_come_before_any_handset_could_answer_are_told()
    {
        await using var line = await StartAsync("""{"fraud": {"receipts": {"mode": "monitor", "receipts": 50}}}""");
        for (var i = 0; i < 50; i++)
        {
            using var answer = await PostAsync(line, string.Create(CultureInfo.InvariantCulture, $"23480301{i:D5}"));
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }

        await Until.True("the receipts are judged", async () =>
            (await line.Appliance.MetricsAsync()).Sum("sms_fraud_receipts_found_total", "carrier=\"alpha\"") == 1);
        var judged = (await line.Appliance.AdminAsync("/admin/v1/fraud"))!["receipts"]![0]!;
        Assert.Equal(("alpha", true), ((string)judged["carrier"]!, (bool)judged["suspected"]!));
        Assert.InRange((double)judged["score"]!, 0.9, 1);
        var (code, said) = await line.Appliance.CommandAsync("ctl", "fraud", "list");
        Assert.True(code == 0, said);
        Assert.Contains("suspected", said, StringComparison.Ordinal);
        Assert.Contains("receipts of carrier alpha", line.Appliance.Log(), StringComparison.Ordinal);
    }

    private static Task<Line> StartAsync(string policy) => Line.StartAsync(port => new Settings
    {
        Policy = JsonNode.Parse(policy),
        Carriers = [new("alpha", port)],
        Routes = [new("", "alpha")],
    }, new { alpha = new { } });

    private static Task<HttpResponseMessage> PostAsync(Line line, string to) =>
        line.Appliance.Http.PostAsJsonAsync("/api/v1/messages", new { from = "Shop", to, body = "your code is 1234" });
}
