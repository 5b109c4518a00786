using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Appliance.Simulator.Smsc;
using Codec;
using Xunit;

namespace Appliance.Tests.Simulator;

/// <summary>Faults to order, bad input, and what is recorded of it.</summary>
public sealed class SmscFaultTests
{
    [Fact]
    public async Task Errors_come_by_their_percentages_and_the_same_seed_gives_the_same()
    {
        async Task<List<CommandStatus>> Statuses()
        {
            await using var smsc = SmscSimulatorTests.Start(
                new SmscOptions { Seed = 4 }, ("errors", "ESME_RTHROTTLED=20%,0x64=10%"));
            using var esme = SmppClient.Bound(smsc.EndPoint);
            var statuses = new List<CommandStatus>();
            for (int i = 0; i < 300; i++)
            {
                esme.Submit(registered: 0);
                statuses.Add(esme.Read(CommandId.SubmitSmResp).Status);
            }
            return statuses;
        }
        var first = await Statuses();
        Assert.Equal(first, await Statuses());
        Assert.InRange(first.Count(status => status == CommandStatus.ESME_RTHROTTLED), 40, 80);
        Assert.InRange(first.Count(status => status == (CommandStatus)0x64), 15, 45);
    }

    [Fact]
    public async Task Above_its_rate_a_system_id_is_throttled()
    {
        await using var smsc = SmscSimulatorTests.Start(("tps", "1/5"));
        using var esme = SmppClient.Bound(smsc.EndPoint);
        using var other = SmppClient.Bound(smsc.EndPoint, systemId: "other");
        for (int i = 0; i < 10; i++) esme.Submit(registered: 0);
        var statuses = Enumerable.Range(0, 10).Select(_ => esme.Read(CommandId.SubmitSmResp).Status).ToArray();
        Assert.InRange(statuses.Count(status => status == CommandStatus.ESME_ROK), 5, 6);
        Assert.InRange(statuses.Count(status => status == CommandStatus.ESME_RTHROTTLED), 4, 5);
        other.Submit(registered: 0);
        Assert.Equal(CommandStatus.ESME_ROK, other.Read(CommandId.SubmitSmResp).Status);
    }

    [Fact]
    public async Task Responses_take_their_latency_and_above_the_window_is_throttled()
    {
        await using var smsc = SmscSimulatorTests.Start(("latency", "60ms"), ("window", "2"));
        using var esme = SmppClient.Bound(smsc.EndPoint);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        for (int i = 0; i < 3; i++) esme.Submit(registered: 0);
        var responses = Enumerable.Range(0, 3).Select(_ => esme.Read(CommandId.SubmitSmResp)).ToArray();
        Assert.True(watch.ElapsedMilliseconds >= 60, $"{watch.ElapsedMilliseconds} ms");
        Assert.Equal(
            [CommandStatus.ESME_ROK, CommandStatus.ESME_ROK, CommandStatus.ESME_RTHROTTLED],
            responses.OrderBy(response => response.Sequence).Select(response => response.Status));
    }

    [Theory]
    [InlineData("before-response", 1, 2, 2)]
    [InlineData("after-response", 2, 2, 2)]
    [InlineData("before-message", 1, 1, 1)]
    public async Task The_connection_drops_at_its_moment(string when, int answered, int accepted, int receipts)
    {
        await using var smsc = SmscSimulatorTests.Start(
            ("drop-every", "2"), ("drop-when", when), ("receipt-delay", "30ms"));
        using var esme = SmppClient.Bound(smsc.EndPoint);
        esme.Submit();
        Assert.Equal(CommandStatus.ESME_ROK, esme.Read(CommandId.SubmitSmResp).Status);
        esme.Submit();
        if (answered == 2) esme.Read(CommandId.SubmitSmResp);
        Assert.True(esme.IsClosed());
        Assert.Equal(accepted, (await smsc.StatisticsAsync()).Accepted);
        using var again = SmppClient.Bound(smsc.EndPoint);
        for (int i = 0; i < receipts; i++) again.ReadReceipt();
        await SmscSimulatorTests.Until(smsc, statistics => statistics.Pending == 0);
    }

