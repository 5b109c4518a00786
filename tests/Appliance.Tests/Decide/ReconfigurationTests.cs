using Appliance.Decide;
using Appliance.Operate;
using Appliance.Policy;
using Appliance.Policy.Fraud;
using Appliance.Records;
using Codec;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>Other carriers, accounts and rules between two messages: nothing that was accepted is lost.</summary>
public sealed class ReconfigurationTests
{
    private static readonly RouteConfiguration Both = new() { Carriers = ["1", "2"], Keep = TimeSpan.Zero };
    private static readonly RouteConfiguration Second = new() { Carriers = ["2"], Keep = TimeSpan.Zero };
    private int _tables;

    [Fact]
    public void What_waits_for_a_carrier_that_is_gone_goes_to_others_and_what_it_owes_is_waited_for()
    {
        var rig = Rig(Both, Carrier(1, window: 5) with { AlwaysRegister = true }, Carrier(2));
        var one = rig.Bind(1);
        Submit(rig, 20);
        var written = DecidingStage.Written(one);
        Assert.Equal(5, written.Count);

        rig.Replace(Setup(Second, Carrier(2)));
        rig.Commit();
        Check(rig);
        var two = rig.Bind(2);
        Assert.Equal(15, rig.AnswerAll(two));
        // It still answers, its receipts come, and nothing more goes there.
        foreach (var message in written.Take(3))
        {
            rig.Answer(one, message.Sequence, id: $"id{message.Sequence}");
            rig.Receipt(one, 1, $"id{message.Sequence}");
        }

        rig.Answer(one, written[3].Sequence, CommandStatus.ESME_RTHROTTLED);
        rig.Commit();
        Assert.Equal(1, rig.Decider.Dispatch.Find(1)!.RetiredUsed);
        rig.Unbind(one);
        rig.Pass(3000);
        // The one it asked back for, and the one it never answered.
        Assert.Equal(2, rig.AnswerAll(two));
        rig.Decider.Dispatch.Choice.Forget(1);
        Assert.Null(rig.Decider.Dispatch.Find(1));
        Assert.Equal(3, rig.Count(State.Delivered));
        Check(rig);
    }

    [Fact]
    public void What_has_no_carrier_left_ends_as_after_a_restart_without_it()
    {
        var rig = Rig(Both, Carrier(1), Carrier(2));
        Submit(rig, 3);
        rig.Replace(Setup(new RouteConfiguration { Prefix = "49", Carriers = ["2"] }, Carrier(2)));
        rig.Commit();
        Assert.Equal(3, rig.Count(State.Failed));
        Check(rig);
    }

    [Fact]
    public void What_waits_outside_memory_or_for_its_next_try_goes_to_others_too()
    {
        var rig = new DecideRig(DecideRig.Options(10_000, [], Carrier(1, window: 1), Carrier(2)) with
        {
            Tables = TestRoutes.Of(Both), MostWaiting = 10, LeastStock = 10,
        });
        var one = rig.Bind(1);
        Submit(rig, 50);
        Assert.InRange(rig.Decider.Dispatch.Find(1)!.HeldCount, 30, 40);
        rig.AnswerAll(one, CommandStatus.ESME_RSYSERR);
        rig.Commit();
        rig.Replace(Setup(Second, Carrier(2)));
        rig.Commit();
        rig.Unbind(one);
        rig.Decider.Dispatch.Choice.Forget(1);
        Check(rig);
        var (two, sent) = (rig.Bind(2), 0);
        rig.Pass(5000, () => sent += rig.AnswerAll(two));
        Assert.Equal(50, sent);
        Check(rig);
    }

    [Fact]
    public void What_waited_outside_memory_is_its_own_again_when_a_carrier_comes_back()
    {
        var rig = new DecideRig(DecideRig.Options(10_000, [], Carrier(1, window: 1), Carrier(2)) with
        {
            Tables = TestRoutes.Of(Both), MostWaiting = 10, LeastStock = 10,
        });
        Submit(rig, 50);
        rig.Replace(Setup(Second, Carrier(2)));
        rig.Replace(Setup(Both, Carrier(1, 100, generation: 3), Carrier(2)));
        rig.Commit();
        Assert.Empty(rig.Decider.Backlog.Strays);
        // One of before the change is of no use.
        Assert.Equal(0, rig.AnswerAll(rig.Bind(1)));
        var (one, two, sent) = (rig.Bind(1, generation: 3), rig.Bind(2), 0);
        rig.Pass(5000, () => sent += rig.AnswerAll(one) + rig.AnswerAll(two));
        Assert.Equal(50, sent);
        Check(rig);
    }

