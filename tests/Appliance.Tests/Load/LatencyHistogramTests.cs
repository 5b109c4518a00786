using Appliance.Load;
using Appliance.Peers.Spec;
using Xunit;

namespace Appliance.Tests.Load;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Every_value_is_told_to_a_thousandth()
    {
        for (long value = 1; value < 1L << 41; value = value * 21 / 20 + 1)
        {
            var histogram = new LatencyHistogram();
            histogram.Record(value);
            histogram.Record(1L << 41);
            long told = histogram.Percentile(50);
            Assert.InRange(told, value, value + value / 1000 + 1);
        }
    }

    [Fact]
    public void Percentiles_are_those_of_the_sorted_values()
    {
        var dice = new Dice(7);
        var histogram = new LatencyHistogram();
        var values = new long[20_000];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (long)(1e6 * Math.Exp(2 * dice.Normal()));
            histogram.Record(values[i]);
        }
        Array.Sort(values);
        foreach (double percentile in new[] { 1, 50, 90, 99, 99.9, 99.99 })
        {
            long exact = values[(int)Math.Ceiling(percentile / 100 * values.Length) - 1];
            Assert.InRange(histogram.Percentile(percentile), exact, exact * 1.001 + 1);
        }
        Assert.Equal(values[^1], histogram.Max);
        Assert.Equal(values[0], histogram.Min);
        Assert.Equal(values.Average(), histogram.Mean, values.Average() * 1e-9);
        Assert.Equal(histogram.Max, histogram.Percentile(100));
    }

    [Fact]
    public void Adding_is_recording_both()
    {
        LatencyHistogram first = new(), second = new(), both = new();
        for (long value = 1; value < 1_000_000; value += 997)
        {
            (value % 2 == 0 ? first : second).Record(value);
            both.Record(value);
        }
        first.Add(second);
        first.Add(new LatencyHistogram());
        Assert.Equal(both.Count, first.Count);
        Assert.Equal(both.Min, first.Min);
        Assert.Equal(both.Percentile(33), first.Percentile(33));
        first.Clear();
        Assert.Equal(0, first.Count);
        Assert.Equal(0, first.Percentile(50));
    }

    [Fact]
    public void What_is_beyond_its_range_counts_at_the_end()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(long.MaxValue);
        histogram.Record(-5);
        Assert.Equal(2, histogram.Count);
        Assert.Equal(0, histogram.Min);
        Assert.Equal((1L << 42) - 1, histogram.Max);
    }
}
