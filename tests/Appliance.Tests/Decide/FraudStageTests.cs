using System.Globalization;
using Appliance.Decide;
using Appliance.Policy.Fraud;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>Inflated traffic and fake receipts as the deciding stage sees them.</summary>
public sealed class FraudStageTests
{
    [Theory]
    [InlineData(FraudMode.Monitor, false)]
    [InlineData(FraudMode.Block, true)]
    public void A_pumped_range_is_told_and_blocked_where_that_is_wanted(FraudMode mode, bool blocks)
    {
        var rig = Rig(new FraudRules { Limits = new RangeLimits { Mode = mode, Messages = 20 } });
        var (found, blocked) = (0, 0);
        rig.Decider.Fraud.Found = (finding, _) => found += finding.Blocked == blocks ? 1 : 100;
        rig.Decider.Fraud.Blocked = account => blocked += account;
        var refused = 0;
        for (var i = 0; i < 40; i++)
        {
            var sender = rig.Submit(string.Create(CultureInfo.InvariantCulture, $"2348030100{i:D3}"), "x", parts: 1 + (i % 2));
            rig.Commit();
            if (sender.Refusal == Refusal.BlockedRange) refused++;
        }

        Assert.Equal(1, found);
        Assert.Equal(blocks, refused > 0);
        Assert.Equal(refused, blocked);
        Assert.Equal(blocks ? 1 : 0, rig.Decider.Fraud.BlockedRanges(rig.Now).Count);
    }

    [Fact]
    public void Receipts_say_that_a_range_is_real()
    {
        var rig = Rig(new FraudRules
        {
            Limits = new RangeLimits { Mode = FraudMode.Monitor, Messages = 60, DeliveredShare = 0.5 },
        });
        var found = 0;
        rig.Decider.Fraud.Found = (_, _) => found++;
        var carrier = rig.Bind(1);
        for (var i = 0; i < 100; i++)
        {
            rig.Submit(string.Create(CultureInfo.InvariantCulture, $"2348030100{i:D3}"), "x", registered: 1);
            rig.Commit();
            var sent = Assert.Single(DecidingStage.Written(carrier));
            var id = "id" + i.ToString(CultureInfo.InvariantCulture);
            rig.Answer(carrier, sent.Sequence, id: id);
            rig.Receipt(carrier, 1, id);
            rig.Commit();
            DecidingStage.Written(carrier);
        }

        Assert.Equal(0, found);
    }

    [Theory]
    [InlineData(40, true)]
    [InlineData(2_000, false)]
    public void The_time_of_a_receipt_counts_from_the_carriers_answer_in_milliseconds(int latency, bool suspected)
    {
        var rig = Rig(new FraudRules
        {
            Receipts = new ReceiptLimits { Mode = FraudMode.Monitor, Receipts = 50, Score = 0.93 },
        });
        var judgements = new List<ReceiptJudgement>();
        rig.Decider.Fraud.Judged = judgements.Add;
        var carrier = rig.Bind(1);
        for (var i = 0; i < 50; i++)
        {
            rig.Submit(string.Create(CultureInfo.InvariantCulture, $"23480301{i:D5}"), "x", registered: 1);
            rig.Commit();
            var sent = Assert.Single(DecidingStage.Written(carrier));
            var id = "id" + i.ToString(CultureInfo.InvariantCulture);
            rig.Answer(carrier, sent.Sequence, id: id);
            rig.Now += latency + (i * 7 % 40);
            rig.Receipt(carrier, 1, id);
            rig.Commit();
            DecidingStage.Written(carrier);
        }

        var judgement = Assert.Single(judgements);
        Assert.Equal(suspected, judgement.Finding is { TooFast: 1 });
    }

    private static DecideRig Rig(FraudRules rules) =>
        new(DecideRig.Options(10_000, [new Route("", [1])], DecideRig.Carrier(1)) with { Fraud = rules });
}
