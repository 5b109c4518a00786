using System.Net;
using Appliance.Simulator.Smsc;
using Codec;
using Xunit;

namespace Appliance.Tests.Simulator;

/// <summary>The simulated SMSC as an ESME meets it, over a socket.</summary>
public sealed class SmscSimulatorTests
{
    [Fact]
    public async Task A_message_is_answered_and_its_receipt_follows_with_text_and_tlvs()
    {
        await using var smsc = Start(("receipt-delay", "30ms"));
        using var esme = SmppClient.Bound(smsc.EndPoint);
        uint sequence = esme.Submit("263771234567");
        var response = esme.Read(CommandId.SubmitSmResp);
        Assert.Equal(sequence, response.Sequence);
        Assert.Equal(CommandStatus.ESME_ROK, response.Status);
        Assert.True(Guid.TryParse(response.MessageId, out _));
        var receipt = esme.ReadReceipt();
        Assert.Equal(response.MessageId, receipt.Id);
        Assert.Equal(response.MessageId, receipt.TlvId);
        Assert.Equal(MessageState.Delivered, receipt.State);
        Assert.Equal(("263771234567", "Shop"), (receipt.Source, receipt.Destination));
        Assert.Matches(
            @"^id:\S+ sub:001 dlvrd:001 submit date:\d{10} done date:\d{10} stat:DELIVRD err:000 text:$", receipt.Text);
        var statistics = await smsc.StatisticsAsync();
        Assert.Equal((1, 1, 1), (statistics.Submits, statistics.Accepted, statistics.ReceiptsSent));
    }

    [Fact]
    public async Task No_receipt_is_sent_that_was_not_asked_for_unless_the_carrier_sends_all()
    {
        await using var smsc = Start(("receipt-delay", "0"));
        using var esme = SmppClient.Bound(smsc.EndPoint);
        esme.Submit(registered: 0);
        esme.Read(CommandId.SubmitSmResp);
        esme.Submit(registered: 2);
        esme.Read(CommandId.SubmitSmResp);
        Assert.Equal(0, (await smsc.StatisticsAsync()).ReceiptsSent);
        await Change(smsc, ("receipts", "all"));
        esme.Submit(registered: 0);
        esme.ReadReceipt();
        esme.Read(CommandId.SubmitSmResp);
    }

    [Theory]
    [InlineData("hex", "dec")]
    [InlineData("dec", "hex")]
    [InlineData("hex", "HEX")]
    [InlineData("dec", "padded:20")]
    public async Task Receipts_may_write_the_id_in_another_form(string response, string receipt)
    {
        await using var smsc = Start(("id", response), ("receipt-id", receipt), ("receipt-delay", "1ms"));
        using var esme = SmppClient.Bound(smsc.EndPoint);
        esme.Submit();
        string first = esme.Read(CommandId.SubmitSmResp).MessageId;
        string second = esme.ReadReceipt().Id;
        Assert.NotEqual(first, second);
        Assert.Equal(Number(first, response), Number(second, receipt));
    }

    [Theory]
    [InlineData("tlv", "deliver_sm", CommandId.DeliverSm)]
    [InlineData("text", "deliver_sm", CommandId.DeliverSm)]
    [InlineData("text", "message_payload", CommandId.DeliverSm)]
    [InlineData("both", "message_payload", CommandId.DeliverSm)]
    [InlineData("both", "data_sm", CommandId.DataSm)]
    [InlineData("tlv", "data_sm", CommandId.DataSm)]
    public async Task Receipts_come_in_every_form_and_place(string form, string place, CommandId command)
    {
        await using var smsc = Start(("receipt-form", form), ("receipt-in", place), ("receipt-delay", "1ms"));
        using var esme = SmppClient.Bound(smsc.EndPoint);
        esme.Submit();
        string id = esme.Read(CommandId.SubmitSmResp).MessageId;
        var receipt = esme.ReadReceipt();
        Assert.Equal(id, receipt.Id);
        Assert.Equal(form == "text" ? "" : id, receipt.TlvId);
        Assert.Equal(form != "tlv" && place == "deliver_sm", receipt.Text.Contains(id, StringComparison.Ordinal));
        Assert.Equal(form != "tlv" && place != "deliver_sm", receipt.Payload.Contains(id, StringComparison.Ordinal));
        Assert.True(command is CommandId.DataSm or CommandId.DeliverSm);
    }

