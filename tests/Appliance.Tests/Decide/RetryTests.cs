using System.Globalization;
using Appliance.Decide;
using Appliance.Records;
using Codec;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>Errors, sessions that end and doubt: how often and when a message goes out again.</summary>
public sealed class RetryTests
{
    private static readonly Route[] ToOne = [new("", [1])];
    private readonly Queue<uint> _waiting = new();

    [Fact]
    public void High_priority_behind_a_suspect_is_not_starved_by_a_low_backlog()
    {
        var rig = new DecideRig(DecideRig.Options(20_000, ToOne, DecideRig.Carrier(1, 10)));
        var link = rig.Bind(1);
        rig.Submit(Number(1), "suspect", priority: 3);
        rig.Commit();
        for (var i = 0; i < 2; i++)
        {
            rig.Pass(5_000);
            DecidingStage.Written(link);
            rig.Unbind(link);
            link = rig.Bind(1);
        }

        for (var i = 0; i < 20_000; i++) rig.Submit(Number(i + 10), "low");
        rig.Commit();
        var (sent, passed) = (new List<string>(), 0);
        rig.Pass(20_000, () =>
        {
            if (++passed == 500) rig.Submit(Number(2), "urgent", priority: 3);
            // Answers come one by one, as they do; the window is never empty.
            foreach (var one in DecidingStage.Written(link))
            {
                sent.Add(one.Text);
                _waiting.Enqueue(one.Sequence);
            }

            for (var i = 0; i < 3 && _waiting.Count > 0; i++) rig.Answer(link, _waiting.Dequeue());
        });
        var at = sent.IndexOf("urgent");
        Assert.True(at >= 0, $"{sent.Count} of low priority sent, the urgent one and the suspect never");
    }

    [Fact]
    public void A_message_in_doubt_at_a_carrier_that_was_removed_keeps_its_policy()
    {
        Route[] routes = [new("", [1, 2])];
        var rig = new DecideRig(DecideRig.Options(10_000, routes, DecideRig.Carrier(1) with { InDoubt = InDoubtPolicy.Fail }, DecideRig.Carrier(2)));
        rig.Bind(1);
        rig.Submit(Number(1), "text");
        rig.Commit();
        rig.Restart(DecideRig.Options(10_000, [new("", [2])], DecideRig.Carrier(2)));
        var link = rig.Bind(2);
        rig.Pass(1000);
        Assert.Empty(link.Received);
    }

    [Fact]
    public void Back_off_grows_where_a_route_has_two_carriers()
    {
        var rig = new DecideRig(DecideRig.Options(2000, [new("", [1, 2])], DecideRig.Carrier(1), DecideRig.Carrier(2)));
        VirtualPeer[] links = [rig.Bind(1), rig.Bind(2)];
        rig.Submit(Number(1), "text");
        rig.Commit();
        var tries = 0;
        rig.Pass(3_600_000, () => tries += links.Sum(link => rig.AnswerAll(link, CommandStatus.ESME_RSYSERR)), step: 100);
        // One carrier alone: 14 in the hour.
        Assert.InRange(tries, 5, 40);
    }

    [Fact]
    public void A_message_a_carrier_answers_as_a_fault_of_the_session_does_not_ruin_its_neighbours()
    {
        var rig = new DecideRig(DecideRig.Options(2000, ToOne, DecideRig.Carrier(1, 10)));
        var link = rig.Bind(1);
        for (var i = 0; i < 9; i++) rig.Submit(Number(i), i == 0 ? "poison" : "fine");
        rig.Commit();
        var (copies, fine) = (0, 0);
        rig.Pass(600_000, () =>
        {
            var written = DecidingStage.Written(link);
            if (written.Find(one => one.Text == "poison") is { Sequence: > 0 } poison)
            {
                copies++;
                // The neighbours were taken, but the session goes before they are answered.
                fine += written.Count - 1;
                rig.Answer(link, poison.Sequence, CommandStatus.ESME_RINVCMDLEN);
                rig.Commit();
                rig.Unbind(link);
                link = rig.Bind(1);
                return;
            }

            fine += written.Count;
            foreach (var one in written) rig.Answer(link, one.Sequence);
        });
        Assert.True(copies < 10 && fine <= 16, $"{copies} copies of the poison, neighbours taken {fine} times, {rig.Count(State.Unknown)} unknown");
    }

    [Fact]
    public void What_may_have_been_delivered_cannot_be_taken_back()
    {
        var rig = new DecideRig(DecideRig.Options(2000, ToOne, DecideRig.Carrier(1)));
        var link = rig.Bind(1);
        var sender = rig.Submit(Number(1), "text");
        rig.Commit();
        rig.Unbind(link);
        var cancelled = rig.Change(EventKind.Cancel, sender.Position);
        rig.Commit();
        Assert.Equal(ChangeResult.TooLate, cancelled.Result);
    }

    [Fact]
    public void Lanes_go_when_their_message_expires()
    {
        var rig = new DecideRig(DecideRig.Options(2000, ToOne, DecideRig.Carrier(1)));
        var link = rig.Bind(1);
        for (var i = 0; i < 500; i++) rig.Submit(Number(i), "text", validity: 3);
        rig.Commit();
        rig.Pass(60_000, () => rig.AnswerAll(link, CommandStatus.ESME_RSYSERR));
        Assert.Equal(0, rig.Decider.Ledger.Table.Count);
        Assert.Equal(0, rig.Decider.Dispatch.WaitingInOrder(rig.Decider.Dispatch.Find(1)!));
        Assert.Equal(0, rig.Decider.Dispatch.Lanes);
    }

    [Fact]
    public void Nothing_more_is_handed_to_a_session_that_is_being_closed()
    {
        var rig = new DecideRig(DecideRig.Options(2000, ToOne, DecideRig.Carrier(1) with { InDoubt = InDoubtPolicy.Fail }));
        var link = rig.Bind(1);
        rig.Submit(Number(1), "text");
        rig.Commit();
        rig.AnswerAll(link, CommandStatus.ESME_RINVBNDSTS);
        rig.Commit();
        Assert.True(link.IsClosed);
        rig.Unbind(link);
        link = rig.Bind(1);
        rig.Pass(10_000);
        Assert.Equal(0, rig.Count(State.Unknown));
        Assert.Single(link.Received);
    }

    private static string Number(int i) => string.Create(CultureInfo.InvariantCulture, $"49151{i:D6}");
}
