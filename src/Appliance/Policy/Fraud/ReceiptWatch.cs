namespace Appliance.Policy.Fraud;

/// <summary>A receipt as the watch sees it.</summary>
/// <param name="Carrier">The carrier's persistent id.</param>
/// <param name="Route">What receipts are told apart by within a carrier: a route's, or a network's number.</param>
/// <param name="Latency">Milliseconds from the carrier's submit_sm_resp to its receipt; below 0 counts as 0.</param>
/// <param name="Delivered">Whether it says delivered.</param>
/// <param name="SameDates">Whether its done date is its submit date to the second, as far as both are given.</param>
public readonly record struct ReceiptSample(ushort Carrier, uint Route, long Latency, bool Delivered, bool SameDates);

/// <summary>A carrier's receipts on a route that look made up, with what the score is made of, each 0 to 1.</summary>
/// <param name="Score">All of them taken together.</param>
/// <param name="TooFast">Share of receipts below the floor.</param>
/// <param name="Uniform">How much alike the latencies of the middle half are: 1 where the longest is 6 % above the
/// shortest, 0 where it is twice as long.</param>
/// <param name="NoTail">1 where every single handset was on and answered at once.</param>
/// <param name="SameDates">Share of receipts whose two dates are one.</param>
public readonly record struct ReceiptFinding(
    ushort Carrier, uint Route, int Receipts, double Score, double TooFast, double Uniform, double NoTail,
    double SameDates);

/// <summary>
/// Finds fake receipts by carrier and route. Real ones wait for handsets: their latencies spread over orders of
/// magnitude (about log-normal), a few percent come after minutes or hours, and a few percent are failures. Bounded
/// memory, no allocation after it is made; of one thread.
/// </summary>
public sealed class ReceiptWatch
{
    /// <summary>Pairs of carrier and route watched at a time.</summary>
    public const int Places = 4096;

    private const int Ways = 8;

    // A late answer is one that takes this long; where a real network has fewer than 1 in 200 of those and fewer than 1
    // in 200 failures, nobody's phone was ever off.
    private const long LateMs = 60_000;
    private const double LeastTail = 0.005;

    // Of the latencies' logarithms between the first and the third quarter, so that a few odd receipts among many made
    // alike change nothing. Log-normal latencies of a network have 0.5 to 1.5.
    private const double UniformBelow = 0.06;
    private const double NaturalFrom = 0.75;

    // Buckets of an eighth of a doubling, from 1 ms to 17 minutes.
    private const int BucketsOfDoubling = 8;
    private const int Buckets = 20 * BucketsOfDoubling;

    // How sure each sign makes us by itself. Dates are often cut to minutes, and a short campaign may have no tail.
    private const double FastWeight = 0.95;
    private const double UniformWeight = 0.9;
    private const double TailWeight = 0.4;
    private const double DatesWeight = 0.4;

    private readonly ReceiptLimits _limits;
    private readonly Watched[] _watched = new Watched[Places];
    private readonly ushort[] _latencies = new ushort[Places * Buckets];
    private readonly long _floor;

    private struct Watched
    {
        public ulong Key;
        public int Count;
        public int Fast;
        public int Late;
        public int Failed;
        public int SameDates;
        public long LastAt;
    }

    public ReceiptWatch(ReceiptLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _limits = limits;
        _floor = (long)limits.Floor.TotalMilliseconds;
    }

    public bool IsOn => _limits.Mode != FraudMode.Off;

    /// <summary>True with every so many receipts (as configured) of a carrier and route that look made up.</summary>
    /// <param name="score">Of the receipts judged just now, also where it is too low to be told; else -1.</param>
    public bool Add(in ReceiptSample sample, long unixMs, out ReceiptFinding finding, out double score)
    {
        finding = default;
        score = -1;
        if (!IsOn) return false;
        var place = PlaceOf(sample, unixMs);
        ref var watched = ref _watched[place];
        var latencies = LatenciesOf(place);
        var latency = Math.Max(0, sample.Latency);
        watched.LastAt = unixMs;
        watched.Count++;
        if (latency < _floor) watched.Fast++;
        if (latency >= LateMs) watched.Late++;
        if (!sample.Delivered) watched.Failed++;
        if (sample.SameDates) watched.SameDates++;
        latencies[BucketOf(latency)]++;
        if (watched.Count < _limits.Receipts) return false;
        finding = Judge(watched, latencies, sample);
        score = finding.Score;
        Begin(place, watched.Key, unixMs);
        return score >= _limits.Score;
    }

    private static ReceiptFinding Judge(in Watched watched, ReadOnlySpan<ushort> latencies, in ReceiptSample sample)
    {
        double count = watched.Count;
        var spread = Quantile(latencies, count * 0.75) - Quantile(latencies, count * 0.25);
        var fast = watched.Fast / count;
        var uniform = Math.Clamp((NaturalFrom - spread) / (NaturalFrom - UniformBelow), 0, 1);
        var tail = Math.Clamp(1 - ((watched.Late + watched.Failed) / count / (2 * LeastTail)), 0, 1);
        var dates = watched.SameDates / count;
        var real = (1 - (FastWeight * fast)) * (1 - (UniformWeight * uniform)) * (1 - (TailWeight * tail))
            * (1 - (DatesWeight * dates));
        return new ReceiptFinding(
            sample.Carrier, sample.Route, watched.Count, 1 - real, fast, uniform, tail, dates);
    }

    /// <summary>The logarithm of the latency that so many receipts are below; within a bucket they lie evenly.
    /// </summary>
    private static double Quantile(ReadOnlySpan<ushort> latencies, double below)
    {
        var bucket = 0;
        while (below > latencies[bucket] && bucket < Buckets - 1) below -= latencies[bucket++];
        return (bucket + (below / Math.Max((ushort)1, latencies[bucket]))) * Math.Log(2) / BucketsOfDoubling;
    }

    private static int BucketOf(long latency) => latency <= 1
        ? 0
        : Math.Min(Buckets - 1, (int)(Math.Log2(latency) * BucketsOfDoubling));

    private Span<ushort> LatenciesOf(int place) => _latencies.AsSpan(place * Buckets, Buckets);

    private void Begin(int place, ulong key, long unixMs)
    {
        _watched[place] = new Watched { Key = key, LastAt = unixMs };
        LatenciesOf(place).Clear();
    }

    /// <summary>Its place, a free one, or that of the pair that is silent for longest.</summary>
    private int PlaceOf(in ReceiptSample sample, long unixMs)
    {
        var key = (1UL << 63) | ((ulong)sample.Carrier << 32) | sample.Route;
        var hash = key * 0x9E3779B97F4A7C15UL;
        var first = (int)(hash >> 40) & (Places - 1) & ~(Ways - 1);
        var silent = first;
        for (var i = first; i < first + Ways; i++)
        {
            if (_watched[i].Key == key) return i;
            if (_watched[silent].Key == 0) continue;
            if (_watched[i].Key == 0 || _watched[i].LastAt < _watched[silent].LastAt) silent = i;
        }

        Begin(silent, key, unixMs);
        return silent;
    }
}
