using System.Globalization;
using Appliance.Records;
using Codec;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>A restart finds what was there, whatever the configuration says now.</summary>
public sealed class RestartTests
{
    private static readonly Route[] ToOne = [new("", [1])];

    [Fact]
    public void It_starts_with_less_memory_than_what_waits_and_keeps_the_order()
    {
        var stage = new DecideRig(DecideRig.Options(20_000, ToOne, DecideRig.Carrier(1)) with
        { MostWaiting = 9_000 });
        for (var i = 0; i < 12_000; i++) stage.Submit(Number(1), Text(i));
        stage.Commit();
        var options = DecideRig.Options(4_000, ToOne, DecideRig.Carrier(1)) with { MostWaiting = 9_000 };
        stage.Restart(options);
        Assert.InRange(stage.Decider.Ledger.Table.Count, 1, 3_000);
        Structure.Check(stage.Decider, stage.Log);
        // What was put outside memory is there after another restart too.
        stage.Restart(options);
        Structure.Check(stage.Decider, stage.Log);
        Assert.Equal(12_000, stage.Decider.Ledger.Table.Count + stage.Decider.Backlog.Lists.Parts);
        var link = stage.Bind(1);
        var sent = new List<string>();
        stage.Pass(10_000, () =>
        {
            foreach (var one in DecidingStage.Written(link))
            {
                sent.Add(one.Text);
                stage.Answer(link, one.Sequence);
            }
        });
        Assert.Equal(Enumerable.Range(0, 12_000).Select(Text), sent);
    }

    [Fact]
    public void It_starts_with_less_memory_than_what_awaits_receipts()
    {
        var stage = new DecideRig(DecideRig.Options(20_000, ToOne, DecideRig.Carrier(1, 5_000)));
        var link = stage.Bind(1);
        for (var i = 0; i < 12_000; i++)
        {
            stage.Submit(Number(i), "text", registered: 1);
            if (i % 500 != 0) continue;
            stage.Commit();
            stage.AnswerAll(link);
            stage.Commit();
        }

        stage.Commit();
        stage.AnswerAll(link);
        stage.Commit();
        stage.Restart(DecideRig.Options(4_000, ToOne, DecideRig.Carrier(1, 5_000)));
        link = stage.Bind(1);
        stage.Pass(1000);
        Assert.InRange(stage.Decider.Ledger.Table.Count, 0, 3_000);
        for (var i = 1; i <= 12_000; i++)
        {
            stage.Receipt(link, 1, i.ToString("x", CultureInfo.InvariantCulture));
            if (i % 100 == 0) stage.Pass(10);
        }

        Assert.Equal(12_000, stage.Count(State.Delivered));
    }

    [Fact]
    public void What_ended_with_its_answer_stays_so_when_receipts_are_asked_for_from_now_on()
    {
        Route[] routes = [new("49", [1]), new("48", [2])];
        var stage = new DecideRig(
            DecideRig.Options(10_000, routes, DecideRig.Carrier(1, 1000), DecideRig.Carrier(2)));
        stage.Submit("481", "waits and holds the checkpoint back");
        var link = stage.Bind(1);
        for (var i = 0; i < 100; i++) stage.Submit(Number(i), "text");
        stage.Commit();
        stage.AnswerAll(link);
        stage.Commit();
        Assert.Equal(1, stage.Decider.Ledger.Table.Count);
        stage.Restart(DecideRig.Options(
            10_000, routes, DecideRig.Carrier(1, 1000) with { AlwaysRegister = true }, DecideRig.Carrier(2)));
        Assert.Equal(1, stage.Decider.Ledger.Table.Count);
    }

    [Fact]
    public void What_awaits_its_receipt_still_does_when_receipts_are_no_longer_always_asked_for()
    {
        var stage = new DecideRig(
            DecideRig.Options(10_000, ToOne, DecideRig.Carrier(1) with { AlwaysRegister = true }));
        var link = stage.Bind(1);
        stage.Submit(Number(1), "text");
        stage.Commit();
        stage.AnswerAll(link);
        stage.Commit();
        stage.Restart(DecideRig.Options(10_000, ToOne, DecideRig.Carrier(1)));
        link = stage.Bind(1);
        stage.Receipt(link, 1, "1");
        stage.Commit();
        Assert.Equal(1, stage.Count(State.Delivered));
    }

    [Fact]
    public void What_awaits_its_receipt_still_does_while_its_carrier_is_not_configured()
    {
        var options = DecideRig.Options(10_000, [new("", [1, 2])],
            DecideRig.Carrier(1) with { AlwaysRegister = true }, DecideRig.Carrier(2));
        var stage = new DecideRig(options);
        var link = stage.Bind(1);
        stage.Submit(Number(1), "text");
        stage.Commit();
        stage.AnswerAll(link);
        stage.Commit();
        stage.Restart(DecideRig.Options(10_000, [new("", [2])], DecideRig.Carrier(2)));
        stage.Restart(options);
        link = stage.Bind(1);
        stage.Receipt(link, 1, "1");
        stage.Commit();
        Assert.Equal(1, stage.Count(State.Delivered));
    }

    [Fact]
    public void An_early_receipt_in_another_base_is_not_held_again()
    {
        var options = DecideRig.Options(10_000, ToOne, DecideRig.Carrier(1));
        var stage = new DecideRig(options);
        var link = stage.Bind(1);
        stage.Submit(Number(1), "text", registered: 1);
        stage.Commit();
        var one = Assert.Single(DecidingStage.Written(link));
        // Hexadecimal in the response, decimal in the receipt, which comes first.
        stage.Receipt(link, 1, "3735928559");
        stage.Commit();
        stage.Answer(link, one.Sequence, id: "deadbeef");
        stage.Commit();
        Assert.Equal(1, stage.Count(State.Delivered));
        Assert.Equal(0, stage.Decider.Receipts.Waiting);
        stage.Restart(options);
        Assert.Equal(0, stage.Decider.Receipts.Waiting);
    }

    [Theory]
    [InlineData(CommandStatus.ESME_RMSGQFUL, 1)]
    [InlineData(CommandStatus.ESME_RMSGQFUL, 60)]
    [InlineData(CommandStatus.ESME_RSYSERR, 60)]
    [InlineData(CommandStatus.ESME_RSYSERR, 46 * 3600)]
    public void Tries_are_counted_as_they_were(CommandStatus status, int seconds)
    {
        var options = DecideRig.Options(2000, ToOne, DecideRig.Carrier(1)) with { Validity = 30 * 24 * 3600 };
        var stage = new DecideRig(options);
        var link = stage.Bind(1);
        stage.Submit(Number(1), "text");
        stage.Commit();
        stage.AnswerAll(link, status);
        stage.Commit();
        stage.Pass(seconds * 1000, () => stage.AnswerAll(link, status), step: seconds > 3600 ? 5000 : 50);
        var tries = stage.Decider.Ledger.Table[stage.Decider.Ledger.Table.Oldest].Attempts;
        stage.Restart(options);
        Assert.Equal(tries, stage.Decider.Ledger.Table[stage.Decider.Ledger.Table.Oldest].Attempts);
    }

    private static string Text(int i) => i.ToString(CultureInfo.InvariantCulture);

    private static string Number(int i) => string.Create(CultureInfo.InvariantCulture, $"49151{i:D6}");
}