    [Fact]
    public void A_carrier_and_a_route_to_it_come_in_one_change()
    {
        var rig = Rig(Second, Carrier(2));
        var two = rig.Bind(2);
        rig.Replace(Setup(new RouteConfiguration { Carriers = ["3"] }, Carrier(2), Carrier(3, generation: 1)));
        rig.Submit("447700900301", "a");
        rig.Commit();
        Assert.Empty(DecidingStage.Written(two));
        Assert.Equal("a", Assert.Single(DecidingStage.Written(rig.Bind(3, generation: 1))).Text);
    }

    [Fact]
    public void Other_sessions_serve_what_waits_in_order_and_what_was_sent_is_answered()
    {
        var rig = Rig(Second, Carrier(2, window: 2));
        var old = rig.Bind(2);
        for (var i = 0; i < 10; i++) rig.Submit("447700900301", $"{i}");
        rig.Commit();
        var written = DecidingStage.Written(old);
        rig.Replace(Setup(Second, Carrier(2, window: 50, generation: 1) with { Sessions = 3 }));
        rig.Commit();
        Assert.False(rig.Decider.Dispatch.Find(2)!.IsUp);
        foreach (var one in written) rig.Answer(old, one.Sequence);
        rig.Commit();
        rig.Unbind(old);
        var sessions = Enumerable.Range(0, 3).Select(session => rig.Bind(2, session, generation: 1)).ToList();
        rig.Pass(100);
        Assert.Equal(["2", "3", "4", "5", "6", "7", "8", "9"],
            sessions.SelectMany(DecidingStage.Written).Select(one => one.Text));
        Check(rig);
        // It was no outage, so all of its traffic is there again.
        Assert.Equal(1, rig.Decider.Dispatch.Find(2)!.Health.Factor(rig.Now));
    }

    [Fact]
    public void A_retired_session_that_does_not_answer_in_time_is_closed_and_its_messages_go_out_again()
    {
        var rig = Rig(Both, Carrier(1) with { ResponseTimer = 2000 }, Carrier(2));
        var one = rig.Bind(1);
        Submit(rig, 2);
        rig.Replace(Setup(Second, Carrier(2)));
        rig.Commit();
        rig.Pass(4000);
        Assert.True(one.IsClosed);
        rig.Unbind(one);
        var two = rig.Bind(2);
        rig.Pass(2000);
        Assert.Equal(2, rig.AnswerAll(two));
    }

    [Fact]
    public void A_throughput_is_in_force_at_once_and_its_sessions_stay()
    {
        var rig = Rig(Second, Carrier(2));
        var two = rig.Bind(2);
        rig.Replace(Setup(Second, Carrier(2) with { Throughput = 10 }));
        Submit(rig, 30);
        Assert.Single(DecidingStage.Written(two));
        rig.Pass(1000);
        Assert.InRange(DecidingStage.Written(two).Count, 9, 11);
        rig.Replace(Setup(Second, Carrier(2)));
        rig.Pass(20);
        Assert.InRange(DecidingStage.Written(two).Count, 17, 20);
    }

    [Fact]
    public void An_account_that_is_gone_is_taken_nothing_of_and_its_receipts_wait_until_it_is_back()
    {
        var rig = Rig(Second, Carrier(2) with { AlwaysRegister = true });
        var two = rig.Bind(2);
        var esme = rig.Esme(1);
        rig.Submit("447700900301", "a", registered: 1, esme: esme);
        rig.Commit();
        rig.Replace(Setup(Second, Carrier(2)) with { Accounts = [Account(2)] });
        rig.Unbound(esme);
        var refused = rig.Submit("447700900302", "b");
        rig.Commit();
        Assert.Equal(Refusal.AccountGone, refused.Refusal);
        Assert.Null(rig.Submit("447700900302", "c", account: 2).Refusal);
        // What was accepted is finished.
        foreach (var written in DecidingStage.Written(two).Where(one => one.Text == "a"))
        {
            rig.Answer(two, written.Sequence, id: "id");
            rig.Receipt(two, 2, "id");
        }

        rig.Commit();
        Assert.Equal(1, rig.Decider.Notices.Waiting);
        rig.Replace(Setup(Second, Carrier(2)) with { Accounts = [Account(1), Account(2)] });
        var back = rig.Esme(1);
        rig.Commit();
        Assert.Contains(back.Received, one => one.Header.Command == CommandId.DeliverSm);
        Check(rig);
    }

    [Fact]
    public void What_an_account_may_have_changes_and_a_new_one_comes()
    {
        var rig = Rig(Second, Carrier(2));
        rig.Replace(Setup(Second, Carrier(2)) with
        {
            Accounts = [Account(1) with { MaxLive = 1 }, Account(2) with { SenderThroughput = 1 }, Account(7)],
        });
        Assert.Null(rig.Submit("447700900302", "a").Refusal);
        var full = rig.Submit("447700900302", "b");
        Assert.Null(rig.Submit("447700900302", "c", account: 7).Refusal);
        rig.Submit("447700900302", "d", account: 2);
        var fast = rig.Submit("447700900302", "e", account: 2);
        rig.Commit();
        Assert.Equal((Refusal.AccountFull, Refusal.SenderRate), (full.Refusal, fast.Refusal));
        Check(rig);
    }

