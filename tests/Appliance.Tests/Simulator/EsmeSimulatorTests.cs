using Appliance.Peers.Sending;
using Appliance.Peers.Spec;
using Appliance.Simulator.Esme;
using Appliance.Simulator.Smsc;
using Codec;
using Xunit;

namespace Appliance.Tests.Simulator;

/// <summary>The simulated ESME against the simulated SMSC.</summary>
public sealed class EsmeSimulatorTests
{
    [Fact]
    public async Task It_sends_its_messages_waits_for_their_receipts_and_tells_of_each()
    {
        await using var smsc = SmscSimulatorTests.Start(("receipt-delay", "5ms"));
        var (counters, lines) = await RunAsync(Options(smsc) with { Count = 20, Sessions = 2 });
        Assert.Equal((20, 20, 20), (counters.Sent, counters.Accepted, counters.Receipts));
        Assert.Equal(20, lines.Count(line => line[1] == "P" && line[^1] == "ESME_ROK"));
        var receipts = lines.Where(line => line[1] == "R").ToArray();
        Assert.Equal(20, receipts.Select(line => line[4]).Distinct().Count());
        Assert.All(receipts, line => Assert.Equal("Delivered", line[5]));
    }

    [Fact]
    public async Task Deliveries_are_refused_or_left_unanswered_as_told()
    {
        await using var smsc = SmscSimulatorTests.Start(
            new SmscOptions { ReceiptAttempts = 2, ReceiptRetry = TimeSpan.FromMilliseconds(5) }, ("receipt-delay", "1ms"));
        var refusing = Options(smsc) with
        {
            Count = 5,
            DurationNs = 300 * Duration.Millisecond,
            Answers = Mix<CommandStatus>.Only(CommandStatus.ESME_RX_T_APPN, "all"),
        };
        await RunAsync(refusing);
        await SmscSimulatorTests.Until(smsc, statistics => statistics is { ReceiptsRefused: 10, ReceiptsDropped: 5 });
        var mute = Options(smsc) with
        {
            Count = 5,
            DurationNs = 300 * Duration.Millisecond,
            NoAnswer = Chance.Parse("100%"),
        };
        var (counters, lines) = await RunAsync(mute);
        Assert.Equal(5, counters.Receipts);
        Assert.Equal(5, lines.Count(line => line[1] == "R" && line[^1] == "unanswered"));
        Assert.Equal(0, (await smsc.StatisticsAsync()).ReceiptsAccepted);
    }

    [Fact]
    public async Task A_slow_reader_stops_what_is_sent_to_it_and_costs_nobody_else()
    {
        // Mobile messages are made only for accounts without a queue: the slow one's fills, the other's does not.
        await using var smsc = SmscSimulatorTests.Start(
            new SmscOptions { ReceiptWindow = 10 }, ("mo-rate", "2000"));
        using var quick = SmppClient.Bound(smsc.EndPoint, CommandId.BindReceiver, "quick");
        var slow = RunAsync(Options(smsc) with
        {
            DurationNs = 500 * Duration.Millisecond,
            SlowReadNs = 10 * Duration.Second,
        });
        for (int i = 0; i < 200; i++)
        {
            var pdu = quick.Read(CommandId.DeliverSm);
            quick.SendHeader(CommandId.DeliverSmResp, pdu.Sequence);
        }
        var (counters, _) = await slow;
        Assert.InRange(counters.Messages, 0, 40);
    }

    [Fact]
    public async Task Connections_drop_and_come_back()
    {
        await using var smsc = SmscSimulatorTests.Start();
        var options = Options(smsc) with
        {
            DurationNs = 900 * Duration.Millisecond,
            DropAfter = Distribution.Parse("50ms"),
        };
        var (counters, lines) = await RunAsync(options);
        Assert.True(counters.Disconnects >= 1);
        Assert.True(lines.Count(line => line[1] == "B") >= 2);
    }

    [Theory]
    [InlineData("unknown-command", true, CommandStatus.ESME_RINVCMDID)]
    [InlineData("unterminated", true, CommandStatus.ESME_RINVCMDLEN)]
    [InlineData("long-body", true, CommandStatus.ESME_RINVCMDLEN)]
    [InlineData("short-length", false, CommandStatus.ESME_RINVCMDLEN)]
    [InlineData("huge-length", false, CommandStatus.ESME_RINVCMDLEN)]
    public async Task A_wrong_pdu_has_its_answer(string kind, bool survives, CommandStatus answer)
    {
        await using var smsc = SmscSimulatorTests.Start();
        var options = Options(smsc) with
        {
            Count = 1,
            DurationNs = 300 * Duration.Millisecond,
            Wrong = Mix<WrongPdu>.Only(WrongPdus.Parse(kind), kind),
        };
        var (counters, lines) = await RunAsync(options);
        Assert.Equal(1, counters.WrongPdus);
        Assert.Equal([answer.Name()], lines.Where(line => line[1] == "P").Select(line => line[^1]));
        Assert.Equal(survives ? 0 : 1, counters.Disconnects);
    }

    [Fact]
    public async Task Half_a_pdu_is_followed_by_silence()
    {
        await using var smsc = SmscSimulatorTests.Start();
        var options = Options(smsc) with
        {
            Count = 10,
            DurationNs = 200 * Duration.Millisecond,
            Wrong = Mix<WrongPdu>.Only(WrongPdu.HalfPdu, "half-pdu"),
        };
        var (counters, _) = await RunAsync(options);
        Assert.Equal((1, 0, 0), (counters.Sent, counters.Accepted, counters.Disconnects));
    }

    private static EsmeOptions Options(SmscSimulator smsc) => new()
    {
        Server = smsc.EndPoint,
        Bind = new BindRequest(CommandId.BindTransceiver, "esme", "p"),
        Destinations = Destinations.Parse("2637####", spread: false),
        Message = new MessageShape { Body = "Hello" },
    };

    private static async Task<(EsmeCounters Counters, string[][] Lines)> RunAsync(EsmeOptions options)
    {
        var screen = new StringWriter();
        using var journal = new EsmeJournal(screen, null);
        using var esme = new EsmeSimulator(options, journal);
        var counters = await esme.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        var lines = screen.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return (counters, [.. lines.Select(line => line.Split(' '))]);
    }
}