    [Fact]
    public async Task Sessions_drop_after_their_time()
    {
        await using var smsc = SmscSimulatorTests.Start(("drop-after", "20ms"));
        using var esme = SmppClient.Connect(smsc.EndPoint);
        Assert.True(esme.IsClosed());
        Assert.Equal(1, (await smsc.StatisticsAsync()).Drops);
    }

    [Fact]
    public async Task What_is_not_answered_is_taken_all_the_same()
    {
        await using var smsc = SmscSimulatorTests.Start(("no-answer", "100%"), ("receipt-delay", "1ms"));
        using var esme = SmppClient.Bound(smsc.EndPoint);
        esme.Submit();
        esme.ReadReceipt();
        Assert.True(esme.IsSilent(TimeSpan.FromMilliseconds(50)));
        Assert.Equal(1, (await smsc.StatisticsAsync()).Unanswered);
    }

    [Fact]
    public async Task A_hung_carrier_answers_nothing_until_it_wakes()
    {
        await using var smsc = SmscSimulatorTests.Start();
        using var esme = SmppClient.Bound(smsc.EndPoint);
        await SmscSimulatorTests.Change(smsc, ("hang", "true"));
        esme.Submit(registered: 0);
        esme.SendHeader(CommandId.EnquireLink, 99);
        Assert.True(esme.IsSilent(TimeSpan.FromMilliseconds(100)));
        await SmscSimulatorTests.Change(smsc, ("hang", "false"));
        esme.Read(CommandId.SubmitSmResp);
        esme.Read(CommandId.EnquireLinkResp);
    }

    [Fact]
    public async Task Binds_are_checked()
    {
        await using var smsc = SmscSimulatorTests.Start(
            new SmscOptions { SystemId = "esme", Password = "secret", MaxBinds = 1 });
        Assert.Equal(CommandStatus.ESME_RINVSYSID, BindStatus(smsc, "nobody", "secret"));
        Assert.Equal(CommandStatus.ESME_RINVPASWD, BindStatus(smsc, "esme", "guess"));
        using (SmppClient.Bound(smsc.EndPoint))
        {
            Assert.Equal(CommandStatus.ESME_RALYBND, BindStatus(smsc, "esme", "secret"));
        }
        await SmscSimulatorTests.Until(smsc, statistics => statistics.Sessions == 0);
        await SmscSimulatorTests.Change(smsc, ("refuse-binds", "true"));
        Assert.Equal(CommandStatus.ESME_RBINDFAIL, BindStatus(smsc, "esme", "secret"));
        Assert.Equal(4, (await smsc.StatisticsAsync()).BindsRefused);
    }

    [Fact]
    public async Task Pdus_are_read_however_the_stream_is_cut()
    {
        await using var smsc = SmscSimulatorTests.Start();
        using var esme = SmppClient.Bound(smsc.EndPoint);
        byte[] two = [.. esme.SubmitBytes("263771", 0, "a"), .. esme.SubmitBytes("263772", 0, "b")];
        for (int cut = 1; cut < two.Length; cut++)
        {
            esme.Send(two.AsSpan(0, cut));
            // A turn of its loop: it has read the first part alone.
            await smsc.StatisticsAsync();
            esme.Send(two.AsSpan(cut));
            esme.Read(CommandId.SubmitSmResp);
            esme.Read(CommandId.SubmitSmResp);
        }
        Assert.Equal(2 * (two.Length - 1), (await smsc.StatisticsAsync()).Accepted);
    }

