using System.Diagnostics;
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
        var line = new Line(1024);
        Assert.Equal(768, line.Submit(0, 1000));
        // Answers of carriers still find room, and what is done makes some.
        for (var i = 0; i < 256; i++) Assert.True(line.Ring.TryClaim(0, out _));
        Assert.Equal(0, line.Submit(0, 1));
        line.Decide();
        Assert.Equal(0, line.Submit(0, 1));
        line.Durable();
        Assert.True(line.Share.TryClaim(line.Ring, line.Share.Of(0), out var sequence));
        Assert.Equal(1024, sequence);
    }

    [Fact]
    public void A_flood_of_one_leaves_room_for_another()
    {
        var line = new Line(16_384, (1, 1), (2, 1));
        // Nobody else has been seen: it may have all.
        Assert.Equal(12_288, line.Submit(1, 20_000));
        Assert.Equal(100, line.Submit(2, 100));
        line.Decide();
        // Both are counted now: the flood is refused, the other is not, though all is full.
        Assert.Equal(0, line.Submit(1, 100));
        Assert.Equal(100, line.Submit(2, 100));
        line.Durable();
        // The line is as long as the machine was slow.
        line.Submit(1, 20_000);
        Assert.InRange(line.Share.Of(1).Count, (line.Share.Most / 2) - 200, line.Share.Most / 2);
        Assert.Equal(100, line.Submit(2, 100));
    }

    [Fact]
    public void Shares_are_by_weight()
    {
        var line = new Line(16_384, (1, 1), (2, 3));
        line.Submit(1, 1);
        line.Submit(2, 1);
        line.Decide();
        line.Durable();
        // Turn and turn about until nobody gets more.
        while (line.Submit(1, 1) + line.Submit(2, 1) > 0) continue;
        var most = line.Share.Most;
        Assert.InRange(line.Share.Of(1).Count, most / 4, (most / 4) + 100);
        Assert.InRange(line.Share.Of(2).Count, (most / 4 * 3) - 100, most / 4 * 3);
    }

    /// <summary>Each has little of it, and one more still finds room.</summary>
    [Fact]
    public void A_thousand_floods_leave_room_for_another()
    {
        var line = new Line(65_536, [.. Enumerable.Range(0, 1001).Select(account => ((ushort)account, 1))]);
        for (ushort account = 0; account < 1000; account++) Assert.Equal(1, line.Submit(account, 1));
        line.Decide();
        for (ushort account = 0; account < 1000; account++) line.Submit(account, 1000);
        Assert.InRange(line.Ring.Used, 45_000, 58_000);
        Assert.Equal(10, line.Submit(1000, 10));
    }

    [Fact]
    public void Who_has_fallen_silent_leaves_its_share_to_others()
    {
        var line = new Line(16_384, (1, 1), (2, 1));
        line.Submit(1, 1);
        line.Submit(2, 1);
        line.Decide();
        line.Durable();
        line.Submit(1, 1);
        line.Decide(later: TimeSpan.FromSeconds(1));
        line.Durable();
        Assert.Equal(line.Share.Most, line.Submit(1, 20_000));
    }

    [Fact]
    public void A_small_ring_keeps_its_three_quarters()
    {
        var share = new SubmissionShare(1024);
        for (var now = 0; now < 1000; now++) share.Note(waited: 100, writing: 1, now);
        Assert.Equal(768, share.Most);
    }

    /// <summary>A ring whose submissions are decided and made durable when the test says so.</summary>
    private sealed class Line
    {
        private readonly Queue<ushort> _waiting = new();
        private readonly SubmissionBatch _batch = new();
        private long _claimed;
        private long _decided;

        public Line(int capacity, params (ushort Account, int Weight)[] weights)
        {
            Ring = new RingBuffer<int>(capacity, new YieldingWait());
            Share = new SubmissionShare(capacity);
            Share.Configure(weights);
        }

        public RingBuffer<int> Ring { get; }

        public SubmissionShare Share { get; }

        /// <returns>How many were taken.</returns>
        public int Submit(ushort account, int count)
        {
            for (var i = 0; i < count; i++)
            {
                if (!Share.TryClaim(Ring, Share.Of(account), out var sequence)) return i;
                _claimed = sequence;
                _waiting.Enqueue(account);
            }

            return count;
        }

        public void Decide(TimeSpan later = default)
        {
            var now = Stopwatch.GetTimestamp() + (long)(later.TotalSeconds * Stopwatch.Frequency);
            while (_waiting.TryDequeue(out var account)) Share.Took(account, now);
            Share.EndBatch(_batch);
            _decided = _claimed;
        }

        public void Durable()
        {
            Ring.Release(_decided);
            Share.Durable(_batch, _batch.First);
        }
    }
}
