using System.Numerics;

namespace Appliance.Load;

/// <summary>
/// Latencies in nanoseconds to three significant digits, from 1 ns to an hour and more, in fixed memory: a row of
/// 1,024 linear steps for every power of two (the layout of Gil Tene's HdrHistogram). Recording is an index and an
/// increment.
/// </summary>
internal sealed class LatencyHistogram
{
    /// <summary>2,048 steps tell any two values apart that differ by a thousandth.</summary>
    private const int StepBits = 11;

    private const int HalfRow = 1 << (StepBits - 1);

    /// <summary>2^42 ns: an hour and thirteen minutes; longer ones count as that.</summary>
    private const int HighestBit = 42;

    private const long Highest = (1L << HighestBit) - 1;

    private readonly long[] _counts = new long[(HighestBit - StepBits + 2) * HalfRow];
    private double _sum;

    internal long Count { get; private set; }

    internal long Min { get; private set; } = long.MaxValue;

    internal long Max { get; private set; }

    internal double Mean => Count == 0 ? 0 : _sum / Count;

    internal void Record(long nanoseconds)
    {
        nanoseconds = Math.Clamp(nanoseconds, 0, Highest);
        _counts[Index(nanoseconds)]++;
        Count++;
        _sum += nanoseconds;
        if (nanoseconds < Min) Min = nanoseconds;
        if (nanoseconds > Max) Max = nanoseconds;
    }

    /// <summary>The least value that <paramref name="percentile"/> (0 to 100) per cent of all are not above.</summary>
    internal long Percentile(double percentile)
    {
        if (Count == 0) return 0;
        long wanted = Math.Max(1, (long)Math.Ceiling(percentile / 100 * Count));
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= wanted) return Math.Min(HighestOf(i), Max);
        }
        return Max;
    }

    internal void Add(LatencyHistogram other)
    {
        if (other.Count == 0) return;
        for (int i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        Count += other.Count;
        _sum += other._sum;
        Min = Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
    }

    internal void Clear()
    {
        if (Count == 0) return;
        Array.Clear(_counts);
        Count = 0;
        _sum = 0;
        Min = long.MaxValue;
        Max = 0;
    }

    /// <summary>
    /// Values under 2,048 are their own index; above, the highest bit picks the row of 1,024 and the ten bits after
    /// it the step.
    /// </summary>
    private static int Index(long value)
    {
        int row = Math.Max(0, BitOperations.Log2((ulong)value | 1) - (StepBits - 1));
        return row * HalfRow + (int)(value >> row);
    }

    /// <summary>The largest value with that index.</summary>
    private static long HighestOf(int index)
    {
        int row = Math.Max(0, index / HalfRow - 1);
        long step = index - (long)row * HalfRow;
        return ((step + 1) << row) - 1;
    }
}
