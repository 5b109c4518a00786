using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>query_sm, cancel_sm, replace_sm and DELETE on messages that wait, are under way, or are done.</summary>
public sealed class ManageTests(SimpleLine fixture) : IClassFixture<SimpleLine>
{
    private const string InAnHour = "000000010000000R";
    private const string InThreeSeconds = "000000000003000R";

    private readonly Line _line = fixture.Line;

    private int Port => _line.Appliance.SmppPort;

    [Fact]
    public async Task Npm_smpp_asks_changes_and_takes_back()
    {
        using var esme = JsonPeer.NpmEsme(Port);
        await esme.EventAsync("bound");
        await esme.SendAsync(new { @do = "submit", tag = "later", fields = Later("npm changes this") });
        var id = (string)(await esme.EventAsync("submitted"))["message_id"]!;

        var asked = await AnswerAsync(esme, "query_sm", new { message_id = id, source_addr = "Shop" });
        Assert.Equal((0, id, 1, 0), ((int)asked["status"]!, (string)asked["message_id"]!,
            (int)asked["message_state"]!, (int)asked["error_code"]!));
        Assert.True(string.IsNullOrEmpty(asked["final_date"]?.ToString()), asked.ToJsonString());

        var changed = await AnswerAsync(esme, "replace_sm", new
        {
            message_id = id,
            source_addr = "Shop",
            registered_delivery = 1,
            short_message = "npm has changed this",
        });
        Assert.Equal(0, (int)changed["status"]!);
        Assert.Equal("npm has changed this", (string)(await _line.Appliance.MessageAsync(id))!["body"]!);

        var taken = await AnswerAsync(esme, "cancel_sm", new
        {
            message_id = id,
            source_addr = "Shop",
            destination_addr = "447700904001",
        });
        Assert.Equal(0, (int)taken["status"]!);
        asked = await AnswerAsync(esme, "query_sm", new { message_id = id, source_addr = "Shop" });
        Assert.Equal((0, 4), ((int)asked["status"]!, (int)asked["message_state"]!));
        Assert.False(string.IsNullOrEmpty(asked["final_date"]?.ToString()));
        Assert.Equal("cancelled", (string)(await _line.Appliance.MessageAsync(id))!["status"]!);
        taken = await AnswerAsync(esme, "cancel_sm", new { message_id = id, source_addr = "Shop" });
        Assert.Equal((int)Status.CancelFailed, (int)taken["status"]!);
    }

    [Fact]
    public async Task A_delivered_message_is_known_and_cannot_be_changed()
    {
        using var client = await RawClient.BoundAsync(Port);
        var id = await client.SubmitAsync("Shop", "447700904002", "delivered and asked for");
        await client.PduAsync("the receipt", pdu => pdu.Command == Command.DeliverSm && Receipt.Of(pdu).TlvId == id);
        var answer = await client.RequestAsync(Command.QuerySm, Bodies.Query(id, "Shop"));
        Assert.Equal((Command.QuerySm | Command.Resp, Status.Ok), (answer.Command, answer.Status));
        Assert.Equal(id, answer.FirstString());
        // message_id, final_date, message_state, error_code.
        Assert.Equal(37 + 17 + 2, answer.Body.Length);
        Assert.Equal((2, 0), (answer.Body[^2], answer.Body[^1]));
        var date = DateTime.ParseExact(Encoding.ASCII.GetString(answer.Body, 37, 12), "yyMMddHHmmss",
            CultureInfo.InvariantCulture);
        Assert.InRange(date, DateTime.UtcNow.AddMinutes(-5), DateTime.UtcNow.AddSeconds(1));

        Assert.Equal(Status.CancelFailed, await StatusAsync(client, Command.CancelSm, Bodies.Cancel(id, "Shop")));
        Assert.Equal(Status.ReplaceFailed,
            await StatusAsync(client, Command.ReplaceSm, Bodies.Replace(id, "Shop", "too late")));
    }

