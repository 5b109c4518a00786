using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>What mobiles write to an account's number comes to the account, whole and at least once.</summary>
public sealed class InboundTests
{
    private const string Mobile = "447700960777";
    private const string ShortCode = "72345";

    [Fact]
    public async Task A_message_waits_for_its_ESME_over_a_crash_and_comes_as_it_was_sent()
    {
        await using var line = await StartAsync("""{"numbers": ["72345"]}""");
        await SendAsync(line, new
        {
            source_addr = "+" + Mobile, source_addr_ton = 1, source_addr_npi = 1, destination_addr = ShortCode,
            dest_addr_ton = 3, data_coding = 3, sar_msg_ref_num = 258, sar_total_segments = 2, sar_segment_seqnum = 2,
            message_payload = "is it on its way?",
        });
        Assert.Equal(0, await AnswerAsync(line));
        Assert.Equal(1, (await line.Appliance.MetricsAsync()).Sum("sms_notices_waiting", "account=\"demo\""));
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        await line.BoundAsync();

        using var silent = await RawClient.BoundAsync(line.Appliance.SmppPort, Command.BindReceiver, answering: false);
        var unanswered = await DeliveredAsync(silent);
        silent.Abort();
        using var esme = await RawClient.BoundAsync(line.Appliance.SmppPort, Command.BindReceiver);
        var deliver = await DeliveredAsync(esme);
        Assert.Equal(unanswered.Body, deliver.Body);
        // service_type, then TON, NPI and address twice, esm_class to sm_default_msg_id, sm_length, the TLVs.
        byte[] head = [0, 1, 1, .. Encoding.ASCII.GetBytes("+" + Mobile), 0, 3, 0, .. "72345"u8, 0];
        Assert.Equal(head, deliver.Body[..head.Length]);
        Assert.Equal(3, deliver.Body[head.Length + 7]);
        foreach (var tlv in new[]
        {
            Bodies.Tlv(0x020C, [1, 2]), Bodies.Tlv(0x020E, [2]), Bodies.Tlv(0x020F, [2]),
            Bodies.Tlv(0x0424, Encoding.ASCII.GetBytes("is it on its way?")),
        })
            Assert.True(deliver.Body.AsSpan().IndexOf(tlv) > 0, Convert.ToHexString(deliver.Body));

        var read = await Until.Found("it is delivered", async () =>
            (await PageAsync(line)).Messages.FirstOrDefault(one => (string)one["status"]! == "delivered"));
        Assert.Equal(("+" + Mobile, ShortCode, "is it on its way?", "latin1", 2, 2, 258),
            ((string)read["from"]!, (string)read["to"]!, (string)read["body"]!, (string)read["encoding"]!,
                (int)read["part"]!, (int)read["parts"]!, (int)read["reference"]!));
        var (code, said) = await line.Appliance.CommandAsync("ctl", "trace", "--to", Mobile);
        Assert.True(code == 0 && said.Contains("the ESME has taken it", StringComparison.Ordinal), said);
        Assert.Equal(1, (await line.Appliance.MetricsAsync()).Sum(
            "sms_inbound_messages_total", "account=\"demo\"", "state=\"delivered\""));
        // It is no message of the account's own.
        Assert.Null(await line.Appliance.MessageAsync((string)read["message_id"]!));
        var listed = await line.Appliance.Http.GetFromJsonAsync<JsonObject>("/api/v1/messages");
        Assert.Empty(listed!["messages"]!.AsArray());
        await WholeAsync(line);
    }

