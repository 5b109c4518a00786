using Appliance.Decide;
using Appliance.Operate;
using Appliance.Routing;
using Codec;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>The deciding stage with routes: who loses traffic, where it goes, what it costs of the limits.</summary>
public sealed class RoutingTests
{
    private static readonly RouteConfiguration Both = new() { Carriers = ["1", "2"], Keep = TimeSpan.Zero };

    [Fact]
    public void A_carrier_that_errs_loses_what_comes_and_what_waits()
    {
        var rig = new DecideRig(Options(Both, Carrier(1, window: 5), Carrier(2)));
        var (one, two) = (rig.Bind(1), rig.Bind(2));
        for (var i = 0; i < 20; i++) rig.Submit($"4477009003{i:00}", "a");
        rig.Commit();
        Assert.Equal(5, rig.AnswerAll(one, CommandStatus.ESME_RSYSERR));
        rig.Pass(10);
        // Five bad answers one after another: what waited is at the other, and what comes goes there.
        Assert.Equal(15, rig.AnswerAll(two));
        rig.Submit("447700900999", "b");
        rig.Commit();
        Assert.Equal("b", Assert.Single(DecidingStage.Written(two)).Text);
        Assert.Empty(DecidingStage.Written(one));
        // The ones that failed go out again after their pause, at the one that is fit.
        rig.Pass(3000);
        Assert.Equal(5, DecidingStage.Written(two).Count);
    }