    [Fact]
    public async Task What_is_not_the_askers_is_unknown()
    {
        using var client = await RawClient.BoundAsync(Port);
        var id = await ScheduleAsync(client, "447700904003", "nobody else's", InAnHour);
        Assert.Equal(Status.Ok, await StatusAsync(client, Command.QuerySm, Bodies.Query(id, "Shop")));
        Assert.Equal(Status.QueryFailed, await StatusAsync(client, Command.QuerySm, Bodies.Query(id, "Other")));
        Assert.Equal(Status.CancelFailed, await StatusAsync(client, Command.CancelSm, Bodies.Cancel(id, "Other")));
        Assert.Equal(Status.ReplaceFailed,
            await StatusAsync(client, Command.ReplaceSm, Bodies.Replace(id, "Other", "x")));
        foreach (var strange in (string[])["", "12345", "0196f3d2-7a61-4c33-9b1e-000000000000"])
            Assert.Equal(Status.InvalidMessageId,
                await StatusAsync(client, Command.QuerySm, Bodies.Query(strange, "Shop")));
        Assert.Equal(Status.QueryFailed, await StatusAsync(
            client, Command.QuerySm, Bodies.Query("0196f3d2-7a61-7001-8000-000000010000", "Shop")));
        using var receiver = await RawClient.BoundAsync(Port, Command.BindReceiver);
        foreach (var command in (uint[])[Command.QuerySm, Command.CancelSm, Command.ReplaceSm])
            Assert.Equal(Status.InvalidBindStatus, await StatusAsync(receiver, command, Bodies.Query(id, "Shop")));
    }

    [Fact]
    public async Task All_for_a_destination_are_taken_back_at_once()
    {
        using var client = await RawClient.BoundAsync(Port);
        var mine = new List<string>();
        for (var i = 0; i < 5; i++) mine.Add(await ScheduleAsync(client, "447700904004", $"one of {i}", InAnHour));
        var other = await ScheduleAsync(client, "447700904004", "from another", InAnHour, "Other");
        var elsewhere = await ScheduleAsync(client, "447700904005", "to another", InAnHour);
        Assert.Equal(Status.Ok,
            await StatusAsync(client, Command.CancelSm, Bodies.Cancel("", "Shop", "447700904004")));
        foreach (var id in mine)
            Assert.Equal("cancelled", (string)(await _line.Appliance.MessageAsync(id))!["status"]!);
        foreach (var id in (string[])[other, elsewhere])
            Assert.Equal("scheduled", (string)(await _line.Appliance.MessageAsync(id))!["status"]!);
        Assert.Equal(Status.CancelFailed,
            await StatusAsync(client, Command.CancelSm, Bodies.Cancel("", "Shop", "447700904004")));
        // Those who asked for receipts get one that says so.
        await Until.True("five receipts of DELETED", () => client.Received.Count(pdu =>
            pdu.Command == Command.DeliverSm && Receipt.Of(pdu).Stat == "DELETED") == 5);
    }

    [Fact]
    public async Task A_replaced_message_goes_out_as_it_is_now()
    {
        using var client = await RawClient.BoundAsync(Port);
        var id = await ScheduleAsync(client, "447700904006", "as it was", InAnHour);
        var before = DateTimeOffset.UtcNow;
        Assert.Equal(Status.Ok, await StatusAsync(
            client, Command.ReplaceSm, Bodies.Replace(id, "Shop", "as it is now", InThreeSeconds, "000000000500000R")));
        var record = (await _line.Appliance.MessageAsync(id))!;
        Assert.Equal("as it is now", (string)record["body"]!);
        Assert.InRange(DateTimeOffset.Parse((string)record["send_at"]!, CultureInfo.InvariantCulture),
            before.AddSeconds(3), DateTimeOffset.UtcNow.AddSeconds(5));
        var carried = await _line.SubmittedAsync("as it is now");
        Assert.Equal("447700904006", (string)carried["to"]!);
        record = await _line.Appliance.MessageInStatusAsync(id, "delivered");
        Assert.Contains("replaced by its sender", record.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_line.Smsc.Events("submit"), submit => (string?)submit["text"] == "as it was");
        Assert.Equal(Status.ReplaceFailed,
            await StatusAsync(client, Command.ReplaceSm, Bodies.Replace(id, "Shop", "once more")));
    }