    [Fact]
    public async Task An_account_without_SMPP_reads_what_is_kept_for_it_and_an_erasure_takes_it()
    {
        await using var line = await Line.StartAsync(port => new Settings
        {
            Carriers = [new("alpha", port)],
            Routes = [new("", "alpha")],
            More = JsonNode.Parse("""
                {"accounts": [{"name": "demo", "http": {"key": "demo-key"}, "numbers": ["4477009601*"]},
                              {"name": "exact", "http": {"key": "other"}, "numbers": ["+447700960122"]}]}
                """)!.AsObject(),
        }, new { alpha = new { } });
        for (var i = 0; i < 5; i++)
        {
            await SendAsync(line, new
            {
                source_addr = Mobile + i.ToString(CultureInfo.InvariantCulture), destination_addr = "447700960121",
                short_message = "kept " + i.ToString(CultureInfo.InvariantCulture),
            });
            await Until.True("answered", () => line.Smsc.Events("deliver_answered").Count == i + 1);
        }

        // The longer way to say whose a number is counts.
        await SendAsync(line, new { source_addr = Mobile, destination_addr = "+447700960122", short_message = "other" });
        await Until.True("answered", () => line.Smsc.Events("deliver_answered").Count == 6);
        Assert.All(line.Smsc.Events("deliver_answered"), answer => Assert.Equal(0, (int)answer["status"]!));
        var texts = new List<string>();
        var next = "";
        while (await PageAsync(line, "limit=2" + next) is { Messages.Count: > 0 } page)
        {
            texts.AddRange(page.Messages.Select(one => (string)one["body"]!));
            Assert.All(page.Messages, one => Assert.Equal("kept", (string)one["status"]!));
            next = "&after=" + page.Next;
        }

        Assert.Equal(["kept 0", "kept 1", "kept 2", "kept 3", "kept 4"], texts);
        Assert.Equal(0, (await line.Appliance.MetricsAsync()).Sum("sms_notices_waiting", "account=\"demo\""));
        using var wrong = await line.Appliance.Http.GetAsync("/api/v1/inbound?after=x&limit=0&cursor=1");
        var errors = (await wrong.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!.AsArray();
        Assert.Equal(["after", "limit", "cursor"], errors.Select(error => (string)error!["field"]!));

        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        await line.BoundAsync();
        Assert.Equal(5, (await PageAsync(line)).Messages.Count);
        var (code, said) = await line.Appliance.CommandAsync("erase", Mobile + "2");
        Assert.True(code == 0 && said.Contains("1 messages erased", StringComparison.Ordinal), said);
        Assert.Equal(["kept 0", "kept 1", "kept 3", "kept 4"],
            (await PageAsync(line)).Messages.Select(one => (string)one["body"]!));
        await WholeAsync(line);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_keyword_acts_and_comes_to_the_account_if_it_says_so(bool wanted)
    {
        await using var line = await StartAsync(
            $$"""{"numbers": ["72345"], "inbound_keywords": {{(wanted ? "true" : "false")}}}""");
        using var esme = await RawClient.BoundAsync(line.Appliance.SmppPort);
        await SendAsync(line, new { source_addr = Mobile, destination_addr = ShortCode, short_message = "STOP" });
        Assert.Equal(0, await AnswerAsync(line));
        await SendAsync(line, new { source_addr = Mobile, destination_addr = ShortCode, short_message = "thanks" });
        await esme.PduAsync("the other one", pdu => Has(pdu, "thanks"));
        Assert.Equal(wanted, esme.Received.Any(pdu => Has(pdu, "STOP")));
        var refused = await esme.RequestAsync(Command.SubmitSm, Bodies.Submit(ShortCode, Mobile, "after"));
        Assert.Equal(0x0Bu, refused.Status);
    }

    [Fact]
    public async Task What_a_carrier_was_told_is_taken_comes_to_the_ESME_whenever_the_appliance_dies()
    {
        await using var line = await RoutedLine.StartAsync("""
            {"accounts": [{"name": "demo", "smpp": {"system_id": "demo", "password": "demo"},
                           "http": {"key": "demo-key"}, "numbers": ["12345"]}],
             "routes": [{"prefix": "", "carriers": ["alpha"]}]}
            """, "alpha");
        var seen = new ConcurrentDictionary<string, bool>();
        await line.Alpha.FaultAsync(("mo-text", "mobile no. #"), ("mo-rate", "500"));
        for (var death = 0; death < 3; death++)
        {
            using var esme = await BindAsync(line, seen);
            var before = seen.Count;
            await Until.True("messages flow", () => seen.Count > before + 200);
            line.Appliance.Kill();
            await line.Appliance.StartAgainAsync();
            await line.BoundAsync();
        }

        await line.Alpha.FaultAsync(("mo-rate", "0"));
        using var last = await BindAsync(line, seen);
        await Until.True("the carrier has nothing left", async () => (long)(await line.Alpha.StatsAsync())["pending"]! == 0,
            TimeSpan.FromSeconds(60));
        var made = (long)(await line.Alpha.StatsAsync())["mobile_originated"]!;
        await Until.True($"all {made} have come", () => seen.Count == made);
        Assert.True(made > 600, $"only {made}");
        await Until.True("nothing waits", async () =>
            (await line.Appliance.MetricsAsync()).Sum("sms_notices_waiting", "account=\"demo\"") == 0);
    }

    [Fact]
    public async Task The_last_page_of_a_hundred_thousand_costs_as_the_first()
    {
        const int Unread = 100_000;
        await using var line = await RoutedLine.StartAsync("""
            {"accounts": [{"name": "demo", "http": {"key": "demo-key"}, "numbers": ["12345"]}],
             "routes": [{"prefix": "", "carriers": ["alpha"]}]}
            """, "alpha");
        await line.Alpha.FaultAsync(("mo-rate", "20000"));
        await Until.True("enough are kept", async () => (long)(await line.Alpha.StatsAsync())["mobile_originated"]! >= Unread,
            TimeSpan.FromSeconds(60));
        await line.Alpha.FaultAsync(("mo-rate", "0"));
        await Until.True("the carrier has nothing left", async () => (long)(await line.Alpha.StatsAsync())["pending"]! == 0,
            TimeSpan.FromSeconds(60));
        var (read, costs, next) = (new HashSet<string>(), new List<double>(), "");
        while (true)
        {
            var before = (await line.Appliance.MetricsAsync()).Sum("sms_inbound_list_entries_read_total");
            var answer = (await line.Appliance.Http.GetFromJsonAsync<JsonObject>("/api/v1/inbound?limit=1000" + next))!;
            var messages = answer["messages"]!.AsArray();
            if (messages.Count == 0) break;
            foreach (var message in messages) Assert.True(read.Add((string)message!["message_id"]!));
            costs.Add((await line.Appliance.MetricsAsync()).Sum("sms_inbound_list_entries_read_total") - before);
            next = "&after=" + (string)answer["next"]!;
        }

        Assert.Equal((long)(await line.Alpha.StatsAsync())["mobile_originated"]!, read.Count);
        // A thousand a page; where the list is on disk the page begins and ends within pieces of 1,024.
        Assert.All(costs.SkipLast(1), cost => Assert.InRange(cost, 1_000, 3_100));
    }

    private static async Task<RawClient> BindAsync(RoutedLine line, ConcurrentDictionary<string, bool> seen)
    {
        var esme = await RawClient.ConnectAsync(line.Appliance.SmppPort);
        esme.OnPdu = pdu =>
        {
            if (pdu.Command != Command.DeliverSm) return;
            var text = Encoding.Latin1.GetString(pdu.Body);
            seen.TryAdd(text[text.IndexOf("mobile no. ", StringComparison.Ordinal)..], true);
        };
        var resp = await esme.RequestAsync(Command.BindTransceiver, Bodies.Bind("demo", "demo"));
        Assert.Equal(Status.Ok, resp.Status);
        return esme;
    }

    private static bool Has(Pdu pdu, string text) => pdu.Command == Command.DeliverSm
        && Encoding.Latin1.GetString(pdu.Body).Contains(text, StringComparison.Ordinal);

    private static Task<Line> StartAsync(string account)
    {
        var demo = JsonNode.Parse(account)!.AsObject();
        demo["name"] = "demo";
        demo["smpp"] = JsonNode.Parse("""{"system_id": "demo", "password": "demo"}""");
        demo["http"] = JsonNode.Parse("""{"key": "demo-key"}""");
        return Line.StartAsync(port => new Settings
        {
            Carriers = [new("alpha", port)],
            Routes = [new("", "alpha")],
            More = new JsonObject { ["accounts"] = new JsonArray(demo) },
        }, new { alpha = new { } });
    }

    private static Task SendAsync(Line line, object fields) =>
        line.Smsc.SendAsync(new { @do = "deliver", system_id = "alpha", fields });

    private static async Task<int> AnswerAsync(Line line) =>
        (int)(await line.Smsc.EventAsync("deliver_answered"))["status"]!;

    private static Task<Pdu> DeliveredAsync(RawClient esme) =>
        esme.PduAsync("the mobile's message", pdu => pdu.Command == Command.DeliverSm);

    private static async Task<(List<JsonNode> Messages, string? Next)> PageAsync(Line line, string query = "")
    {
        var page = await line.Appliance.Http.GetFromJsonAsync<JsonObject>("/api/v1/inbound?" + query);
        return ([.. page!["messages"]!.AsArray().Select(one => one!)], (string?)page["next"]);
    }

    private static async Task WholeAsync(Line line)
    {
        line.Appliance.Kill();
        var (code, said) = await line.Appliance.CommandAsync("check", "--data");
        Assert.True(code == 0, said);
    }
}