    [Fact]
    public void A_carrier_that_answers_nothing_loses_its_traffic_and_gets_it_back_by_and_by()
    {
        var rig = new DecideRig(Options(Both, Carrier(1), Carrier(2)));
        var (one, two) = (rig.Bind(1), rig.Bind(2));
        rig.Submit("447700900300", "a");
        rig.Commit();
        rig.Pass(5100);
        for (var i = 0; i < 50; i++) rig.Submit($"4477009003{i:00}", "b");
        rig.Commit();
        Assert.Equal(50, rig.AnswerAll(two));
        rig.AnswerAll(one);
        // Five seconds of nothing, then two in a hundred, and all after thirty more.
        rig.Pass(12_000);
        var half = Share(rig, one, two);
        Assert.InRange(half, 0.1, 0.5);
        rig.Pass(10_000);
        Assert.InRange(Share(rig, one, two), half + 0.1, 0.95);
        rig.Pass(20_000);
        Assert.Equal(1, Share(rig, one, two));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_throttled_message_goes_on_where_its_route_overflows(bool overflow)
    {
        var route = new RouteConfiguration { Carriers = ["1", "2"], Keep = TimeSpan.Zero, Overflow = overflow };
        var rig = new DecideRig(Options(route, Carrier(1), Carrier(2)));
        var (one, two) = (rig.Bind(1), rig.Bind(2));
        rig.Submit("447700900301", "a");
        rig.Commit();
        rig.AnswerAll(one, CommandStatus.ESME_RTHROTTLED);
        rig.Commit();
        rig.Submit("447700900302", "b");
        rig.Commit();
        Assert.Equal(overflow ? ["a", "b"] : [], DecidingStage.Written(two).Select(written => written.Text));
        rig.Pass(2000);
        Assert.Equal(overflow ? [] : ["a", "b"], DecidingStage.Written(one).Select(written => written.Text));
        Assert.Equal(overflow ? 1 : 0, rig.Decider.Dispatch.Find(1)!.Counters.Overflows);
    }

    [Fact]
    public void An_overflow_is_the_same_after_a_restart()
    {
        var options = Options(
            new RouteConfiguration { Carriers = ["1", "2"], Keep = TimeSpan.Zero, Overflow = true }, Carrier(1), Carrier(2));
        var rig = new DecideRig(options);
        var (one, _) = (rig.Bind(1), rig.Bind(2));
        rig.Submit("447700900301", "a");
        rig.Commit();
        rig.AnswerAll(one, CommandStatus.ESME_RTHROTTLED);
        rig.Commit();
        rig.Restart(options);
        // It was handed to the second, so that is where it is in doubt.
        Assert.Equal(2, rig.Decider.Ledger.Table[rig.Decider.Ledger.Table.Oldest].Carrier);
    }

    [Fact]
    public void What_a_session_drop_sends_again_takes_no_second_token()
    {
        var rig = new DecideRig(Options(new RouteConfiguration { Carriers = ["1"] }, Carrier(1) with { Throughput = 10 }));
        var first = rig.Bind(1);
        rig.Submit("447700900301", "a");
        rig.Submit("447700900302", "b");
        rig.Commit();
        Assert.Equal("a", Assert.Single(DecidingStage.Written(first)).Text);
        rig.Unbind(first);
        var second = rig.Bind(1);
        rig.Commit();
        // There is no token for another one yet.
        Assert.Equal("a", Assert.Single(DecidingStage.Written(second)).Text);
        rig.Pass(110);
        Assert.Equal("b", Assert.Single(DecidingStage.Written(second)).Text);
    }

    [Fact]
    public void A_senders_messages_wait_their_turn_at_a_carrier()
    {
        var rig = new DecideRig(Options(
            new RouteConfiguration { Carriers = ["1"] }, Carrier(1) with { SenderThroughput = 10 }));
        var link = rig.Bind(1);
        var times = new List<long>();
        for (var i = 0; i < 10; i++) rig.Submit($"4477009003{i:00}", $"{i}");
        rig.Commit();
        var texts = new List<string>();
        rig.Pass(1200, () =>
        {
            foreach (var written in DecidingStage.Written(link))
            {
                times.Add(rig.Now);
                texts.Add(written.Text);
            }
        });
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), texts);
        for (var i = 1; i < times.Count - 1; i++) Assert.InRange(times[i + 1] - times[i], 90, 120);
    }

    [Fact]
    public void A_sender_of_an_account_is_refused_above_its_rate()
    {
        var options = Options(new RouteConfiguration { Carriers = ["1"] }, Carrier(1));
        var rig = new DecideRig(options with
        {
            Accounts = [new AccountOptions(1, "a", 10_000_000, 5, 100_000) { SenderThroughput = 2 }],
        });
        rig.Bind(1);
        var senders = Enumerable.Range(0, 3).Select(i => rig.Submit($"44770090030{i}", "x")).ToArray();
        rig.Commit();
        Assert.Equal([null, null, Refusal.SenderRate], senders.Select(sender => sender.Refusal));
        Assert.Equal(1, rig.Decider.Dispatch.Senders.Refused);
        rig.Now += 600;
        var later = rig.Submit("447700900309", "x");
        rig.Commit();
        Assert.Null(later.Refusal);
    }

    [Fact]
    public void Who_has_refused_a_message_is_known_after_the_routes_have_changed()
    {
        var rig = new DecideRig(Options(
            new RouteConfiguration { Carriers = ["1", "2", "3"], Keep = TimeSpan.Zero }, Carrier(1), Carrier(2), Carrier(3)));
        var links = new[] { rig.Bind(1), rig.Bind(2), rig.Bind(3) };
        rig.Submit("447700900301", "a");
        rig.Commit();
        rig.AnswerAll(links[0], CommandStatus.ESME_RINVSRCADR);
        rig.Commit();
        rig.Decider.Dispatch.Replace(TestRoutes.Tables(
            1, new RouteConfiguration { Carriers = ["3", "2", "1"], Keep = TimeSpan.Zero }));
        Assert.Equal(1, rig.AnswerAll(links[1], CommandStatus.ESME_RINVSRCADR));
        rig.Commit();
        Assert.Empty(DecidingStage.Written(links[0]));
        Assert.Single(DecidingStage.Written(links[2]));
    }

    [Fact]
    public void A_message_taken_in_under_other_tables_goes_by_those_in_force()
    {
        var rig = new DecideRig(Options(new RouteConfiguration { Carriers = ["1"] }, Carrier(1), Carrier(2)));
        var (_, two) = (rig.Bind(1), rig.Bind(2));
        var old = rig.Decider.Options.Tables.Current;
        rig.Decider.Dispatch.Replace(TestRoutes.Tables(1, new RouteConfiguration { Prefix = "44", Carriers = ["2"] }));
        // Whoever took it in had read the tables a moment before.
        rig.Decider.Options.Tables.Replace(old);
        rig.Submit("447700900301", "a");
        var none = rig.Submit("497700900301", "b");
        rig.Commit();
        Assert.Equal("a", Assert.Single(DecidingStage.Written(two)).Text);
        Assert.Equal(Refusal.NoRoute, none.Refusal);
    }

    [Fact]
    public void A_canary_that_delivers_less_is_out()
    {
        var rig = new DecideRig(Options(
            new RouteConfiguration
            {
                Carriers = ["1", "2"],
                Keep = TimeSpan.Zero,
                Canary = new RouteCanary("2", 0.5, 0.1, 20),
            },
            Carrier(1) with { AlwaysRegister = true }, Carrier(2) with { AlwaysRegister = true }));
        var (one, two) = (rig.Bind(1), rig.Bind(2));
        RouteRule? told = null;
        rig.Decider.Outcomes.RolledBack = rule => told = rule;
        for (var i = 0; i < 100; i++) rig.Submit($"4477009003{i:00}", "a");
        rig.Commit();
        Report(rig, one, 1, MessageState.Delivered);
        Assert.InRange(Report(rig, two, 2, MessageState.Undeliverable), 30, 70);
        rig.Pass(1100);
        Assert.Equal("2", told?.Trial?.Canary.Carrier);
        for (var i = 0; i < 100; i++) rig.Submit($"4477009003{i:00}", "b");
        rig.Commit();
        // What else was written answers the receipts.
        Assert.Equal(100, DecidingStage.Written(one).Count(written => written.Text == "b"));
        Assert.DoesNotContain(DecidingStage.Written(two), written => written.Text == "b");
    }

    private static int Report(DecideRig rig, VirtualPeer link, int carrier, MessageState state)
    {
        var written = DecidingStage.Written(link);
        foreach (var one in written)
        {
            rig.Answer(link, one.Sequence, id: $"id{one.Sequence}");
            rig.Receipt(link, carrier, $"id{one.Sequence}", state: state);
        }

        rig.Commit();
        return written.Count;
    }

    /// <summary>The first one's share of what goes to many numbers.</summary>
    private static double Share(DecideRig rig, VirtualPeer one, VirtualPeer two)
    {
        for (var i = 0; i < 60; i++) rig.Submit($"44770091{i:000}", "c");
        rig.Commit();
        var (first, second) = (rig.AnswerAll(one), rig.AnswerAll(two));
        rig.Commit();
        Assert.Equal(60, first + second);
        return first / 60.0;
    }

    private static DeciderOptions Options(RouteConfiguration route, params CarrierOptions[] carriers) =>
        DecideRig.Options(10_000, [], carriers) with { Tables = TestRoutes.Of(route) };

    private static CarrierOptions Carrier(ushort id, int window = 100) => DecideRig.Carrier(id, window);
}
