using System.Globalization;
using Appliance.Decide;
using Appliance.Records;
using Codec;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>Who goes when: turns, priorities, order, expiry, doubt and pauses, on a virtual clock.</summary>
public sealed class DispatchTests
{
    private static readonly Route[] ToAlpha = [new("", [1])];

    [Fact]
    public void Sessions_of_a_carrier_with_a_rate_take_turns()
    {
        var stage = new DecidingStage(2000, ToAlpha, Alpha(sessions: 4, throughput: 20));
        for (var i = 0; i < 600; i++) stage.Submit(Number(i % 40), Text(i));
        stage.Commit();
        VirtualPeer[] links = [.. Enumerable.Range(0, 4).Select(session => stage.Bind(1, session))];
        var sent = new int[4];
        // New ones come in all the time, and must not take what others wait for.
        stage.Pass(10_000, () =>
        {
            stage.Submit(Number((int)(stage.Now / 10 % 40)), "new");
            for (var i = 0; i < links.Length; i++) sent[i] += AnswerAll(stage, links[i]);
        });
        Assert.InRange(sent.Sum(), 190, 210);
        Assert.InRange(sent.Max() - sent.Min(), 0, 3);
    }

    [Fact]
    public void The_highest_priority_of_all_sessions_goes_first()
    {
        var stage = new DecidingStage(2000, ToAlpha, Alpha(sessions: 4, throughput: 10));
        for (var i = 0; i < 400; i++) stage.Submit(Number(i % 40), Text(i));
        for (var i = 0; i < 30; i++) stage.Submit(Number(i % 40), "urgent", priority: 3);
        stage.Commit();
        VirtualPeer[] links = [.. Enumerable.Range(0, 4).Select(session => stage.Bind(1, session))];
        var sent = new List<string>();
        stage.Pass(3_000, () =>
        {
            foreach (var link in links)
            {
                foreach (var one in DecidingStage.Written(link))
                {
                    sent.Add(one.Text);
                    stage.Answer(link, one.Sequence);
                }
            }
        });
        Assert.InRange(sent.Count, 25, 35);
        Assert.All(sent, text => Assert.Equal("urgent", text));
    }

    [Fact]
    public void What_expires_behind_others_ends_on_time()
    {
        var stage = new DecidingStage(2000, ToAlpha, Alpha());
        stage.Submit(Number(1), "long", validity: 3600);
        stage.Submit(Number(1), "short", validity: 5);
        stage.Submit(Number(1), "long", validity: 3600);
        stage.Commit();
        stage.Pass(4_000);
        Assert.Equal(0, stage.Count(State.Expired));
        stage.Pass(2_100);
        Assert.Equal(1, stage.Count(State.Expired));
    }

    [Fact]
    public void What_expires_in_its_pause_ends_on_time()
    {
        var stage = new DecidingStage(2000, ToAlpha, Alpha());
        var link = stage.Bind(1, 0);
        stage.Submit(Number(1), "short", validity: 40);
        stage.Commit();
        stage.Pass(42_000, () => AnswerAll(stage, link, CommandStatus.ESME_RSYSERR));
        Assert.Equal(1, stage.Count(State.Expired));
    }

    [Fact]
    public void Later_messages_to_a_number_do_not_overtake_one_that_goes_out_again()
    {
        var stage = new DecidingStage(2000, ToAlpha, Alpha(window: 1));
        var link = stage.Bind(1, 0);
        for (var i = 1; i <= 4; i++) stage.Submit(Number(1), Text(i));
        stage.Submit(Number(2), "another");
        stage.Commit();
        var (sent, failures) = (new List<string>(), 2);
        stage.Pass(20_000, () =>
        {
            foreach (var one in DecidingStage.Written(link))
            {
                sent.Add(one.Text);
                var fails = one.Text == Text(1) && failures-- > 0;
                stage.Answer(link, one.Sequence, fails ? CommandStatus.ESME_RSYSERR : CommandStatus.ESME_ROK);
            }
        });
        Assert.Equal([Text(1), "another", Text(1), Text(1), Text(2), Text(3), Text(4)], sent);
    }

