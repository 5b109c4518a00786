namespace Appliance.Operate.Metrics;

/// <summary>Where a histogram's buckets end.</summary>
/// <param name="Bounds">Upper bounds, inclusive and growing, in what is recorded.</param>
/// <param name="Scale">Exported units in one recorded unit: 1e-9 where nanoseconds are exported as seconds.</param>
public sealed record Buckets(IReadOnlyList<long> Bounds, double Scale)
{
    private const long Microsecond = 1_000;
    private const long Millisecond = 1_000_000;
    private const long Second = 1_000_000_000;

    /// <summary>Nanoseconds of an fsync: 50 us to 5 s.</summary>
    public static Buckets Sync { get; } = new(
        [
            50 * Microsecond, 100 * Microsecond, 250 * Microsecond, 500 * Microsecond, Millisecond, 2 * Millisecond,
            5 * Millisecond, 10 * Millisecond, 25 * Millisecond, 50 * Millisecond, 100 * Millisecond,
            250 * Millisecond, Second, 5 * Second,
        ], 1e-9);

    /// <summary>Nanoseconds from submit_sm to its response: 250 us to 60 s.</summary>
    public static Buckets Submit { get; } = new(
        [
            250 * Microsecond, 500 * Microsecond, Millisecond, 2 * Millisecond, 5 * Millisecond, 10 * Millisecond,
            25 * Millisecond, 50 * Millisecond, 100 * Millisecond, 250 * Millisecond, 500 * Millisecond, Second,
            2 * Second, 5 * Second, 10 * Second, 30 * Second, 60 * Second,
        ], 1e-9);

    /// <summary>Nanoseconds from acceptance to the final state: 10 ms to a day.</summary>
    public static Buckets EndToEnd { get; } = new(
        [
            10 * Millisecond, 50 * Millisecond, 100 * Millisecond, 250 * Millisecond, 500 * Millisecond, Second,
            2 * Second, 5 * Second, 10 * Second, 30 * Second, 60 * Second, 300 * Second, 900 * Second,
            3600 * Second, 4 * 3600 * Second, 24 * 3600 * Second,
        ], 1e-9);

    /// <summary>Records of one batch: 1 to 16384.</summary>
    public static Buckets BatchSize { get; } =
        new([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384], 1);
}

/// <summary>How often a value fell into which bucket; written by one thread, read by the scrape.</summary>
public sealed class Histogram : ISample
{
    private readonly long[] _bounds;
    private readonly double _scale;
    // One more than bounds, for what is above the last.
    private readonly long[] _counts;
    private long _sum;

    public Histogram(Buckets buckets)
    {
        _bounds = [.. buckets.Bounds];
        _scale = buckets.Scale;
        _counts = new long[_bounds.Length + 1];
        for (var i = 1; i < _bounds.Length; i++)
        {
            if (_bounds[i] <= _bounds[i - 1])
                throw new ArgumentException("Bounds must grow.", nameof(buckets));
        }
    }

    public void Record(long value) => Record(value, 1);

    /// <summary>Records a value that occurred several times.</summary>
    public void Record(long value, long times)
    {
        var bounds = _bounds;
        var bucket = 0;
        while (bucket < bounds.Length && value > bounds[bucket])
            bucket++;
        _counts[bucket] += times;
        _sum += value * times;
    }

    /// <summary>Records the time since a Stopwatch timestamp, in nanoseconds.</summary>
    public void RecordSince(long timestamp) =>
        Record(System.Diagnostics.Stopwatch.GetElapsedTime(timestamp).Ticks * TimeSpan.NanosecondsPerTick);

    /// <remarks>_count is the sum of the buckets read here, so that it agrees while the writer runs.</remarks>
    void ISample.Write(ref SampleWriter writer)
    {
        long count = 0;
        for (var i = 0; i < _bounds.Length; i++)
        {
            count += Volatile.Read(ref _counts[i]);
            writer.Bucket(_bounds[i] * _scale, count);
        }

        count += Volatile.Read(ref _counts[^1]);
        writer.Bucket(double.PositiveInfinity, count);
        writer.Sample("_sum", Volatile.Read(ref _sum) * _scale);
        writer.Sample("_count", count);
    }
}
