using System.Globalization;
using Appliance.Decide;
using Appliance.Money;
using Appliance.Records;
using Codec;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>What messages take from a balance, what is given back, and whom margin lets pass.</summary>
public sealed class BillingTests
{
    private const ushort Account = 1;
    private const string Number = "491510000001";
    private const int Parts = 3;

    private readonly List<PendingBalance> _payments = [];

    [Fact]
    public void A_balance_is_spent_and_not_overspent()
    {
        var stage = Stage(new MoneyConfiguration());
        Pay(stage, 100, 1);
        var senders = Enumerable.Range(0, 20).Select(_ => stage.Submit(Number, "text", price: 7)).ToArray();
        stage.Commit();
        // In one batch, as in any number of them: the fifteenth has no more than two left.
        Assert.Equal(14, senders.Count(one => one.Position != 0));
        Assert.All(senders.Skip(14), one => Assert.Equal(Refusal.BalanceTooLow, one.Refusal));
        Assert.Equal(2, Balance(stage));
        Assert.Equal((6, 98), (stage.Decider.Billing.Refused, stage.Decider.Billing.Taken));
        Restart(stage, new MoneyConfiguration());
        Assert.Equal(2, Balance(stage));
    }

    [Fact]
    public void All_parts_are_charged_or_none()
    {
        var stage = Stage(new MoneyConfiguration());
        Pay(stage, 20, 1);
        var refused = stage.Submit(Number, "text", parts: Parts, price: 7);
        var taken = stage.Submit(Number, "text", parts: Parts, price: 6);
        stage.Commit();
        Assert.Equal(Refusal.BalanceTooLow, refused.Refusal);
        Assert.NotEqual(0UL, taken.Position);
        Assert.Equal(2, Balance(stage));
        // All that was not sent is given back, once.
        stage.Change(EventKind.Cancel, taken.Position);
        stage.Commit();
        Assert.Equal(20, Balance(stage));
        stage.Change(EventKind.Cancel, taken.Position);
        stage.Commit();
        Restart(stage, new MoneyConfiguration());
        Assert.Equal(20, Balance(stage));
    }

    [Fact]
    public void A_repeat_is_answered_as_before_and_charged_once()
    {
        var stage = Stage(new MoneyConfiguration());
        Pay(stage, 10, 1);
        var first = stage.Submit(Number, "text", price: 7, name: 77);
        var again = stage.Submit(Number, "text", price: 7, name: 77);
        stage.Commit();
        Assert.Equal(first.Position, again.Position);
        Assert.Equal(3, Balance(stage));
        // What was refused has no name: it is taken when there is money for it.
        var poor = stage.Submit(Number, "text", price: 7, name: 78);
        stage.Commit();
        Assert.Equal(Refusal.BalanceTooLow, poor.Refusal);
        Pay(stage, 10, 2);
        var rich = stage.Submit(Number, "text", price: 7, name: 78);
        stage.Commit();
        Assert.NotEqual(0UL, rich.Position);
        Assert.Equal(6, Balance(stage));
    }

    [Fact]
    public void A_payment_is_booked_once_under_its_name()
    {
        var stage = Stage(new MoneyConfiguration());
        Assert.False(Pay(stage, 100, 1).IsRepeat);
        Assert.True(Pay(stage, 100, 1).IsRepeat);
        Assert.Equal(Appliance.ChangeResult.NameConflict, ResultOf(Pay(stage, 99, 1)));
        Restart(stage, new MoneyConfiguration());
        Assert.True(Pay(stage, 100, 1).IsRepeat);
        Assert.Equal(Appliance.ChangeResult.OutOfRange, ResultOf(Pay(stage, Balances.Most, 2)));
        Assert.Equal(100, Balance(stage));
        // Twice in one batch.
        Event(stage, 5, 3);
        Event(stage, 5, 3);
        stage.Commit();
        Assert.Equal([false, true], _payments.TakeLast(2).Select(one => one.IsRepeat));
        Assert.Equal(105, Balance(stage));
    }

