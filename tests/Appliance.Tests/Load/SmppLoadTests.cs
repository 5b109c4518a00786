using Appliance.Load;
using Appliance.Load.Smpp;
using Appliance.Peers.Sending;
using Appliance.Peers.Spec;
using Appliance.Simulator.Smsc;
using Appliance.Tests.Simulator;
using Codec;
using Xunit;

namespace Appliance.Tests.Load;

/// <summary>The load generator against the simulator: what one counts the other must have seen.</summary>
public sealed class SmppLoadTests
{
    [Theory]
    [InlineData("both", "deliver_sm")]
    [InlineData("text", "message_payload")]
    [InlineData("tlv", "data_sm")]
    public async Task Every_message_is_accepted_and_receipted_once(string form, string place)
    {
        await using var smsc = SmscSimulatorTests.Start(
            ("receipt-delay", "uniform:0ms,50ms"), ("receipt-form", form), ("receipt-in", place),
            ("receipt-mix", "DELIVRD=80,UNDELIV=20"));
        var result = await RunAsync(Plan(smsc, sessions: 4) with { Count = 5_000 });
        Assert.Equal((5_000, 5_000, 5_000), (result.Sent, result.Accepted, result.Receipts));
        Assert.Equal((0, 0, 0, 0), (result.Lost, result.Duplicates, result.Foreign, result.Unanswered));
        Assert.Equal(5_000, result.Acknowledgement.Count);
        Assert.Equal(5_000, result.EndToEnd!.Count);
        Assert.Equal(5_000, result.ReceiptsBy["Delivered"] + result.ReceiptsBy["Undeliverable"]);
        Assert.Equal(5_000, (await smsc.StatisticsAsync()).ReceiptsAccepted);
    }

    [Fact]
    public async Task Duplicates_and_receipts_before_responses_are_told()
    {
        await using var smsc = SmscSimulatorTests.Start(
            ("receipt-delay", "5ms"), ("receipt-duplicates", "30%"), ("receipt-first", "30%"),
            ("receipt-elsewhere", "30%"), ("receipt-intermediate", "30%"));
        var result = await RunAsync(Plan(smsc, sessions: 3) with { Count = 2_000 });
        var statistics = await smsc.StatisticsAsync();
        Assert.Equal((2_000, 0, 0), (result.Receipts, result.Lost, result.Foreign));
        Assert.True(statistics.ReceiptsDuplicated > 400);
        // The run ends with the last first receipt: duplicates of the last few may come after it.
        Assert.InRange(result.Duplicates, statistics.ReceiptsDuplicated * 9 / 10, statistics.ReceiptsDuplicated);
        Assert.True(result.Intermediate > 400);
    }

    [Fact]
    public async Task Lost_receipts_and_refusals_are_counted()
    {
        await using var smsc = SmscSimulatorTests.Start(
            new SmscOptions { ReceiptStore = 300 }, ("receipt-delay", "100ms"), ("errors", "ESME_RMSGQFUL=10%,0x4FF=5%"));
        var plan = Plan(smsc, sessions: 1) with { Count = 2_000, SettleNs = 300 * Duration.Millisecond };
        var result = await RunAsync(plan);
        var statistics = await smsc.StatisticsAsync();
        Assert.Equal(statistics.Accepted, result.Accepted);
        Assert.Equal(statistics.ReceiptsDropped, result.Lost);
        Assert.True(result.Lost > 0);
        Assert.Equal(["0x000004FF", "ESME_RMSGQFUL"], result.RefusedBy.Keys);
        Assert.Equal(2_000, result.Accepted + result.Refused);
    }

    [Fact]
    public async Task Dropped_connections_come_back_and_nothing_accepted_is_lost()
    {
        await using var smsc = SmscSimulatorTests.Start(("receipt-delay", "5ms"), ("drop-every", "400"));
        var result = await RunAsync(Plan(smsc, sessions: 2) with { Count = 4_000 });
        Assert.Equal(0, result.Lost);
        Assert.True(result.Disconnects >= 2, $"{result.Disconnects} disconnects");
        Assert.True(result.Unanswered > 0);
        Assert.Equal(4_000, result.Accepted + result.Unanswered);
    }

