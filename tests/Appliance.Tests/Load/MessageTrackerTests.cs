using Appliance.Load;
using Xunit;

namespace Appliance.Tests.Load;

public sealed class MessageTrackerTests
{
    private static readonly uint Ours = MessageTracker.HashId("01890a5d-ac96-774b-bcce-b302099a8057"u8);
    private static readonly uint Others = MessageTracker.HashId("01890a5d-ac96-774b-bcce-b302099a8058"u8);

    [Fact]
    public void A_message_awaits_its_receipt_and_a_second_one_is_a_duplicate()
    {
        var tracker = new MessageTracker(1024, expectsReceipts: true, matchIds: true);
        tracker.Sent(5, intended: 77);
        Assert.Equal(0, tracker.Awaiting);
        tracker.Accepted(5, Ours);
        Assert.Equal(1, tracker.Awaiting);
        Assert.Equal(ReceiptKind.First, tracker.Receipt(5, Ours, out long intended));
        Assert.Equal(77, intended);
        Assert.Equal(0, tracker.Awaiting);
        Assert.Equal(ReceiptKind.Duplicate, tracker.Receipt(5, Ours, out _));
        Assert.Equal(0, tracker.Awaiting);
    }

    [Fact]
    public void A_receipt_with_another_id_is_of_another_run()
    {
        var tracker = new MessageTracker(1024, expectsReceipts: true, matchIds: true);
        tracker.Sent(5, 0);
        tracker.Accepted(5, Ours);
        Assert.Equal(ReceiptKind.Foreign, tracker.Receipt(5, Others, out _));
        Assert.Equal(1, tracker.Awaiting);
        Assert.Equal(ReceiptKind.Foreign, tracker.Receipt(6, Ours, out _));
    }

    [Fact]
    public void Ids_may_differ_when_the_destination_suffices()
    {
        var tracker = new MessageTracker(1024, expectsReceipts: true, matchIds: false);
        tracker.Sent(5, 0);
        tracker.Accepted(5, Ours);
        Assert.Equal(ReceiptKind.First, tracker.Receipt(5, Others, out _));
    }

    [Fact]
    public void A_receipt_may_overtake_the_response()
    {
        var tracker = new MessageTracker(1024, expectsReceipts: true, matchIds: true);
        tracker.Sent(5, 0);
        Assert.Equal(ReceiptKind.First, tracker.Receipt(5, Ours, out _));
        Assert.Equal(1, tracker.ReceiptedUnanswered);
        tracker.Accepted(5, Ours);
        Assert.Equal(0, tracker.ReceiptedUnanswered);
        Assert.Equal(0, tracker.Awaiting);
        Assert.Equal(ReceiptKind.Duplicate, tracker.Receipt(5, Ours, out _));
    }

    [Fact]
    public void A_receipt_that_overtook_and_was_of_another_run_is_taken_back()
    {
        var tracker = new MessageTracker(1024, expectsReceipts: true, matchIds: true);
        tracker.Sent(5, 0);
        Assert.Equal(ReceiptKind.First, tracker.Receipt(5, Others, out _));
        tracker.Accepted(5, Ours);
        Assert.Equal(1, tracker.Mistaken);
        Assert.Equal(1, tracker.Awaiting);
        Assert.Equal(ReceiptKind.First, tracker.Receipt(5, Ours, out _));
    }

    [Fact]
    public void The_oldest_is_given_up_for_the_newest_and_its_receipt_is_no_longer_known()
    {
        var tracker = new MessageTracker(1024, expectsReceipts: true, matchIds: true);
        tracker.Sent(5, 0);
        tracker.Accepted(5, Ours);
        tracker.Sent(5 + tracker.Capacity, 1);
        Assert.Equal(1, tracker.GivenUp);
        Assert.Equal(0, tracker.Awaiting);
        Assert.Equal(ReceiptKind.Foreign, tracker.Receipt(5, Ours, out _));
        tracker.Accepted(5, Ours);
        Assert.Equal(0, tracker.Awaiting);
    }

    [Fact]
    public void A_refused_message_awaits_nothing()
    {
        var tracker = new MessageTracker(1024, expectsReceipts: true, matchIds: true);
        tracker.Sent(5, 0);
        tracker.Refused(5);
        tracker.Sent(5 + tracker.Capacity, 0);
        Assert.Equal(0, tracker.GivenUp);
        Assert.Equal(0, tracker.Awaiting);
    }
}