    [Theory]
    [InlineData(RefundStates.Usual, 100, 93)]
    [InlineData(RefundStates.None, 93, 93)]
    public void A_failure_is_given_back_by_policy_and_a_retry_is_charged_again(
        RefundStates refund, long failed, long retried)
    {
        var money = new MoneyConfiguration { Refund = refund };
        var stage = Stage(money);
        var link = stage.Bind(1);
        Pay(stage, 100, 1);
        var sender = stage.Submit(Number, "text", price: 7);
        stage.Commit();
        stage.AnswerAll(link, CommandStatus.ESME_RINVDSTADR);
        stage.Commit();
        Assert.Equal(failed, Balance(stage));
        Restart(stage, money);
        Assert.Equal(failed, Balance(stage));
        link = stage.Bind(1);
        var wish = stage.Change(EventKind.RetryDead, sender.Position);
        stage.Commit();
        Assert.Equal(Appliance.ChangeResult.Done, wish.Result);
        Assert.Equal(retried, Balance(stage));
        Restart(stage, money);
        Assert.Equal(retried, Balance(stage));
        // And given back again when it fails again.
        link = stage.Bind(1);
        stage.Commit();
        Assert.Equal(1, stage.AnswerAll(link, CommandStatus.ESME_RINVDSTADR));
        stage.Commit();
        Assert.Equal(failed, Balance(stage));
    }

    [Fact]
    public void A_dead_letter_goes_out_again_only_where_there_is_money_for_it()
    {
        var stage = Stage(new MoneyConfiguration());
        var link = stage.Bind(1);
        Pay(stage, 10, 1);
        var sender = stage.Submit(Number, "text", price: 7);
        stage.Commit();
        stage.AnswerAll(link, CommandStatus.ESME_RINVDSTADR);
        stage.Commit();
        stage.Submit("491510000002", "text", price: 8);
        stage.Commit();
        var poor = stage.Change(EventKind.RetryDead, sender.Position);
        stage.Commit();
        Assert.Equal((Appliance.ChangeResult.BalanceTooLow, 2), (poor.Result, Balance(stage)));
        Pay(stage, 5, 2);
        var rich = stage.Change(EventKind.RetryDead, sender.Position);
        stage.Commit();
        Assert.Equal((Appliance.ChangeResult.Done, 0), (rich.Result, Balance(stage)));
    }

    [Fact]
    public void Balances_are_written_down_anew_so_that_the_journal_need_not_be_read_from_the_first_payment()
    {
        var stage = Stage(new MoneyConfiguration());
        var link = stage.Bind(1);
        Pay(stage, 1_000_000, 1);
        for (var i = 0; i < 100; i++)
        {
            stage.Submit(Number, "text", price: 7);
            stage.Commit();
            stage.AnswerAll(link);
            stage.Pass(1000, step: 500);
        }

        var marks = stage.Log.Records.Count(one => (RecordKind)one.Value[0] == RecordKind.BalanceMark);
        Assert.InRange(marks, 2, 20);
        Assert.True(stage.Log.RestartFrom > stage.Log.Records.First().Key);
        Assert.True(stage.Log.RestartFrom
            <= stage.Log.Records.Last(one => (RecordKind)one.Value[0] == RecordKind.BalanceMark).Key);
        Restart(stage, new MoneyConfiguration());
        Assert.Equal(1_000_000 - 700, Balance(stage));
    }