    [Fact]
    public void What_waits_is_shared_by_the_new_weights()
    {
        var rig = Rig(Second, Carrier(2, window: 8));
        rig.Replace(Setup(Second, Carrier(2, window: 8)) with { Accounts = [Account(1), Account(2) with { Weight = 3 }] });
        for (var i = 0; i < 40; i++) rig.Submit($"4477009003{i:00}", $"{1 + (i % 2)}", account: 1 + (i % 2));
        rig.Commit();
        var written = DecidingStage.Written(rig.Bind(2));
        Assert.Equal((2, 6), (written.Count(one => one.Text == "1"), written.Count(one => one.Text == "2")));
    }

    [Fact]
    public void Fraud_is_looked_for_from_the_change_on()
    {
        var rig = Rig(Second, Carrier(2));
        var rules = new FraudRules { Limits = new RangeLimits { Mode = FraudMode.Block, Messages = 20 } };
        rig.Replace(Setup(Second, Carrier(2)) with
        {
            Fraud = FraudGuards.Of(rules, new Dictionary<string, ushort> { ["a"] = 1 }),
        });
        var senders = Enumerable.Range(0, 40).Select(i => rig.Submit($"2348030100{i:D3}", "x")).ToList();
        rig.Commit();
        Assert.Contains(senders, sender => sender.Refusal == Refusal.BlockedRange);
    }

    [Fact]
    public void A_restart_after_a_change_finds_every_message()
    {
        var rig = Rig(Both, Carrier(1, window: 5), Carrier(2));
        rig.Bind(1);
        Submit(rig, 20);
        rig.Replace(Setup(Second, Carrier(2)));
        rig.Commit();
        rig.Restart(DecideRig.Options(10_000, [], Carrier(2)) with { Tables = TestRoutes.Of(Second) });
        Check(rig);
        var (two, sent) = (rig.Bind(2), 0);
        rig.Pass(3000, () => sent += rig.AnswerAll(two));
        Assert.Equal(20, sent);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_has_refused_what_waits_outside_memory_is_known_after_a_change_of_its_route(bool restarts)
    {
        var before = new RouteConfiguration { Carriers = ["1", "2", "3"], Keep = TimeSpan.Zero };
        var after = new RouteConfiguration { Carriers = ["3", "1", "2"], Keep = TimeSpan.Zero };
        CarrierOptions[] carriers = [Carrier(1, 1000), Carrier(2, 1000), Carrier(3, 1000)];
        var rig = Rig(before, carriers);
        var (one, two) = (rig.Bind(1), rig.Bind(2));
        Submit(rig, 800);
        Assert.Equal(800, rig.AnswerAll(one, CommandStatus.ESME_RINVSERTYP));
        rig.Unbind(two);
        // What the second has not answered waits for it.
        var small = DecideRig.Options(400, [], carriers);
        rig.Restart(small with { Tables = TestRoutes.Of(before) });
        Assert.InRange(rig.Decider.Dispatch.Find(2)!.HeldCount, 400, 600);
        if (restarts) rig.Restart(small with { Tables = TestRoutes.Of(after) });
        else rig.Replace(Setup(after, carriers));
        rig.Commit();
        var (again, third, refused, sent) = (rig.Bind(1), rig.Bind(3), 0, 0);
        rig.Pass(10_000, () =>
        {
            refused += rig.AnswerAll(again);
            sent += rig.AnswerAll(third);
        });
        Assert.Equal((0, 800), (refused, sent));
        Check(rig);
    }

    private StageSetup Setup(RouteConfiguration route, params CarrierOptions[] carriers) => new()
    {
        Tables = TestRoutes.Tables(++_tables, route),
        Accounts = [Account(1), Account(2)],
        Carriers = carriers,
        OptOutClasses = MessageClasses.All,
    };

    private static AccountOptions Account(ushort id) => new(id, $"a{id}", 10_000_000, 5, 100_000);

    private static CarrierOptions Carrier(ushort id, int window = 100, int generation = 0) =>
        DecideRig.Carrier(id, window) with { Generation = generation };

    private static DecideRig Rig(RouteConfiguration route, params CarrierOptions[] carriers) =>
        new(DecideRig.Options(10_000, [], carriers) with { Tables = TestRoutes.Of(route) });

    private static void Submit(DecideRig rig, int count)
    {
        for (var i = 0; i < count; i++) rig.Submit($"4477009003{i:00}", $"{i}");
        rig.Commit();
    }

    private static void Check(DecideRig rig) => Structure.Check(rig.Decider, rig.Log);
}
