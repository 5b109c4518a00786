using System.Globalization;
using System.Text;
using Appliance.Decide;
using Appliance.Records;
using Codec;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>Which message a receipt is for, in memory and outside, by either of its ids, in whatever base.</summary>
public sealed class ReceiptMatchTests
{
    private static readonly Route[] ToOne = [new("", [1])];

    [Fact]
    public void A_receipts_second_id_finds_its_message_outside_memory_too()
    {
        var stage = new DecideRig(DecideRig.Options(4000, ToOne, DecideRig.Carrier(1, 4000)));
        var link = stage.Bind(1);
        var senders = new List<VirtualSender>();
        for (var i = 0; i < 3400; i++) senders.Add(stage.Submit(Number(i), "text", registered: 1));
        stage.Commit();
        stage.Pass(2000, () =>
        {
            foreach (var one in DecidingStage.Written(link)) stage.Answer(link, one.Sequence, id: $"id-{one.Sequence}");
        });
        Assert.True(stage.Log.Awaited > 0);
        var evicted = senders.FindIndex(one => stage.Decider.Ledger.Table.Find(one.Position) == MessageTable.None);
        stage.Receipt(link, 1, "zzz1", $"id-{evicted + 1}");
        stage.Commit();
        Assert.Equal(1, stage.Count(State.Delivered));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_receipt_that_comes_while_memory_is_full_is_not_lost(bool restarts)
    {
        var (stage, options, link, beta) = Full();
        var held = stage.Log.Awaited;
        Assert.True(held > 0);
        // Those that are under way come back into memory and stay there, until it has no room for the rest.
        for (var i = 1; i <= 600; i++) stage.Receipt(link, 1, Id(i), state: MessageState.Enroute);
        stage.Commit();
        for (var i = 600; i > 0; i--) stage.Receipt(link, 1, Id(i));
        stage.Commit();
        if (restarts)
        {
            stage.Restart(options);
            beta = stage.Bind(2);
        }

        Assert.True(stage.Decider.Receipts.Waiting > 0);
        stage.Pass(5000, () => stage.AnswerAll(beta));
        Assert.Equal(600, stage.Count(State.Delivered));
        Assert.Equal(0, stage.Decider.Receipts.Waiting);
    }

    [Fact]
    public void What_carriers_windows_take_of_memory_leaves_room_for_receipts()
    {
        var (stage, _, link, _) = Full();
        stage.Receipt(link, 1, "1");
        stage.Commit();
        Assert.Equal(1, stage.Count(State.Delivered));
    }

    [Fact]
    public void An_id_in_another_base_is_not_taken_for_another_handsets()
    {
        var (stage, link, senders) = Sixteen();
        // Ids 1 to 10 in hexadecimal; the receipt of the tenth, in decimal, names its handset.
        stage.Receipt(link, 1, "10", handset: Handset(9));
        stage.Commit();
        Assert.False(IsLive(stage, senders[9]));
        Assert.True(IsLive(stage, senders[15]));
        // The form is known from now on, even where a carrier gives no address.
        stage.Receipt(link, 1, "11");
        stage.Commit();
        Assert.False(IsLive(stage, senders[10]));
    }

    [Fact]
    public void An_id_that_is_the_same_in_both_bases_teaches_nothing()
    {
        var (stage, link, senders) = Sixteen();
        stage.Receipt(link, 1, "5", handset: Handset(4));
        stage.Receipt(link, 1, "10", handset: Handset(9));
        stage.Commit();
        Assert.False(IsLive(stage, senders[4]));
        Assert.False(IsLive(stage, senders[9]));
        Assert.True(IsLive(stage, senders[15]));
    }

    [Fact]
    public void A_carrier_that_writes_addresses_in_another_way_has_its_receipts_matched()
    {
        var (stage, link, senders) = Sixteen();
        stage.Receipt(link, 1, "10", handset: AddressHash.Of("015100"u8));
        stage.Receipt(link, 1, "5", handset: AddressHash.Of("015101"u8));
        stage.Commit();
        Assert.False(IsLive(stage, senders[15]));
        Assert.False(IsLive(stage, senders[4]));
        Assert.Equal(2, stage.Count(State.Delivered));
    }

    [Fact]
    public void The_same_text_outside_memory_comes_before_another_base_in_memory()
    {
        var options = DecideRig.Options(2000, [new("49", [1]), new("48", [2])], DecideRig.Carrier(1),
            DecideRig.Carrier(2)) with { RestartDistance = 10 };
        var stage = new DecideRig(options);
        var (link, beta) = (stage.Bind(1), stage.Bind(2));
        var first = stage.Submit(Number(1), "text", registered: 1);
        stage.Commit();
        stage.Answer(link, Assert.Single(DecidingStage.Written(link)).Sequence, id: "10");
        stage.Commit();
        stage.Pass(5_000, () =>
        {
            stage.Submit("481", "traffic");
            stage.AnswerAll(beta);
        });
        Assert.Equal(1, stage.Log.Awaited);
        var second = stage.Submit(Number(2), "text", registered: 1);
        stage.Commit();
        stage.Answer(link, Assert.Single(DecidingStage.Written(link)).Sequence, id: "a");
        stage.Commit();
        stage.Receipt(link, 1, "10");
        stage.Commit();
        Assert.True(IsLive(stage, second));
        Assert.Equal((0, 1), (stage.Log.Awaited, stage.Count(State.Delivered)));
        Assert.False(IsLive(stage, first));
    }

    [Fact]
    public void An_early_receipt_in_another_base_is_left_to_its_own_handset()
    {
        var stage = new DecideRig(DecideRig.Options(2000, ToOne, DecideRig.Carrier(1)));
        var link = stage.Bind(1);
        var wrong = stage.Submit(Number(1), "text", registered: 1);
        var right = stage.Submit(Number(2), "text", registered: 1);
        stage.Commit();
        var written = DecidingStage.Written(link);
        stage.Receipt(link, 1, "16", handset: Handset(2));
        stage.Commit();
        stage.Answer(link, written[0].Sequence, id: "10");
        stage.Commit();
        Assert.True(IsLive(stage, wrong));
        stage.Answer(link, written[1].Sequence, id: "16");
        stage.Commit();
        Assert.False(IsLive(stage, right));
    }

    /// <summary>Memory that one carrier's window fills, and 600 messages that await their receipts outside.</summary>
    private static (DecideRig Stage, DeciderOptions Options, VirtualPeer Link, VirtualPeer Beta) Full()
    {
        var options = DecideRig.Options(10_000, [new("49", [1]), new("48", [2])], DecideRig.Carrier(1, 600),
            DecideRig.Carrier(2, 12_000));
        var stage = new DecideRig(options);
        var link = stage.Bind(1);
        for (var i = 0; i < 600; i++) stage.Submit(Number(i), "text", registered: 1);
        stage.Commit();
        stage.AnswerAll(link);
        stage.Commit();
        var beta = stage.Bind(2);
        for (var i = 0; i < 14_000; i++) stage.Submit("481" + i, "text");
        stage.Commit();
        stage.Pass(3000);
        return (stage, options, link, beta);
    }

    private static (DecideRig Stage, VirtualPeer Link, List<VirtualSender> Senders) Sixteen()
    {
        var stage = new DecideRig(DecideRig.Options(2000, ToOne, DecideRig.Carrier(1)));
        var link = stage.Bind(1);
        var senders = new List<VirtualSender>();
        for (var i = 0; i < 16; i++) senders.Add(stage.Submit(Number(i), "text", registered: 1));
        stage.Commit();
        stage.AnswerAll(link);
        stage.Commit();
        return (stage, link, senders);
    }

    private static bool IsLive(DecideRig stage, VirtualSender sender) =>
        stage.Decider.Ledger.Table.Find(sender.Position) != MessageTable.None;

    private static ulong Handset(int i) => AddressHash.Of(Encoding.ASCII.GetBytes(Number(i)));

    private static string Id(int i) => i.ToString("x", CultureInfo.InvariantCulture);

    private static string Number(int i) => string.Create(CultureInfo.InvariantCulture, $"49151{i:D6}");
}
