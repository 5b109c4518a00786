using System.Text;
using Appliance.Decide;
using Appliance.Policy;
using Appliance.Policy.OptOuts;
using Appliance.Records;
using Codec;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>Opt-outs in the deciding stage: durable before they are in force, and asked when a message goes out.</summary>
public sealed class OptOutStageTests
{
    private const string Number = "447700900001";

    private readonly OptOutList _list = new();
    private readonly DecideRig _rig;

    public OptOutStageTests() => _rig = new DecideRig(Options());

    [Fact]
    public void A_change_is_in_force_when_it_is_durable_and_not_before()
    {
        var carrier = new VirtualPeer(_rig.Log);
        _rig.Event(EventKind.Inbound, carrier, (ref Slot slot) => Fill(ref slot, Wish()));
        Assert.False(Contains());
        _rig.Commit();
        Assert.True(Contains());
        // Peers of the rig take nothing before the commit.
        Assert.Equal(CommandId.DeliverSmResp, Assert.Single(carrier.Received).Header.Command);
        var record = Assert.Single(_rig.Log.Records, one => (RecordKind)one.Value[0] == RecordKind.OptOut).Value;
        Assert.True(OptOutChange.TryRead(record, out var change));
        Assert.Equal((Number, "STOP"),
            (Encoding.ASCII.GetString(change.Number), Encoding.UTF8.GetString(change.Keyword)));
    }

    [Fact]
    public void What_changes_nothing_is_not_written_down()
    {
        Change(Wish());
        var written = _rig.Log.Records.Count();
        Change(Wish());
        Change(Wish() with { Action = OptOutAction.Removed, Number = "447700900002" });
        Assert.Equal(written, _rig.Log.Records.Count());
    }

    [Fact]
    public void Of_several_changes_in_one_batch_the_last_holds()
    {
        var removal = Wish() with { Action = OptOutAction.Removed };
        _rig.Event(EventKind.OptOut, new VirtualSender(), (ref Slot slot) => Fill(ref slot, Wish(), removal, Wish()));
        _rig.Event(EventKind.OptOut, new VirtualSender(), (ref Slot slot) => Fill(ref slot, removal));
        _rig.Commit();
        Assert.False(Contains());
        Assert.Equal((byte)OptOutAction.Removed, Fact()![0]);
        Assert.Equal(4, _rig.Log.Records.Count());
    }

