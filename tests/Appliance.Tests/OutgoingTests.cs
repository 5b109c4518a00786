using Xunit;

namespace Appliance.Tests;

/// <summary>What a batch lets be heard, and what it keeps for the next one.</summary>
public sealed class OutgoingTests
{
    private const int Many = 1024;
    private const long Start = 1_700_000_000_000;

    private readonly Outgoing _outgoing = new();
    private readonly Listener _carrier = new() { IsCarrier = true };
    private readonly Listener _other = new() { IsCarrier = true };
    private readonly Listener _esme = new();

    [Fact]
    public void Under_load_a_carriers_pieces_gather_and_an_ESME_hears_at_once()
    {
        for (var i = 0; i < 3; i++)
        {
            Say(_carrier, 100);
            Say(_esme, 50);
            Batch(Many, Start + i);
        }

        Assert.Empty(_carrier.Heard);
        Assert.Equal([50, 50, 50], _esme.Heard);
        Batch(Many, Start + 8);
        Assert.Equal([300], _carrier.Heard);
    }

    [Fact]
    public void A_small_batch_lets_out_what_was_kept()
    {
        Say(_carrier, 100);
        Batch(Many, Start);
        Assert.Empty(_carrier.Heard);
        Batch(1, Start + 1);
        Assert.Equal([100], _carrier.Heard);
    }

    [Fact]
    public void Without_load_nothing_is_kept()
    {
        Say(_carrier, 100);
        Batch(Many - 1, Start);
        Assert.Equal([100], _carrier.Heard);
    }

    [Fact]
    public void A_large_piece_goes_at_once_and_a_small_one_of_another_carrier_stays()
    {
        Say(_carrier, 10_000);
        Say(_other, 10);
        Batch(Many, Start);
        Assert.Equal([10_000], _carrier.Heard);
        Assert.Empty(_other.Heard);
    }

    [Fact]
    public void The_time_counts_from_the_first_piece_that_is_kept()
    {
        Batch(Many, Start);
        Say(_carrier, 1);
        Batch(Many, Start + 100);
        Say(_other, 1);
        Batch(Many, Start + 107);
        Assert.Empty(_carrier.Heard);
        Batch(Many, Start + 108);
        Assert.Equal([1], _carrier.Heard);
        Assert.Equal([1], _other.Heard);
        Say(_carrier, 2);
        Batch(Many, Start + 110);
        Assert.Equal([1], _carrier.Heard);
    }

    [Fact]
    public void A_clock_that_is_set_back_keeps_nothing_longer()
    {
        Say(_carrier, 1);
        Batch(Many, Start);
        Batch(Many, Start - 60_000);
        Assert.Equal([1], _carrier.Heard);
    }

    [Fact]
    public void What_was_given_back_is_not_heard_twice()
    {
        Say(_carrier, 8);
        _carrier.Unstage(8);
        Batch(Many, Start);
        Say(_carrier, 5);
        Batch(1, Start + 1);
        Assert.Equal([5], _carrier.Heard);
    }

    private void Say(Peer peer, int octets) => _outgoing.To(peer, octets).Fill(1);

    private void Batch(int events, long now) => _outgoing.Seal(events, now).Release();

    private sealed class Listener : Peer
    {
        public List<int> Heard { get; } = [];

        public override void Close(string reason)
        {
        }

        protected override void Send(ref byte[] staged, int length) => Heard.Add(length);
    }
}
