using Appliance.Policy.OptOuts;
using Appliance.Records;
using Codec;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>What carriers are to hear is kept for some milliseconds, unless somebody waits for it.</summary>
public sealed class GatherTests
{
    [Fact]
    public void A_submission_goes_out_with_those_of_the_next_milliseconds()
    {
        var rig = Rig(window: 100);
        var link = rig.Bind(1);
        Submit(rig, 1);
        Submit(rig, 2);
        Assert.Empty(link.Received);
        Wait(rig, 8);
        Assert.Equal(["1", "2"], Texts(link));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(8, 4)]
    public void From_half_of_the_window_on_it_goes_at_once(int window, int half)
    {
        var rig = Rig(window);
        var link = rig.Bind(1);
        for (var n = 1; n < half; n++)
        {
            Submit(rig, n);
            Assert.Empty(link.Received);
        }

        Submit(rig, half);
        Assert.Equal(half, link.Received.Count);
    }

    [Fact]
    public void A_session_that_comes_or_goes_lets_out_what_was_kept_for_the_others()
    {
        var rig = Rig(window: 100);
        var (one, two) = (rig.Bind(1), rig.Bind(1, session: 1));
        Submit(rig, 1, 5);
        Assert.Empty(one.Received);
        Assert.Empty(two.Received);
        rig.Unbind(two);
        Assert.NotEmpty(one.Received);
        Submit(rig, 6, 9);
        var before = one.Received.Count;
        rig.Bind(1, session: 1);
        Assert.Equal(before + 4, one.Received.Count);
    }

    [Fact]
    public void A_carrier_that_has_few_receipts_unanswered_is_found_out_and_does_not_wait()
    {
        var rig = Rig(window: 100);
        var link = rig.Bind(1);
        for (var round = 0; round < 8; round++)
        {
            Receipts(rig, link, 2);
            Assert.Equal(round * 2, link.Received.Count);
            Wait(rig, 8);
        }

        // Two are all it ever sends before it falls silent.
        Receipts(rig, link, 2);
        Assert.Equal(18, link.Received.Count);
        // That is not for ever.
        Wait(rig, 10_001);
        Receipts(rig, link, 2);
        Assert.Equal(18, link.Received.Count);
    }

    [Fact]
    public void A_carrier_that_falls_silent_after_now_more_now_fewer_waits_for_nothing()
    {
        var rig = Rig(window: 100);
        var link = rig.Bind(1);
        for (var round = 0; round < 20; round++)
        {
            var before = link.Received.Count;
            Receipts(rig, link, 1 + (round % 3));
            Assert.Equal(before, link.Received.Count);
            Wait(rig, 8);
            Assert.Equal(before + 1 + (round % 3), link.Received.Count);
        }
    }

    [Fact]
    public void The_answer_to_STOP_comes_after_what_was_sent_before()
    {
        var rig = Rig(window: 100);
        var (one, other) = (rig.Bind(1), rig.Bind(2));
        Submit(rig, 1);
        Assert.Empty(one.Received);
        var wish = new OptOutWish(1, "447700900001", "", OptOutAction.Added, OptOutSource.Reply, "STOP");
        rig.Event(EventKind.Inbound, other, (ref Slot slot) =>
        {
            var record = new byte[OptOutChange.LongestRecord];
            var length = wish.Write(record, (byte)RecordKind.OptOut, rig.Now);
            slot.Route = length;
            slot.Status = (uint)CommandId.DeliverSmResp;
            record.AsSpan(0, length).CopyTo(slot.Allocate(length));
        });
        rig.Commit();
        Assert.Single(one.Received);
        Assert.Single(other.Received);
    }

    [Fact]
    public void A_session_that_is_given_up_hears_at_once()
    {
        var rig = Rig(window: 100);
        var link = rig.Bind(1, generation: 7);
        Receipts(rig, link, 1);
        Assert.Single(link.Received);
    }

    [Fact]
    public void The_last_word_goes_at_once_and_ends_the_session_after_it()
    {
        var rig = Rig(window: 100);
        var link = rig.Bind(1);
        Receipts(rig, link, 1);
        rig.Event(EventKind.Reply, link, (ref Slot slot) =>
        {
            slot.Code = 1;
            new Header(Header.Size, CommandId.UnbindResp, CommandStatus.ESME_ROK, 9).Write(slot.Allocate(Header.Size));
        });
        Assert.False(link.IsClosed);
        rig.Commit();
        Assert.Equal([CommandId.DeliverSmResp, CommandId.UnbindResp], link.Received.Select(one => one.Header.Command));
        Assert.True(link.IsClosed);
    }

    private static DecideRig Rig(int window) => new(DecideRig.Options(
        10_000, [new Route("", [1])], DecideRig.Carrier(1, window) with { Sessions = 2 }, DecideRig.Carrier(2))
        with { GatherFrom = 0 });

    /// <summary>Messages to numbers of their own, a batch each.</summary>
    private static void Submit(DecideRig rig, int from, int to = 0)
    {
        for (var n = from; n <= Math.Max(from, to); n++)
        {
            rig.Submit($"4477009000{n:00}", $"{n}");
            rig.Commit();
        }
    }

    private static void Receipts(DecideRig rig, VirtualPeer link, int count)
    {
        for (var i = 0; i < count; i++)
        {
            rig.Receipt(link, 1, "nobody's");
            rig.Commit();
        }
    }

    private static void Wait(DecideRig rig, int milliseconds) => rig.Pass(milliseconds, step: milliseconds);

    private static IEnumerable<string> Texts(VirtualPeer link) => DecidingStage.Written(link).Select(one => one.Text);
}