    [Fact]
    public void One_that_fails_again_and_again_no_longer_holds_up_the_others()
    {
        var stage = new DecidingStage(2000, ToAlpha, Alpha(window: 1));
        var link = stage.Bind(1, 0);
        stage.Submit(Number(1), "never");
        stage.Submit(Number(1), "later");
        stage.Commit();
        var sent = new List<string>();
        stage.Pass(60_000, () =>
        {
            foreach (var one in DecidingStage.Written(link))
            {
                sent.Add(one.Text);
                var status = one.Text == "never" ? CommandStatus.ESME_RSYSERR : CommandStatus.ESME_ROK;
                stage.Answer(link, one.Sequence, status);
            }
        });
        Assert.Equal(4, sent.IndexOf("later"));
        Assert.Equal(1, stage.Count(State.Submitted));
    }

    [Fact]
    public void A_message_that_ends_sessions_is_found_out_and_ends_as_unknown()
    {
        var stage = new DecidingStage(2000, ToAlpha, Alpha(window: 10));
        var link = stage.Bind(1, 0);
        for (var i = 0; i < 9; i++) stage.Submit(Number(i), i == 4 ? "poison" : "fine");
        stage.Commit();
        var (taken, copies, at) = (0, new List<long>(), stage.Now);
        stage.Pass(120_000, () =>
        {
            var written = DecidingStage.Written(link);
            if (written.Exists(one => one.Text == "poison"))
            {
                copies.Add(stage.Now - at);
                stage.Unbind(link);
                link = stage.Bind(1, 0);
                return;
            }

            foreach (var one in written)
            {
                taken++;
                stage.Answer(link, one.Sequence);
            }
        });
        Assert.Equal(8, taken);
        // The first and five more, each after a longer pause than the one before, give or take the jitter.
        Assert.Equal(6, copies.Count);
        Assert.InRange(copies[5] - copies[4], 10_000, 22_000);
        Assert.Equal(1, stage.Count(State.Unknown));
    }

    [Fact]
    public void What_waits_for_its_next_try_goes_elsewhere_when_its_carrier_is_gone()
    {
        var stage = new DecidingStage(2000, [new("", [1, 2])], Alpha(), new CarrierOptions { Id = 2, Name = "beta" });
        var alpha = stage.Bind(1, 0);
        var beta = stage.Bind(2, 0);
        stage.Submit(Number(1), "text");
        stage.Commit();
        AnswerAll(stage, alpha, CommandStatus.ESME_RSYSERR);
        stage.Commit();
        stage.Unbind(alpha);
        var taken = 0;
        stage.Pass(5_000, () => taken += AnswerAll(stage, beta));
        Assert.Equal(1, taken);
    }

    [Fact]
    public void What_waits_for_its_next_try_does_not_take_the_room_of_others()
    {
        var stage = new DecidingStage(4000, [new("49", [1]), new("48", [2])], Alpha(window: 50),
            new CarrierOptions { Id = 2, Name = "beta", Window = 10 });
        var alpha = stage.Bind(1, 0);
        var beta = stage.Bind(2, 0);
        for (var i = 0; i < 6000; i++) stage.Submit(Number(i), Text(i));
        stage.Commit();
        stage.Pass(10_000, () => AnswerAll(stage, alpha, CommandStatus.ESME_RSYSERR));
        var taken = 0;
        for (var i = 0; i < 100; i++) stage.Submit("48151" + i, Text(i));
        stage.Pass(5_000, () =>
        {
            AnswerAll(stage, alpha, CommandStatus.ESME_RSYSERR);
            taken += AnswerAll(stage, beta);
        });
        Assert.Equal(100, taken);
    }

    private static int AnswerAll(DecidingStage stage, VirtualPeer link, CommandStatus status = CommandStatus.ESME_ROK)
    {
        var written = DecidingStage.Written(link);
        foreach (var one in written) stage.Answer(link, one.Sequence, status);
        return written.Count;
    }

    private static CarrierOptions Alpha(int sessions = 1, int window = 100, int throughput = 0) => new()
    {
        Id = 1,
        Name = "alpha",
        Sessions = sessions,
        Window = window,
        Throughput = throughput,
    };

    private static string Number(int i) => string.Create(CultureInfo.InvariantCulture, $"49151{i:D6}");

    private static string Text(int i) => i.ToString(CultureInfo.InvariantCulture);
}
