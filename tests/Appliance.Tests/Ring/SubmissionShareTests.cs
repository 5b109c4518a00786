using Appliance.Ring;
using Xunit;

namespace Appliance.Tests.Ring;

/// <summary>How much of the ring submissions may fill.</summary>
public class SubmissionShareTests
{
    private const int Capacity = 65_536;

    [Fact]
    public void Three_quarters_while_nobody_waits_long()
    {
        var share = new SubmissionShare(Capacity);
        for (var now = 0; now < 1000; now++) share.Note(waited: 9.9, writing: 1, now);
        Assert.Equal(Capacity / 4 * 3, share.Most);
    }

    [Fact]
    public void Less_as_they_wait_and_more_again_when_they_do_not()
    {
        var share = new SubmissionShare(Capacity);
        share.Note(waited: 100, writing: 2, now: 1000);
        Assert.Equal(Capacity / 16 * 9, share.Most);
        share.Note(waited: 100, writing: 2, now: 1099);
        Assert.Equal(Capacity / 16 * 9, share.Most);
        for (var now = 1100; now < 3000; now++) share.Note(waited: 100, writing: 2, now);
        Assert.Equal(4096, share.Most);
        for (var now = 3000; now < 4000; now++) share.Note(waited: 5, writing: 2, now);
        Assert.Equal(Capacity / 4 * 3, share.Most);
    }

    /// <summary>On a slow disk a wait is no line.</summary>
    [Fact]
    public void What_the_disk_takes_is_no_fault_of_theirs()
    {
        var share = new SubmissionShare(Capacity);
        for (var now = 0; now < 20_000; now += 100) share.Note(waited: 190, writing: 100, now);
        Assert.Equal(Capacity / 4 * 3, share.Most);
    }

    [Fact]
    public void No_more_than_that_are_in_the_ring()
    {
        var ring = new RingBuffer<int>(1024, new YieldingWait());
        var share = new SubmissionShare(1024);
        for (var i = 0; i < 768; i++) Assert.True(share.TryClaim(ring, out _));
        Assert.False(share.TryClaim(ring, out _));
        // Answers of carriers still find room, and what is done makes some.
        for (var i = 0; i < 256; i++) Assert.True(ring.TryClaim(0, out _));
        ring.Release(1023);
        Assert.False(share.TryClaim(ring, out _));
        for (var i = 0; i < 768; i++) share.Took(System.Diagnostics.Stopwatch.GetTimestamp());
        share.Writing();
        share.Durable();
        Assert.True(share.TryClaim(ring, out var sequence));
        Assert.Equal(1024, sequence);
    }

    [Fact]
    public void A_small_ring_keeps_its_three_quarters()
    {
        var share = new SubmissionShare(1024);
        for (var now = 0; now < 1000; now++) share.Note(waited: 100, writing: 1, now);
        Assert.Equal(768, share.Most);
    }
}