    [Fact]
    public async Task What_waits_for_its_carrier_can_be_changed()
    {
        await using var line = await Line.StartAsync();
        await line.Smsc.SendAsync(new { @do = "refuse", value = true });
        await line.Smsc.SendAsync(new { @do = "close", system_id = "alpha" });
        await Until.True("no session is bound", async () =>
            (await line.Appliance.MetricsAsync()).Sum("sms_sessions", "side=\"carrier\"") == 0);
        using var client = await RawClient.BoundAsync(line.Appliance.SmppPort);
        var ids = new List<string>();
        for (var i = 0; i < 6; i++) ids.Add(await client.SubmitAsync("Shop", "447700904012", $"waits {i}"));
        var posted = await line.Appliance.PostAsync("Shop", "447700904012", new string('x', 400));
        foreach (var id in ids)
        {
            var answer = await client.RequestAsync(Command.QuerySm, Bodies.Query(id, "Shop"));
            Assert.Equal((Status.Ok, 1), (answer.Status, answer.Body[^2]));
        }

        Assert.Equal(Status.Ok, await StatusAsync(client, Command.CancelSm, Bodies.Cancel(ids[1], "Shop")));
        Assert.Equal(Status.Ok,
            await StatusAsync(client, Command.ReplaceSm, Bodies.Replace(ids[2], "Shop", "waits no more")));
        Assert.Equal(Status.ReplaceFailed,
            await StatusAsync(client, Command.ReplaceSm, Bodies.Replace(posted, "Shop", "of several segments")));
        using var deleted = await line.Appliance.Http.DeleteAsync($"/api/v1/messages/{posted}");
        Assert.Equal(200, (int)deleted.StatusCode);

        await line.Smsc.SendAsync(new { @do = "refuse", value = false });
        await line.Appliance.MessageInStatusAsync(ids[5], "delivered", TimeSpan.FromSeconds(60));
        var texts = line.Smsc.Events("submit").Select(submit => (string)submit["text"]!).ToList();
        Assert.Equal(["waits 0", "waits no more", "waits 3", "waits 4", "waits 5"], texts);
    }

    [Fact]
    public async Task Changes_outlive_a_crash()
    {
        await using var line = await Line.StartAsync();
        using var client = await RawClient.BoundAsync(line.Appliance.SmppPort);
        var replaced = await ScheduleAsync(client, "447700904007", "old", InAnHour);
        var cancelled = await ScheduleAsync(client, "447700904008", "never", "000000000006000R");
        Assert.Equal(Status.Ok, await StatusAsync(
            client, Command.ReplaceSm, Bodies.Replace(replaced, "Shop", "new", "000000000004000R")));
        Assert.Equal(Status.Ok, await StatusAsync(client, Command.CancelSm, Bodies.Cancel(cancelled, "Shop")));
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        Assert.Equal("cancelled", (string)(await line.Appliance.MessageAsync(cancelled))!["status"]!);
        await line.SubmittedAsync("new");
        await line.Appliance.MessageInStatusAsync(replaced, "delivered");
        var after = await ScheduleAsync(await RawClient.BoundAsync(line.Appliance.SmppPort), "447700904009", "after",
            InThreeSeconds);
        await line.Appliance.MessageInStatusAsync(after, "delivered");
        Assert.Equal(["new", "after"], line.Smsc.Events("submit").Select(submit => (string)submit["text"]!));
    }

