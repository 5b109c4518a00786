using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Appliance.Tests;

public class SpareBuffersTests
{
    [Fact]
    public void What_was_given_is_taken_again_by_who_needs_about_as_much()
    {
        var spares = new SpareBuffers(1 << 20);
        var buffer = spares.Take(100_000);
        Assert.Equal(128 * 1024, buffer.Length);
        spares.Give(buffer);
        Assert.NotSame(buffer, spares.Take(10));
        Assert.Same(buffer, spares.Take(40_000));
        Assert.Equal(0, spares.Kept);
    }

    [Fact]
    public void No_more_is_kept_than_was_said_and_nothing_that_is_tiny_or_huge()
    {
        var spares = new SpareBuffers(10_000);
        for (var i = 0; i < 20; i++) spares.Give(new byte[4096]);
        Assert.Equal(8192, spares.Kept);
        spares.Give(new byte[SpareBuffers.Smallest - 1]);
        spares.Give(new byte[SpareBuffers.Largest * 2]);
        Assert.Equal(8192, spares.Kept);
    }

    [Fact]
    public void A_buffer_is_never_smaller_than_asked_for() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<(int Give, int Take)[]>().ToArbitrary(), steps =>
        {
            var spares = new SpareBuffers(4 << 20);
            return steps.All(step =>
            {
                spares.Give(new byte[Math.Abs(step.Give % 3000) * 700]);
                var length = Math.Abs(step.Take % 3000) * 700;
                return spares.Take(length).Length >= length && spares.Kept is >= 0 and <= 4 << 20;
            });
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Batches_of_the_same_size_allocate_no_buffers()
    {
        var spares = new SpareBuffers(4 << 20);
        void Batch()
        {
            var (small, large) = (spares.Take(2_000), spares.Take(200_000));
            spares.Give(small);
            spares.Give(large);
        }
        Batch();
        Assert.Equal(0, Measured.Allocations.Least(() =>
        {
            for (var i = 0; i < 1000; i++) Batch();
        }));
    }
}