    [Fact]
    public void What_has_ended_can_be_forgotten_and_what_is_in_force_cannot()
    {
        Change(Wish());
        Change(EventKind.ForgetOptOuts, Wish());
        Assert.NotNull(Fact());
        Assert.True(Contains());
        Change(Wish() with { Action = OptOutAction.Removed });
        Change(EventKind.ForgetOptOuts, Wish());
        Assert.Null(Fact());
        // Added in the very batch that was to forget it.
        _rig.Event(EventKind.OptOut, new VirtualSender(), (ref Slot slot) => Fill(ref slot, Wish()));
        Change(EventKind.ForgetOptOuts, Wish());
        Assert.NotNull(Fact());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_message_that_waits_is_stopped_whole(int parts)
    {
        _rig.Submit(Number, "waits", parts: parts);
        _rig.Submit("447700900002", "goes");
        _rig.Commit();
        Change(Wish());
        var carrier = _rig.Bind(1);
        _rig.Pass(100);
        Assert.Single(DecidingStage.Written(carrier));
        Assert.Equal(parts, _rig.Count(State.Blocked));
        var accepted = _rig.Log.Records.First(one => (RecordKind)one.Value[0] == RecordKind.Accepted).Key;
        Assert.Equal(MessageTable.None, _rig.Decider.Ledger.Table.Find(accepted));

        _rig.Restart(Options());
        var again = _rig.Bind(1);
        _rig.Pass(100);
        Assert.DoesNotContain(DecidingStage.Written(again), written => written.Text == "waits");
    }

    /// <summary>It was let in before its recipient opted out, and its turn in the ring comes after.</summary>
    [Fact]
    public void A_message_that_was_on_its_way_through_the_ring_is_stopped()
    {
        var carrier = _rig.Bind(1);
        _rig.Commit();
        Assert.Equal(0, _list.Version);
        Change(Wish());
        Assert.Equal(1, _list.Version);
        _rig.Submit(Number, "too late");
        _rig.Submit("447700900002", "another's");
        _rig.Commit();
        _rig.Pass(100);
        Assert.Equal("another's", Assert.Single(DecidingStage.Written(carrier)).Text);
        Assert.Equal(1, _rig.Count(State.Blocked));
    }

    [Fact]
    public void A_message_for_later_is_stopped_when_its_time_comes()
    {
        var carrier = _rig.Bind(1);
        var due = (uint)(_rig.Now / 1000) + 2;
        _rig.Submit(Number, "later", due: due);
        _rig.Submit(Number, "the reply", due: due, messageClass: MessageClass.Reply);
        _rig.Commit();
        Change(Wish() with { Sender = "" });
        _rig.Pass(4000);
        var written = Assert.Single(DecidingStage.Written(carrier));
        Assert.Equal("the reply", written.Text);
        Assert.Equal(1, _rig.Count(State.Blocked));
    }

    [Fact]
    public void A_class_that_reaches_who_has_opted_out_does_so_later_too()
    {
        _rig.Restart(Options() with { OptOutClasses = MessageClasses.Promotional });
        _rig.Submit(Number, "a code", messageClass: MessageClass.Otp);
        _rig.Submit(Number, "a sale", messageClass: MessageClass.Promotional);
        _rig.Commit();
        Change(Wish());
        var carrier = _rig.Bind(1);
        _rig.Pass(100);
        var written = Assert.Single(DecidingStage.Written(carrier));
        Assert.Equal("a code", written.Text);
    }

    /// <summary>A rule has put "shop" in the place of the sender the account gave.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void An_opt_out_of_the_sender_it_came_with_stops_a_message_that_waits(int parts, bool restarts)
    {
        _rig.Submit(Number, "waits", parts: parts, other: "Old name");
        _rig.Submit(Number, "another", parts: parts, other: "Other", name: 7);
        _rig.Submit(Number, "as it came", parts: parts);
        _rig.Commit();
        Change(Wish() with { Sender = "old NAME" });
        if (restarts) _rig.Restart(Options());
        var carrier = _rig.Bind(1);
        _rig.Pass(100);
        Assert.Equal(
            [.. Enumerable.Repeat("another", parts), .. Enumerable.Repeat("as it came", parts)],
            DecidingStage.Written(carrier).Select(one => one.Text));
        Assert.Equal(parts, _rig.Count(State.Blocked));
        // The sender stands in the record beside the body, which is as it was.
        var records = _rig.Log.Records.Select(one => one.Value)
            .Where(one => (RecordKind)one[0] == RecordKind.Accepted).ToList();
        Assert.Equal(["Old name", .. Enumerable.Repeat("", parts - 1), "Other", .. Enumerable.Repeat("", parts - 1),
            .. Enumerable.Repeat("", parts)], records.Select(one => Encoding.ASCII.GetString(Bodies.OtherSender(one))));
        Assert.Equal(7UL, Bodies.Repeat(records[parts]).Name);
        Assert.All(records, one => Assert.Equal(Bodies.Of(records[^1]).Length + TextDifference(one, records[^1]),
            Bodies.Of(one).Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Old name")]
    public void A_later_part_is_stopped_while_the_first_waits_again(string other)
    {
        _rig.Restart(Options(window: 1));
        var carrier = _rig.Bind(1);
        _rig.Submit(Number, "in two", parts: 2, other: other);
        _rig.Commit();
        var first = Assert.Single(DecidingStage.Written(carrier));
        Change(Wish() with { Sender = other.Length == 0 ? "shop" : "old NAME" });
        _rig.Answer(carrier, first.Sequence, CommandStatus.ESME_RSYSERR);
        _rig.Commit();
        var after = 0;
        _rig.Pass(60_000, () => after += _rig.AnswerAll(carrier));
        Assert.Equal((0, 2L), (after, _rig.Count(State.Blocked)));
    }

    /// <summary>The short_message's octet of length stands before it, and it at the end.</summary>
    private static int TextDifference(byte[] one, byte[] other) => TextLength(one) - TextLength(other);

    private static int TextLength(byte[] record)
    {
        var text = Encoding.ASCII.GetString(Bodies.Of(record));
        return new[] { "waits", "another", "as it came" }.First(text.EndsWith).Length;
    }

    private DeciderOptions Options(int window = 100) =>
        DecideRig.Options(10_000, [new Route("", [1])], DecideRig.Carrier(1, window)) with { OptOuts = _list };

    private static OptOutWish Wish() => new(1, Number, "shop", OptOutAction.Added, OptOutSource.Reply, "STOP");

    private bool Contains() => _list.Contains(1, Encoding.ASCII.GetBytes(Number), "Shop"u8);

    private void Change(OptOutWish wish) => Change(EventKind.OptOut, wish);

    private void Change(EventKind kind, OptOutWish wish)
    {
        _rig.Event(kind, new VirtualSender(), (ref Slot slot) => Fill(ref slot, wish));
        _rig.Commit();
    }

    private byte[]? Fact()
    {
        var record = new byte[OptOutChange.LongestRecord];
        Wish().Write(record, (byte)RecordKind.OptOut, 0);
        Assert.True(OptOutChange.TryRead(record, out var change));
        var key = new byte[OptOuts.Prefix.Length + OptOutChange.LongestStoreKey];
        return _rig.Log.Fact(key.AsSpan(0, OptOuts.Key(in change, key)));
    }

    private static void Fill(ref Slot slot, params OptOutWish[] wishes)
    {
        var records = new byte[wishes.Length * OptOutChange.LongestRecord];
        var length = 0;
        foreach (var wish in wishes)
            length += wish.Write(records.AsSpan(length), (byte)RecordKind.OptOut, 1_700_000_000_000);
        slot.Status = (uint)CommandId.DeliverSmResp;
        slot.Route = length;
        records.AsSpan(0, length).CopyTo(slot.Allocate(length));
    }
}
