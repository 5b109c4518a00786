using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>Messages for later, and messages before others.</summary>
public sealed class ScheduleTests(SimpleLine fixture) : IClassFixture<SimpleLine>
{
    private readonly Line _line = fixture.Line;

    [Fact]
    public async Task A_message_for_later_waits_until_then()
    {
        var due = DateTimeOffset.UtcNow.AddSeconds(5);
        var id = await PostAsync(_line, "447700901001", "posted for later", due);
        var record = (await _line.Appliance.MessageAsync(id))!;
        Assert.Equal("scheduled", (string)record["status"]!);
        var told = DateTimeOffset.Parse((string)record["send_at"]!, CultureInfo.InvariantCulture);
        Assert.InRange(told - due, TimeSpan.Zero, TimeSpan.FromSeconds(1));

        await _line.SubmittedAsync("posted for later");
        Assert.True(DateTimeOffset.UtcNow >= due, "it went out before its time");
        record = await _line.Appliance.MessageInStatusAsync(id, "delivered");
        Assert.Equal(["scheduled", "queued", "submitted", "delivered"], States(record).Distinct());
    }

    [Fact]
    public async Task A_schedule_of_npm_smpp_is_kept_by_us_and_not_by_the_carrier()
    {
        using var esme = JsonPeer.NpmEsme(_line.Appliance.SmppPort);
        await esme.EventAsync("bound");
        var due = DateTimeOffset.UtcNow.AddSeconds(5);
        await esme.SendAsync(new
        {
            @do = "submit",
            fields = new
            {
                source_addr_ton = 5,
                source_addr = "Shop",
                dest_addr_ton = 1,
                dest_addr_npi = 1,
                destination_addr = "447700901002",
                registered_delivery = 1,
                priority_flag = 2,
                schedule_delivery_time = "000000000005000R",
                validity_period = "000000010000000R",
                short_message = "npm sends later",
            },
        });
        var submitted = await esme.EventAsync("submitted");
        Assert.Equal(0, (int)submitted["status"]!);
        var id = (string)submitted["message_id"]!;
        Assert.Equal("scheduled", (string)(await _line.Appliance.MessageAsync(id))!["status"]!);
        var carried = await _line.SubmittedAsync("npm sends later");
        Assert.True(DateTimeOffset.UtcNow >= due.AddMilliseconds(-50), "it went out before its time");
        Assert.Equal("", Text(carried["schedule"]));
        Assert.Equal(2, (int)carried["priority"]!);
        var receipt = await esme.EventAsync("deliver");
        Assert.Equal(id, (string)receipt["receipted_message_id"]!);
    }

    [Theory]
    [InlineData((byte)0, "200101000000000+", "", Status.Ok)]
    [InlineData((byte)3, "", "000000010000000R", Status.Ok)]
    [InlineData((byte)4, "", "", Status.InvalidPriority)]
    [InlineData((byte)0, "tomorrow", "", Status.InvalidSchedule)]
    [InlineData((byte)0, "990101000000000+", "", Status.InvalidSchedule)]
    [InlineData((byte)0, "000000020000000R", "000000010000000R", Status.InvalidExpiry)]
    [InlineData((byte)0, "", "200101000000000+", Status.InvalidExpiry)]
    [InlineData((byte)0, "", "000014000000000R", Status.Ok)]
    [InlineData((byte)0, "", "000015000000000R", Status.InvalidExpiry)]
    public async Task Times_and_priorities_are_checked(byte priority, string schedule, string validity, uint status)
    {
        using var client = await RawClient.BoundAsync(_line.Appliance.SmppPort);
        var text = $"checked {priority} {schedule} {validity}";
        var resp = await client.RequestAsync(Command.SubmitSm,
            Bodies.Submit("Shop", "447700901003", text, priority, schedule, validity));
        Assert.Equal(status, resp.Status);
        if (status != Status.Ok) return;
        var carried = await _line.SubmittedAsync(text);
        Assert.Equal(priority, (byte)(int)carried["priority"]!);
    }

    [Fact]
    public async Task A_message_for_later_outlives_a_crash_and_goes_out_once()
    {
        await using var line = await Line.StartAsync();
        var due = DateTimeOffset.UtcNow.AddSeconds(9);
        var id = await PostAsync(line, "447700901004", "later than a crash", due);
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        Assert.Equal("scheduled", (string)(await line.Appliance.MessageAsync(id))!["status"]!);
        await line.SubmittedAsync("later than a crash");
        Assert.True(DateTimeOffset.UtcNow >= due, "it went out before its time");
        await line.Appliance.MessageInStatusAsync(id, "delivered");
        Assert.Single(line.Smsc.Events("submit"));
    }

    [Fact]
    public async Task What_waited_goes_out_by_priority()
    {
        await using var line = await Line.StartAsync(port => new Settings
        {
            Carriers = [new("alpha", port) { Sessions = 1, Window = 1 }],
            Routes = [new("", "alpha")],
        });
        await line.Smsc.SendAsync(new { @do = "refuse", value = true });
        await line.Smsc.SendAsync(new { @do = "close", system_id = "alpha" });
        await line.Smsc.EventAsync("close");
        for (var i = 0; i < 40; i++)
        {
            using var answer = await line.Appliance.Http.PostAsJsonAsync("/api/v1/messages",
                new { from = "Shop", to = $"4477009020{i:00}", body = "by priority", priority = i % 4 });
            Assert.Equal(202, (int)answer.StatusCode);
        }

        await line.Smsc.SendAsync(new { @do = "refuse", value = false });
        await Until.True("all arrived", () => line.Smsc.Events("submit").Count == 40, TimeSpan.FromSeconds(60));
        // What the session was given before it was known to be gone is in doubt, and comes in its own order.
        var order = line.Smsc.Events("submit").Select(submit => (int)submit["priority"]!).ToList();
        Assert.True(order.Zip(order.Skip(1)).Count(pair => pair.First < pair.Second) <= 2, string.Join(' ', order));
    }

    private static async Task<string> PostAsync(Line line, string to, string body, DateTimeOffset due)
    {
        var send_at = due.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        using var answer = await line.Appliance.Http.PostAsJsonAsync("/api/v1/messages",
            new { from = "Shop", to, body, send_at });
        var taken = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal((202, "scheduled"), ((int)answer.StatusCode, (string?)taken["status"]));
        return (string)taken["message_id"]!;
    }

    private static IEnumerable<string> States(JsonObject record) =>
        record["history"]!.AsArray().Select(change => (string)change!["state"]!);

    private static string Text(JsonNode? field) => field is null ? "" : field.ToString();
}