    [Fact]
    public async Task Over_http_a_message_is_taken_back_until_a_carrier_has_it()
    {
        var http = _line.Appliance.Http;
        using var posted = await http.PostAsJsonAsync("/api/v1/messages", new
        {
            from = "Shop",
            to = "447700904010",
            body = string.Concat(Enumerable.Repeat("several segments of it ", 20)),
            send_at = DateTimeOffset.UtcNow.AddHours(1),
        });
        var id = (string)JsonNode.Parse(await posted.Content.ReadAsStringAsync())!["message_id"]!;
        for (var i = 0; i < 2; i++)
        {
            using var answer = await http.DeleteAsync($"/api/v1/messages/{id}");
            var record = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            Assert.Equal((200, "cancelled", id),
                ((int)answer.StatusCode, (string)record["status"]!, (string)record["message_id"]!));
        }

        id = await _line.Appliance.PostAsync("Shop", "447700904010", "cannot be taken back");
        await _line.Appliance.MessageInStatusAsync(id, "delivered");
        using var late = await http.DeleteAsync($"/api/v1/messages/{id}");
        Assert.Equal(409, (int)late.StatusCode);
        Assert.Contains("/problems/too-late", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var unknown = await http.DeleteAsync($"/api/v1/messages/{Guid.CreateVersion7()}");
        Assert.Equal(404, (int)unknown.StatusCode);
    }

    [Fact]
    public async Task A_flood_of_requests_is_answered_or_throttled_and_costs_nothing_else()
    {
        using var client = await RawClient.BoundAsync(Port);
        var id = await client.SubmitAsync("Shop", "447700904011", "asked for often");
        var body = Bodies.Query(id, "Shop");
        var sequences = Enumerable.Range(0, 3000).Select(_ => client.NextSequence()).ToList();
        await client.WriteAsync(sequences.SelectMany(n => new Pdu(Command.QuerySm, 0, n, body).ToBytes()).ToArray());
        await Until.True("every query is answered", () =>
            client.Received.Count(pdu => pdu.Command == (Command.QuerySm | Command.Resp)) == sequences.Count);
        var answers = client.Received.Where(pdu => pdu.Command == (Command.QuerySm | Command.Resp)).ToList();
        Assert.All(answers, answer => Assert.True(answer.Status is Status.Ok or Status.Throttled, answer.ToString()));
        Assert.Contains(answers, answer => answer.Status == Status.Ok);
        Assert.Equal(sequences, answers.Select(answer => answer.Sequence).Order());
        Assert.Equal(Status.Ok, await StatusAsync(client, Command.QuerySm, body));
        // One that leaves with its requests under way is no harm.
        var left = await RawClient.BoundAsync(Port);
        await left.WriteAsync(sequences.SelectMany(n => new Pdu(Command.QuerySm, 0, n, body).ToBytes()).ToArray());
        left.Abort();
        Assert.Equal(Status.Ok, await StatusAsync(client, Command.QuerySm, body));
    }

    private static async Task<string> ScheduleAsync(
        RawClient client, string to, string text, string schedule, string from = "Shop")
    {
        var resp = await client.RequestAsync(
            Command.SubmitSm, Bodies.Submit(from, to, text, priority: 0, schedule: schedule));
        Assert.Equal(Status.Ok, resp.Status);
        return resp.FirstString();
    }

    private static async Task<uint> StatusAsync(RawClient client, uint command, byte[] body)
    {
        var answer = await client.RequestAsync(command, body);
        Assert.Equal(command | Command.Resp, answer.Command);
        return answer.Status;
    }

    private static async Task<JsonObject> AnswerAsync(JsonPeer esme, string command, object fields)
    {
        var tag = Guid.NewGuid().ToString();
        await esme.SendAsync(new { @do = "request", command, fields, tag });
        return await esme.EventAsync("answered", e => (string?)e["tag"] == tag);
    }

    private static object Later(string text) => new
    {
        source_addr_ton = 5,
        source_addr = "Shop",
        dest_addr_ton = 1,
        dest_addr_npi = 1,
        destination_addr = "447700904001",
        registered_delivery = 1,
        schedule_delivery_time = InAnHour,
        short_message = text,
    };
}