    [Fact]
    public async Task A_receipt_may_come_before_its_response_and_twice_and_unswapped()
    {
        await using var smsc = Start(
            ("receipt-first", "100%"), ("receipt-duplicates", "100%"), ("receipt-unswapped", "true"),
            ("receipt-mix", "UNDELIV"));
        using var esme = SmppClient.Bound(smsc.EndPoint);
        esme.Submit("263771234567");
        var first = esme.ReadReceipt();
        var second = esme.ReadReceipt();
        string id = esme.Read(CommandId.SubmitSmResp).MessageId;
        Assert.Equal(first, second);
        Assert.Equal(id, first.Id);
        Assert.Equal(MessageState.Undeliverable, first.State);
        Assert.Equal(("Shop", "263771234567"), (first.Source, first.Destination));
    }

    [Fact]
    public async Task An_intermediate_receipt_comes_first()
    {
        await using var smsc = Start(("receipt-intermediate", "100%"), ("receipt-delay", "20ms"));
        using var esme = SmppClient.Bound(smsc.EndPoint);
        esme.Submit();
        esme.Read(CommandId.SubmitSmResp);
        Assert.Equal(MessageState.Enroute, esme.ReadReceipt().State);
        Assert.Equal(MessageState.Delivered, esme.ReadReceipt().State);
    }