    [Fact]
    public async Task A_pause_of_the_server_is_in_the_latency_of_all_that_was_due_meanwhile()
    {
        await using var smsc = SmscSimulatorTests.Start();
        var plan = Plan(smsc, sessions: 1) with
        {
            Rate = 1_000,
            DurationNs = Duration.Second,
            Message = new MessageShape { RequestReceipt = false },
        };
        var running = RunAsync(plan);
        await SmscSimulatorTests.Until(smsc, statistics => statistics.Accepted >= 100);
        await SmscSimulatorTests.Change(smsc, ("hang", "true"));
        await Task.Delay(400);
        await SmscSimulatorTests.Change(smsc, ("hang", "false"));
        var result = await running;
        Assert.Equal(1_000, result.Accepted);
        // Window 100: a loop that waits would have seen a hundred slow answers. Four hundred were due in the pause,
        // and half of those waited at least half of it.
        Assert.True(result.Acknowledgement.P90Ms >= 150, $"p90 {result.Acknowledgement.P90Ms} ms");
    }

    [Fact]
    public async Task Accounts_and_pairs_of_sessions_bind_as_told()
    {
        await using var smsc = SmscSimulatorTests.Start(("receipt-delay", "1ms"));
        var binds = Enumerable.Range(0, 20).SelectMany(account => new[]
        {
            new BindRequest(CommandId.BindTransmitter, $"acct{account:D3}", "p"),
            new BindRequest(CommandId.BindReceiver, $"acct{account:D3}", "p"),
        }).ToList();
        var result = await RunAsync(Plan(smsc, sessions: 1) with { Binds = binds, Count = 1_000 });
        Assert.Equal((1_000, 0), (result.Receipts, result.Lost));
        Assert.Equal(40, (await smsc.StatisticsAsync()).Connections);
    }

    [Fact]
    public async Task Long_and_ucs2_messages_are_sent_whole()
    {
        string record = Path.GetTempFileName();
        try
        {
            await using (var smsc = SmscSimulatorTests.Start(new SmscOptions { Record = record }))
            {
                var plan = Plan(smsc, sessions: 1) with { Count = 3 };
                await RunAsync(plan with { Message = new MessageShape { Length = 1000, RequestReceipt = false } });
                await RunAsync(plan with
                {
                    Message = new MessageShape { Body = "Grüße 🙂", DataCoding = 8, RequestReceipt = false },
                });
            }
            var messages = File.ReadAllLines(record).Select(line => line.Split(' ')).Where(line => line[1] == "S").ToArray();
            Assert.Equal(["1000", "1000", "1000", "16", "16", "16"], messages.Select(line => line[7]));
            Assert.Equal(["0", "0", "0", "8", "8", "8"], messages.Select(line => line[6]));
            // Each message opens with its own number.
            Assert.Equal(3, messages.Take(3).Select(line => line[9]).Distinct().Count());
        }
        finally
        {
            File.Delete(record);
        }
    }

    [Fact]
    public async Task A_server_that_lets_nobody_in_is_an_error_that_says_why()
    {
        await using var smsc = SmscSimulatorTests.Start(("refuse-binds", "true"));
        var plan = Plan(smsc, sessions: 1) with { Count = 1, ConnectTimeoutNs = 300 * Duration.Millisecond };
        var error = await Assert.ThrowsAsync<IOException>(() => RunAsync(plan));
        Assert.Contains("ESME_RBINDFAIL", error.Message, StringComparison.Ordinal);
    }

    private static SmppLoadPlan Plan(SmscSimulator smsc, int sessions) => new()
    {
        Server = smsc.EndPoint,
        Binds = [.. Enumerable.Repeat(new BindRequest(CommandId.BindTransceiver, "load", "p"), sessions)],
        Destinations = Destinations.Parse("2637########", spread: true),
        Message = new MessageShape(),
        Quiet = true,
        SettleNs = 10 * Duration.Second,
    };

    private static async Task<LoadResult> RunAsync(SmppLoadPlan plan)
    {
        using var run = new SmppLoad(plan, TextWriter.Null);
        return await run.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
    }
}
