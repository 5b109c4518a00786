using System.Globalization;
using Appliance.Records;
using Codec;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>Millions that wait, due times without end, carriers that are gone: nobody else is stopped.</summary>
public sealed class BacklogPressureTests
{
    private static readonly Route[] ToOne = [new("", [1])];

    [Fact]
    public void A_time_whose_messages_have_all_expired_does_not_stop_all_later_times()
    {
        var rig = new DecideRig(DecideRig.Options(2000, ToOne, DecideRig.Carrier(1)));
        var first = rig.Submit(Number(1), "first", validity: 5);
        rig.Commit();
        var changed = rig.Change(EventKind.Replace, first.Position, Number(1), "second", Seconds(rig) + 20);
        rig.Submit(Number(2), "later", due: Seconds(rig) + 30);
        rig.Commit();
        Assert.Equal(ChangeResult.Done, changed.Result);
        var link = rig.Bind(1);
        var sent = 0;
        rig.Pass(60_000, () => sent += rig.AnswerAll(link));
        Assert.Equal(1, rig.Count(State.Expired));
        Assert.Equal(1, sent);
    }

    [Fact]
    public void A_deferred_message_that_expires_does_not_stop_all_scheduled_ones()
    {
        // At full speed 65,536 frames are a minute or two: whatever is in back-off for longer is deferred.
        var options = DecideRig.Options(4000, [new("49", [1]), new("48", [2])], DecideRig.Carrier(1), DecideRig.Carrier(2))
            with { RestartDistance = 1000 };
        var rig = new DecideRig(options);
        var (link, beta) = (rig.Bind(1), rig.Bind(2));
        for (var i = 0; i < 20; i++) rig.Submit(Number(i), "fails", validity: 60);
        rig.Submit("481", "scheduled", due: Seconds(rig) + 200);
        rig.Commit();
        var sent = new List<string>();
        rig.Pass(400_000, () =>
        {
            rig.Submit("482", "traffic");
            rig.AnswerAll(link, CommandStatus.ESME_RSYSERR);
            foreach (var one in DecidingStage.Written(beta))
            {
                if (one.Text != "traffic") sent.Add(one.Text);
                rig.Answer(beta, one.Sequence);
            }
        });
        Assert.Equal(20, rig.Count(State.Expired));
        Assert.Equal(["scheduled"], sent);
    }

    [Theory]
    [InlineData(1, 4000)]
    [InlineData(3, 2300)]
    public void The_backlog_of_a_carrier_that_was_removed_does_not_take_all_memory(int parts, int memory)
    {
        var rig = new DecideRig(DecideRig.Options(
            memory, [new("49", [3]), new("48", [2])], DecideRig.Carrier(1), DecideRig.Carrier(2), DecideRig.Carrier(3)) with
        { MostWaiting = 100 });
        for (var i = 0; i < 6000; i++) rig.Submit(Number(i), "text", parts: parts);
        rig.Commit();
        rig.Restart(DecideRig.Options(memory, [new("49", [1]), new("48", [2])], DecideRig.Carrier(1), DecideRig.Carrier(2)) with
        { MostWaiting = 100 });
        var beta = rig.Bind(2);
        rig.Pass(2_000);
        for (var i = 0; i < 100; i++) rig.Submit("48151" + i, "text");
        rig.Commit();
        var sent = 0;
        rig.Pass(5_000, () => sent += rig.AnswerAll(beta));
        Assert.Equal(100, sent);
    }

    [Fact]
    public void Receipts_that_wait_for_an_esme_leave_room_for_messages_to_change_their_carrier()
    {
        // 1,500 of 2,000 is where what can be is put outside memory.
        var rig = new DecideRig(DecideRig.Options(
            2000, [new("", [1, 2])], DecideRig.Carrier(1), DecideRig.Carrier(2)));
        var (link, esme) = (rig.Bind(1), rig.Esme(1));
        for (var i = 0; i < 1500; i++) rig.Submit(Number(i), "text", registered: 1, esme: esme);
        rig.Commit();
        var taken = new List<string>();
        rig.Pass(5_000, () =>
        {
            foreach (var one in DecidingStage.Written(link))
            {
                rig.Answer(link, one.Sequence);
                taken.Add(one.Sequence.ToString("x", CultureInfo.InvariantCulture));
            }
        });
        rig.Unbound(esme);
        foreach (var id in taken) rig.Receipt(link, 1, id);
        rig.Commit();
        rig.Unbind(link);
        for (var i = 0; i < 100; i++) rig.Submit(Number(2000 + i), "text");
        rig.Commit();
        var beta = rig.Bind(2);
        var sent = 0;
        rig.Pass(20_000, () => sent += rig.AnswerAll(beta));
        Assert.Equal((1500, 100), (taken.Count, sent));
    }