    [Fact]
    public async Task A_receipt_may_come_on_another_session_of_the_system_id_but_of_no_other()
    {
        await using var smsc = Start(("receipt-elsewhere", "100%"), ("receipt-delay", "1ms"));
        using var submitter = SmppClient.Bound(smsc.EndPoint);
        using var other = SmppClient.Bound(smsc.EndPoint);
        using var stranger = SmppClient.Bound(smsc.EndPoint, systemId: "stranger");
        submitter.Submit();
        string id = submitter.Read(CommandId.SubmitSmResp).MessageId;
        Assert.Equal(id, other.ReadReceipt().Id);
        Assert.True(stranger.IsSilent(TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public async Task A_transmitters_receipts_are_kept_until_a_receiver_binds()
    {
        await using var smsc = Start(("receipt-delay", "1ms"));
        using var transmitter = SmppClient.Bound(smsc.EndPoint, CommandId.BindTransmitter);
        var ids = new List<string>();
        for (int i = 0; i < 5; i++)
        {
            transmitter.Submit();
            ids.Add(transmitter.Read(CommandId.SubmitSmResp).MessageId);
        }
        await Until(smsc, statistics => statistics.Pending == 5);
        using var receiver = SmppClient.Bound(smsc.EndPoint, CommandId.BindReceiver);
        Assert.Equal(ids, Enumerable.Range(0, 5).Select(_ => receiver.ReadReceipt().Id));
        await Until(smsc, statistics => statistics is { ReceiptsAccepted: 5, Pending: 0 });
        receiver.Submit();
        Assert.Equal(CommandStatus.ESME_RINVBNDSTS, receiver.Read(CommandId.SubmitSmResp).Status);
    }

    [Fact]
    public async Task A_refused_receipt_is_sent_again_until_its_attempts_are_used_up()
    {
        await using var smsc = Start(
            new SmscOptions { ReceiptRetry = TimeSpan.FromMilliseconds(10), ReceiptAttempts = 3 },
            ("receipt-delay", "1ms"));
        using var esme = SmppClient.Bound(smsc.EndPoint);
        esme.Submit();
        esme.Read(CommandId.SubmitSmResp);
        var receipts = Enumerable.Range(0, 3).Select(_ => esme.ReadReceipt(CommandStatus.ESME_RSYSERR)).ToArray();
        Assert.Single(receipts.Select(receipt => receipt.Id).Distinct());
        await Until(smsc, statistics => statistics is { ReceiptsRefused: 3, ReceiptsDropped: 1, Pending: 0 });
    }

    [Fact]
    public async Task A_receipt_unanswered_when_the_session_ends_goes_to_the_next()
    {
        await using var smsc = Start(("receipt-delay", "1ms"));
        string id;
        using (var first = SmppClient.Bound(smsc.EndPoint))
        {
            first.Submit();
            id = first.Read(CommandId.SubmitSmResp).MessageId;
            first.Read(CommandId.DeliverSm);
        }
        using var second = SmppClient.Bound(smsc.EndPoint);
        Assert.Equal(id, second.ReadReceipt().Id);
    }

    [Fact]
    public async Task What_no_store_has_room_for_is_dropped_and_counted()
    {
        await using var smsc = Start(new SmscOptions { ReceiptStore = 3 }, ("receipt-delay", "10s"));
        using var esme = SmppClient.Bound(smsc.EndPoint);
        for (int i = 0; i < 5; i++)
        {
            esme.Submit();
            esme.Read(CommandId.SubmitSmResp);
        }
        var statistics = await smsc.StatisticsAsync();
        Assert.Equal((5, 3, 2), (statistics.Accepted, statistics.Pending, statistics.ReceiptsDropped));
    }

    [Fact]
    public async Task Mobiles_messages_come_at_their_rate()
    {
        await using var smsc = Start(
            new SmscOptions { MobileFrom = "26378####", MobileTo = "4455" }, ("mo-rate", "200"));
        using var esme = SmppClient.Bound(smsc.EndPoint, CommandId.BindReceiver);
        for (int i = 0; i < 20; i++)
        {
            var pdu = esme.Read(CommandId.DeliverSm);
            DeliverSm.TryRead(pdu.Bytes, out var deliver);
            Assert.Equal("4455", System.Text.Encoding.ASCII.GetString(deliver.DestinationAddr));
            Assert.StartsWith("26378", System.Text.Encoding.ASCII.GetString(deliver.SourceAddr), StringComparison.Ordinal);
            Assert.Equal(0, deliver.EsmClass);
            esme.SendHeader(CommandId.DeliverSmResp, pdu.Sequence);
        }
        await Until(smsc, statistics => statistics.MobileOriginatedAccepted >= 20);
    }

    internal static SmscSimulator Start(params (string Name, string Value)[] behaviour) =>
        Start(new SmscOptions(), behaviour);

    internal static SmscSimulator Start(SmscOptions options, params (string Name, string Value)[] behaviour) =>
        SmscSimulator.Start(options with
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Behaviour = behaviour.ToDictionary(setting => setting.Name, setting => setting.Value),
        });

    internal static Task Change(SmscSimulator smsc, params (string Name, string Value)[] behaviour) =>
        smsc.ChangeAsync(behaviour.ToDictionary(setting => setting.Name, setting => setting.Value));

    internal static async Task Until(SmscSimulator smsc, Func<SmscStatistics, bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var statistics = await smsc.StatisticsAsync();
        while (!condition(statistics))
        {
            Assert.False(
                deadline.IsCancellationRequested,
                System.Text.Json.JsonSerializer.Serialize(statistics, SmscJson.Default.SmscStatistics));
            await Task.Delay(5);
            statistics = await smsc.StatisticsAsync();
        }
    }

    private static ulong Number(string id, string format) =>
        format.StartsWith("hex", StringComparison.OrdinalIgnoreCase)
            ? Convert.ToUInt64(id, 16)
            : ulong.Parse(id, System.Globalization.CultureInfo.InvariantCulture);
}
