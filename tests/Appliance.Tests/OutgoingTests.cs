using Xunit;

namespace Appliance.Tests;

/// <summary>What a batch lets be heard, and what it keeps for the next one.</summary>
public sealed class OutgoingTests
{
    private const int Most = 1_000_000;
    private const long Start = 1_700_000_000_000;

    private readonly Outgoing _outgoing = new();
    private readonly Listener _carrier = new() { IsCarrier = true };
    private readonly Listener _other = new() { IsCarrier = true };
    private readonly Listener _esme = new();

    [Fact]
    public void Under_load_a_carriers_pieces_gather_and_an_ESME_hears_at_once()
    {
        Load();
        for (var i = 0; i < 3; i++)
        {
            Say(_carrier, 100);
            Say(_esme, 50);
            Batch(Most, Start + i);
        }

        Assert.Empty(_carrier.Heard);
        Assert.Equal([50, 50, 50], _esme.Heard);
        Batch(Most, Start + 8);
        Assert.Equal([300], _carrier.Heard);
    }

    [Theory]
    [InlineData(4 * Outgoing.Many, 5)]
    [InlineData(16 * Outgoing.Many, 8)]
    public void More_load_more_patience(int events, int milliseconds)
    {
        Load(events);
        Say(_carrier, 100);
        Batch(events, Start);
        for (var i = 1; i < milliseconds; i++) Batch(i == 4 ? events : 0, Start + i);
        Assert.Empty(_carrier.Heard);
        Batch(0, Start + milliseconds);
        Assert.Equal([100], _carrier.Heard);
    }

    [Fact]
    public void What_was_kept_is_heard_when_less_is_on_its_way()
    {
        Load();
        Say(_carrier, 100);
        Batch(Most, Start);
        Assert.Empty(_carrier.Heard);
        Batch(0, Start + 4);
        Assert.Equal([100], _carrier.Heard);
    }

    [Theory]
    [InlineData(4 * Outgoing.Many, false)]
    [InlineData(4 * Outgoing.Many - 1, true)]
    public void Without_load_nothing_is_kept(int events, bool isHeard)
    {
        Batch(0, Start);
        Batch(events, Start + 1);
        Say(_carrier, 100);
        Batch(0, Start + 4);
        Assert.Equal(isHeard, _carrier.Heard.Count > 0);
    }

    [Fact]
    public void A_large_piece_goes_at_once_and_a_small_one_of_another_carrier_stays()
    {
        Load();
        Say(_carrier, 10_000);
        Say(_other, 10);
        Batch(Most, Start);
        Assert.Equal([10_000], _carrier.Heard);
        Assert.Empty(_other.Heard);
    }

    [Fact]
    public void What_is_waited_for_goes_at_once()
    {
        Load();
        Say(_carrier, 10);
        _carrier.MustHear = true;
        Batch(Most, Start);
        Assert.Equal([10], _carrier.Heard);
        Assert.False(_carrier.MustHear);
    }

    [Fact]
    public void The_time_counts_from_the_first_piece_that_is_kept()
    {
        Load();
        Batch(Most, Start);
        Say(_carrier, 1);
        Batch(Most, Start + 3);
        Say(_other, 1);
        Batch(Most, Start + 10);
        Assert.Empty(_carrier.Heard);
        Batch(Most, Start + 11);
        Assert.Equal([1], _carrier.Heard);
        Assert.Equal([1], _other.Heard);
        Say(_carrier, 2);
        Batch(Most, Start + 13);
        Assert.Equal([1], _carrier.Heard);
    }

    [Fact]
    public void A_clock_that_is_set_back_keeps_nothing_longer()
    {
        Load();
        Say(_carrier, 1);
        Batch(Most, Start);
        Batch(Most, Start - 60_000);
        Assert.Equal([1], _carrier.Heard);
    }

    [Fact]
    public void What_was_given_back_is_not_heard_twice()
    {
        Load();
        Say(_carrier, 8);
        _carrier.Unstage(8);
        Batch(Most, Start);
        Say(_carrier, 5);
        Batch(0, Start + 6);
        Assert.Equal([5], _carrier.Heard);
    }

    /// <summary>Much has come in the milliseconds before.</summary>
    private void Load(int events = Most)
    {
        Batch(0, Start - 8);
        Batch(events, Start - 4);
    }

    private void Say(Peer peer, int octets) => _outgoing.To(peer, octets).Fill(1);

    private void Batch(int events, long now) => _outgoing.Seal(events, now).Release();

    private sealed class Listener : Peer
    {
        public List<int> Heard { get; } = [];

        public override void Close(string reason)
        {
        }

        public override void CloseWhenSent(string reason)
        {
        }

        protected override void Send(ref byte[] staged, int length) => Heard.Add(length);
    }
}