    [Fact]
    public void Order_is_kept_in_a_long_row_to_one_number()
    {
        var rig = new DecideRig(DecideRig.Options(2000, ToOne, DecideRig.Carrier(1, 10)) with { MostWaiting = 100 });
        var link = rig.Bind(1);
        for (var i = 0; i < 6000; i++) rig.Submit(Number(1), i.ToString(CultureInfo.InvariantCulture));
        rig.Commit();
        var (sent, failures) = (new List<int>(), 2);
        rig.Pass(60_000, () =>
        {
            foreach (var one in DecidingStage.Written(link))
            {
                var number = int.Parse(one.Text, CultureInfo.InvariantCulture);
                var fails = number == 20 && failures-- > 0;
                if (!fails) sent.Add(number);
                rig.Answer(link, one.Sequence, fails ? CommandStatus.ESME_RSYSERR : CommandStatus.ESME_ROK);
            }
        });
        var wrong = sent.Zip(sent.Skip(1)).Count(pair => pair.Second < pair.First);
        // Those in the window with it may overtake it.
        var where = string.Join(", ", sent.Zip(sent.Skip(1)).Where(pair => pair.Second < pair.First));
        Assert.True(wrong <= 1, $"{sent.Count} sent, {wrong} times a later one before an earlier one: {where}");
    }

    [Fact]
    public void A_tick_does_not_look_at_all_due_times()
    {
        var rig = new DecideRig(DecideRig.Options(2000, ToOne, DecideRig.Carrier(1)));
        const int many = 300_000;
        for (var i = 0; i < many; i++) rig.Submit(Number(i % 999_999), "text", due: Seconds(rig) + 3600 + (uint)i);
        rig.Commit();
        // One second's tick apart, which has the floor too.
        rig.Pass(1010);
        Assert.InRange(Measured.Allocations.Least(() => rig.Pass(100)) / 10, 0, 16 * 1024);
    }

    [Fact]
    public void What_is_due_in_one_second_comes_in_bites()
    {
        var rig = new DecideRig(DecideRig.Options(10_000, ToOne, DecideRig.Carrier(1)) with { MostWaiting = 1000 });
        for (var i = 0; i < 100_000; i++) rig.Submit(Number(i), "text", due: Seconds(rig) + 10);
        rig.Commit();
        rig.Pass(9_000);
        var (records, most) = (rig.Log.Records.Count(), 0);
        for (var i = 0; i < 200; i++)
        {
            rig.Pass(10);
            var now = rig.Log.Records.Count();
            most = Math.Max(most, now - records);
            records = now;
        }

        Assert.InRange(most, 100, 10_000);
    }

    [Fact]
    public void What_a_carrier_refuses_joins_the_end_of_anothers_queue()
    {
        var rig = new DecideRig(DecideRig.Options(60_000, [new("49", [2]), new("48", [1, 2])], DecideRig.Carrier(1, 1000), DecideRig.Carrier(2, 1)));
        rig.Bind(2);
        for (var i = 0; i < 30_000; i++) rig.Submit(Number(i), "waits");
        rig.Commit();
        var alpha = rig.Bind(1);
        for (var i = 0; i < 1000; i++) rig.Submit("481" + i, "refused");
        rig.Commit();
        Assert.Equal(1000, rig.AnswerAll(alpha, CommandStatus.ESME_RINVSRCADR));
        rig.Commit();
        Assert.Equal(31_000, rig.Decider.Dispatch.Find(2)!.Waiting + rig.Decider.Dispatch.Find(2)!.HeldCount + 1);
    }

    [Fact]
    public void What_waits_for_carriers_that_are_down_leaves_the_others_their_speed()
    {
        // To scale: a quarter of memory is free, receipts come after 2 s, beta could have 20,000/s.
        var options = DecideRig.Options(40_000, [new("49", [1]), new("48", [2])], DecideRig.Carrier(1), DecideRig.Carrier(2, 400));
        var rig = new DecideRig(options);
        for (var i = 0; i < 31_000; i++) rig.Submit(Number(i), "waits");
        rig.Commit();
        var beta = rig.Bind(2);
        var (sent, number) = (0, 0);
        rig.Pass(4_000, () =>
        {
            for (var i = 0; i < 200; i++) rig.Submit("48" + number++ % 100_000, "text", registered: 1);
            sent += rig.AnswerAll(beta);
        });
        var carried = rig.Log.Records.Count(one => (RecordKind)one.Value[0] == RecordKind.Revived && one.Value[1] == 0);
        Assert.True(sent > 70_000, $"{sent} sent of 80,000 in 4 s; {carried} records only to carry what waits");
    }

    [Fact]
    public void The_end_of_a_campaign_is_taken_back()
    {
        var rig = new DecideRig(DecideRig.Options(60_000, ToOne, DecideRig.Carrier(1)));
        var senders = new List<VirtualSender>();
        for (var i = 0; i < 30_000; i++) senders.Add(rig.Submit(Number(i), "text"));
        rig.Commit();
        for (var i = senders.Count - 1; i >= senders.Count - 2000; i--) rig.Change(EventKind.Cancel, senders[i].Position);
        rig.Commit();
        Assert.Equal(2000, rig.Count(State.Cancelled));
        var link = rig.Bind(1);
        var sent = 0;
        rig.Pass(30_000, () => sent += rig.AnswerAll(link));
        Assert.Equal(28_000, sent);
    }

    private static string Number(int i) => string.Create(CultureInfo.InvariantCulture, $"49151{i:D6}");

    private static uint Seconds(DecideRig rig) => (uint)(rig.Now / 1000);
}