    [Theory]
    // Costs of the two carriers, the price; which is chosen, 0 for none, and after that one has refused it.
    [InlineData(MarginPolicy.Allow, 9, 5, 7, 1, 2)]
    [InlineData(MarginPolicy.NextCarrier, 9, 5, 7, 2, 0)]
    [InlineData(MarginPolicy.NextCarrier, 9, 8, 7, 0, 0)]
    [InlineData(MarginPolicy.NextCarrier, 7, 9, 7, 1, 0)]
    [InlineData(MarginPolicy.NextCarrier, 9, 9, -1, 1, 2)]
    [InlineData(MarginPolicy.Refuse, 9, 5, 7, 0, 0)]
    [InlineData(MarginPolicy.Refuse, 7, 9, 7, 1, 0)]
    public void What_costs_more_than_it_brings_is_not_sent(
        MarginPolicy margin, int cost1, int cost2, int price, int chosen, int next)
    {
        var costs = new RateCard.Builder();
        Assert.True(costs.TryAddPrefix(1, "", cost1));
        Assert.True(costs.TryAddPrefix(2, "", cost2));
        var money = new MoneyTables(new MoneyConfiguration { Margin = margin }, RateCard.Empty, costs.Build());
        var options = DecideRig.Options(1000, [], DecideRig.Carrier(1), DecideRig.Carrier(2));
        var stage = new DecideRig(options with { Tables = TestRoutes.Of(money, 1, 2) });
        VirtualPeer[] links = [stage.Bind(1), stage.Bind(2)];
        var sender = stage.Submit(Number, "text", price: price);
        stage.Commit();
        if (chosen == 0)
        {
            Assert.Equal(Refusal.PriceTooLow, sender.Refusal);
            Assert.Equal(1, stage.Decider.Billing.BelowCost);
            return;
        }

        Assert.Equal(1, stage.AnswerAll(links[chosen - 1], CommandStatus.ESME_RINVSRCADR));
        stage.Commit();
        Assert.Equal(next == 1 ? 1 : 0, DecidingStage.Written(links[0]).Count);
        Assert.Equal(next == 2 ? 1 : 0, DecidingStage.Written(links[1]).Count);
        if (next == 0) Assert.Equal([sender.Position], stage.Log.Dead());
    }

    [Fact]
    public void Who_is_charged_sends_nothing_without_a_price()
    {
        var stage = Stage(new MoneyConfiguration());
        Pay(stage, 100, 1);
        var unpriced = stage.Submit(Number, "text", price: RateCard.None);
        var free = stage.Submit(Number, "text", price: 0);
        var other = stage.Submit(Number, "text", price: RateCard.None, account: 2);
        stage.Commit();
        Assert.Equal((Refusal.PriceTooLow, 1), (unpriced.Refusal, stage.Decider.Billing.Unpriced));
        Assert.Null(free.Refusal ?? other.Refusal);
        Assert.Equal(100, Balance(stage));
    }

    private static DeciderOptions Options(MoneyConfiguration money)
    {
        var options = DecideRig.Options(1000, [], DecideRig.Carrier(1));
        return options with
        {
            Accounts = [options.Accounts[0] with { Billing = new BillingConfiguration() }, options.Accounts[1]],
            Tables = TestRoutes.Of(new MoneyTables(money, RateCard.Empty, RateCard.Empty), 1),
            BalanceMarkDistance = 30,
        };
    }

    private static DecideRig Stage(MoneyConfiguration money) => new(Options(money));

    private static void Restart(DecideRig stage, MoneyConfiguration money) => stage.Restart(Options(money));

    private static long Balance(DecideRig stage) => stage.Decider.Billing.Balances[Account].Balance;

    private static Appliance.ChangeResult ResultOf(PendingBalance who) => who.Task.Result;

    private PendingBalance Pay(DecideRig stage, long amount, int name)
    {
        var who = Event(stage, amount, name);
        Assert.False(who.Task.IsCompleted);
        stage.Commit();
        Assert.True(who.Task.IsCompleted);
        return who;
    }

    private PendingBalance Event(DecideRig stage, long amount, int name)
    {
        var who = new PendingBalance();
        _payments.Add(who);
        stage.Event(EventKind.Adjust, who, (ref Slot slot) =>
        {
            slot.Account = Account;
            slot.Price = amount;
            slot.RepeatKey = (ulong)name;
            slot.RepeatBody = (ulong)amount;
            var words = System.Text.Encoding.ASCII.GetBytes(name.ToString(CultureInfo.InvariantCulture));
            words.CopyTo(slot.Allocate(words.Length));
        });
        return who;
    }
}