    [Fact]
    public async Task Bad_input_has_its_answer()
    {
        await using var smsc = SmscSimulatorTests.Start();
        using (var unbound = SmppClient.Connect(smsc.EndPoint))
        {
            unbound.Submit();
            Assert.Equal(CommandStatus.ESME_RINVBNDSTS, unbound.Read(CommandId.SubmitSmResp).Status);
        }
        using var esme = SmppClient.Bound(smsc.EndPoint);
        esme.SendHeader((CommandId)0x999, 7);
        var nack = esme.Read(CommandId.GenericNack);
        Assert.Equal((CommandStatus.ESME_RINVCMDID, 7u), (nack.Status, nack.Sequence));
        esme.Send([0, 0, 0, 8, 0, 0, 0, 4]);
        Assert.Equal(CommandStatus.ESME_RINVCMDLEN, esme.Read(CommandId.GenericNack).Status);
        Assert.True(esme.IsClosed());
    }

    [Fact]
    public async Task Unbind_is_answered_and_ends_the_session()
    {
        await using var smsc = SmscSimulatorTests.Start();
        using var esme = SmppClient.Bound(smsc.EndPoint);
        esme.SendHeader(CommandId.Unbind, 3);
        Assert.Equal(3u, esme.Read(CommandId.UnbindResp).Sequence);
        Assert.True(esme.IsClosed());
    }

    [Fact]
    public async Task The_record_tells_of_every_message_and_receipt()
    {
        string path = Path.GetTempFileName();
        try
        {
            string id;
            await using (var smsc = SmscSimulatorTests.Start(
                new SmscOptions { Record = path }, ("receipt-delay", "1ms")))
            {
                using var esme = SmppClient.Bound(smsc.EndPoint);
                esme.Submit("263771234567", body: "Hello");
                id = esme.Read(CommandId.SubmitSmResp).MessageId;
                esme.ReadReceipt();
                await SmscSimulatorTests.Until(smsc, statistics => statistics.ReceiptsAccepted == 1);
            }
            var lines = File.ReadAllLines(path).Select(line => line.Split(' ')[1..]).ToArray();
            Assert.Equal(["C", "B", "S", "R", "A", "D"], lines.Select(line => line[0]));
            Assert.Equal(
                ["S", "1", "2", "Shop", "263771234567", "0", "5", "63f0bfacf2c00f6b", "48656c6c6f", id, "0", "answered"],
                lines[2]);
            Assert.Equal(["R", "1", "1", id, "DELIVRD", "263771234567", "Shop", "1"], lines[3]);
            Assert.Equal(["A", "1", "1", id, "0"], lines[4]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task The_control_address_tells_changes_and_drops()
    {
        await using var smsc = SmscSimulatorTests.Start();
        int port = FreePort();
        await using var control = await SmscControl.StartAsync(smsc, new IPEndPoint(IPAddress.Loopback, port));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        using var esme = SmppClient.Bound(smsc.EndPoint);
        Assert.Contains("\"sessions\": 1", await http.GetStringAsync("/stats"), StringComparison.Ordinal);

        var changed = await http.PostAsJsonAsync("/faults", new Dictionary<string, string> { ["errors"] = "0x58=100%" });
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        esme.Submit();
        Assert.Equal(CommandStatus.ESME_RTHROTTLED, esme.Read(CommandId.SubmitSmResp).Status);

        var refused = await http.PostAsJsonAsync("/faults", new Dictionary<string, string> { ["errrors"] = "none" });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("errrors", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await http.PostAsync("/drop", null);
        Assert.True(esme.IsClosed());
    }

    [Fact]
    public async Task Two_cannot_listen_on_one_port()
    {
        await using var smsc = SmscSimulatorTests.Start();
        Assert.Throws<SocketException>(() => SmscSimulator.Start(new SmscOptions { Listen = smsc.EndPoint }));
    }

    private static CommandStatus BindStatus(SmscSimulator smsc, string systemId, string password)
    {
        using var esme = SmppClient.Connect(smsc.EndPoint);
        var answer = esme.Bind(CommandId.BindTransceiver, systemId, password);
        Assert.True(esme.IsClosed());
        return answer.Status;
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
