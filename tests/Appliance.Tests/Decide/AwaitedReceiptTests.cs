using System.Globalization;
using Appliance.Records;
using Codec;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>How long a receipt is waited for, and who is told that none has come.</summary>
public sealed class AwaitedReceiptTests
{
    private static readonly Route[] ToOne = [new("", [1])];

    [Theory]
    [InlineData(2000, false)]
    [InlineData(2000, true)]
    public void The_wait_begins_when_the_carrier_has_taken_the_message(int memory, bool restarts)
    {
        // To scale: sent four days after it was accepted, as scheduled; receipts are waited for three days.
        var options = DecideRig.Options(memory, ToOne, DecideRig.Carrier(1)) with { ReceiptTimer = 60_000 };
        var stage = new DecideRig(options);
        var link = stage.Bind(1);
        stage.Submit(Number(1), "text", registered: 1, due: Seconds(stage) + 90);
        stage.Commit();
        stage.Pass(95_000, () => stage.AnswerAll(link));
        if (restarts)
        {
            stage.Restart(options);
            link = stage.Bind(1);
            stage.Pass(5_000);
        }

        stage.Receipt(link, 1, "1");
        stage.Commit();
        Assert.Equal((0, 1), (stage.Count(State.Unknown), stage.Count(State.Delivered)));
    }

    [Fact]
    public void The_wait_outside_memory_begins_when_the_carrier_has_taken_the_message()
    {
        var options = DecideRig.Options(2000, [new("49", [1]), new("48", [2])], DecideRig.Carrier(1),
            DecideRig.Carrier(2)) with { ReceiptTimer = 60_000, RestartDistance = 10 };
        var stage = new DecideRig(options);
        var (link, beta) = (stage.Bind(1), stage.Bind(2));
        stage.Submit(Number(1), "text", registered: 1, due: Seconds(stage) + 90);
        stage.Commit();
        stage.Pass(100_000, () =>
        {
            stage.AnswerAll(link);
            stage.Submit("481", "traffic");
            stage.AnswerAll(beta);
        });
        Assert.Equal((1, 0), (stage.Log.Awaited, stage.Count(State.Unknown)));
        stage.Receipt(link, 1, "1");
        stage.Commit();
        Assert.Equal(1, stage.Count(State.Delivered));
    }

    [Fact]
    public void Receipts_that_never_come_are_given_up_though_an_ESME_is_away_for_days()
    {
        var options = DecideRig.Options(20_000, ToOne, DecideRig.Carrier(1, 5000)) with { ReceiptTimer = 60_000 };
        var stage = new DecideRig(options);
        var (away, here) = (stage.Esme(1), stage.Esme(2));
        var link = stage.Bind(1);
        for (var i = 0; i < 1100; i++) stage.Submit(Number(i), "told", registered: 1, esme: away);
        stage.Commit();
        stage.Event(EventKind.EsmeUnbound, away, (ref Slot _) => { });
        var written = DecidingStage.Written(link);
        foreach (var one in written) stage.Answer(link, one.Sequence);
        stage.Commit();
        foreach (var one in written) stage.Receipt(link, 1, one.Sequence.ToString("x", CultureInfo.InvariantCulture));
        stage.Commit();
        stage.Submit(Number(7), "no receipt comes", registered: 1, esme: here, account: 2);
        stage.Commit();
        stage.AnswerAll(link);
        stage.Commit();
        stage.Pass(120_000, step: 1000);
        Assert.Equal(1, stage.Count(State.Unknown));
    }

    [Fact]
    public void A_younger_message_at_the_head_of_memory_does_not_keep_older_ones_from_being_given_up()
    {
        // What is scheduled is the oldest of memory by its acceptance, and the last that was sent.
        var options = DecideRig.Options(2000, [new("49", [1]), new("48", [2])], DecideRig.Carrier(1),
            DecideRig.Carrier(2)) with { ReceiptTimer = 60_000 };
        var stage = new DecideRig(options);
        var link = stage.Bind(1);
        stage.Submit("481", "waits for a carrier that is down");
        stage.Submit(Number(1), "no receipt comes", registered: 1);
        stage.Commit();
        stage.AnswerAll(link);
        stage.Commit();
        stage.Pass(50_000, step: 1000);
        var beta = stage.Bind(2);
        stage.Pass(15_000, () => stage.AnswerAll(beta), step: 1000);
        Assert.Equal(1, stage.Count(State.Unknown));
    }

    [Fact]
    public void Each_part_is_waited_for_from_its_own_sending()
    {
        var options = DecideRig.Options(2000, ToOne, DecideRig.Carrier(1)) with { ReceiptTimer = 60_000 };
        var stage = new DecideRig(options);
        var link = stage.Bind(1);
        stage.Submit(Number(1), "text", registered: 1, parts: 2);
        stage.Commit();
        var written = DecidingStage.Written(link);
        stage.Answer(link, written[0].Sequence);
        stage.Commit();
        stage.Pass(50_000, step: 1000);
        stage.Answer(link, written[1].Sequence);
        stage.Commit();
        stage.Pass(15_000, step: 1000);
        Assert.Equal(1, stage.Count(State.Unknown));
        stage.Receipt(link, 1, "2");
        stage.Commit();
        Assert.Equal(1, stage.Count(State.Delivered));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_asked_for_a_receipt_is_told_though_the_carrier_gave_no_id(bool restarts)
    {
        var options = DecideRig.Options(2000, ToOne, DecideRig.Carrier(1)) with { ReceiptTimer = 60_000 };
        var stage = new DecideRig(options);
        var esme = stage.Esme(1);
        var link = stage.Bind(1);
        stage.Submit(Number(1), "text", registered: 1, esme: esme);
        stage.Commit();
        stage.Answer(link, Assert.Single(DecidingStage.Written(link)).Sequence, id: "");
        stage.Commit();
        if (restarts)
        {
            stage.Restart(options);
            esme = stage.Esme(1);
        }

        stage.Pass(55_000, step: 1000);
        Assert.DoesNotContain(esme.Received, got => got.Header.Command == CommandId.DeliverSm);
        stage.Pass(10_000, step: 1000);
        Assert.Contains(esme.Received, got => got.Header.Command == CommandId.DeliverSm);
    }

    [Fact]
    public void Messages_without_an_id_are_given_up_outside_memory_too()
    {
        var options = DecideRig.Options(2000, [new("49", [1]), new("48", [2])], DecideRig.Carrier(1),
            DecideRig.Carrier(2)) with { ReceiptTimer = 60_000, RestartDistance = 10 };
        var stage = new DecideRig(options);
        var (link, beta) = (stage.Bind(1), stage.Bind(2));
        for (var i = 0; i < 3; i++) stage.Submit(Number(i), "text", registered: 1);
        stage.Commit();
        foreach (var one in DecidingStage.Written(link)) stage.Answer(link, one.Sequence, id: "");
        stage.Commit();
        stage.Pass(10_000, () =>
        {
            stage.Submit("481", "traffic");
            stage.AnswerAll(beta);
        });
        Assert.Equal((3, 0), (stage.Log.Awaited, stage.Count(State.Unknown)));
        stage.Pass(60_000, step: 1000);
        Assert.Equal((0, 3), (stage.Log.Awaited, stage.Count(State.Unknown)));
    }

    private static string Number(int i) => string.Create(CultureInfo.InvariantCulture, $"49151{i:D6}");

    private static uint Seconds(DecideRig stage) => (uint)(stage.Now / 1000);
}
