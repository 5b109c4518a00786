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
/// <param name="Uniform">How much alike the latencies are: 1 below a coefficient of variation of 0.05, 0 from 0.35 on.
/// </param>
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
    private const double UniformBelow = 0.05;
    private const double NaturalFrom = 0.35;

    // How sure each sign makes us by itself. Dates are often cut to minutes, and a short campaign may have no tail.
    private const double FastWeight = 0.95;
    private const double UniformWeight = 0.9;
    private const double TailWeight = 0.4;
    private const double DatesWeight = 0.4;

    private readonly ReceiptLimits _limits;
    private readonly Watched[] _watched = new Watched[Places];
    private readonly long _floor;

    private struct Watched
    {
        public ulong Key;
        public int Count;
        public int Fast;
        public int Late;
        public int Failed;
        public int SameDates;
        public double Mean;
        public double Squares;
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
        ref var watched = ref PlaceOf(sample, unixMs);
        var latency = Math.Max(0, sample.Latency);
        watched.LastAt = unixMs;
        watched.Count++;
        if (latency < _floor) watched.Fast++;
        if (latency >= LateMs) watched.Late++;
        if (!sample.Delivered) watched.Failed++;
        if (sample.SameDates) watched.SameDates++;
        // Welford's way: no sum of squares that cancels.
        var distance = latency - watched.Mean;
        watched.Mean += distance / watched.Count;
        watched.Squares += distance * (latency - watched.Mean);
        if (watched.Count < _limits.Receipts) return false;
        finding = Judge(watched, sample);
        score = finding.Score;
        var key = watched.Key;
        watched = new Watched { Key = key, LastAt = unixMs };
        return score >= _limits.Score;
    }

    private static ReceiptFinding Judge(in Watched watched, in ReceiptSample sample)
    {
        double count = watched.Count;
        var variation = watched.Mean > 0 ? Math.Sqrt(watched.Squares / count) / watched.Mean : 0;
        var fast = watched.Fast / count;
        var uniform = Math.Clamp((NaturalFrom - variation) / (NaturalFrom - UniformBelow), 0, 1);
        var tail = Math.Clamp(1 - ((watched.Late + watched.Failed) / count / (2 * LeastTail)), 0, 1);
        var dates = watched.SameDates / count;
        var real = (1 - (FastWeight * fast)) * (1 - (UniformWeight * uniform)) * (1 - (TailWeight * tail))
            * (1 - (DatesWeight * dates));
        return new ReceiptFinding(
            sample.Carrier, sample.Route, watched.Count, 1 - real, fast, uniform, tail, dates);
    }

    /// <summary>Its place, a free one, or that of the pair that is silent for longest.</summary>
    private ref Watched PlaceOf(in ReceiptSample sample, long unixMs)
    {
        var key = (1UL << 63) | ((ulong)sample.Carrier << 32) | sample.Route;
        var hash = key * 0x9E3779B97F4A7C15UL;
        var first = (int)(hash >> 40) & (Places - 1) & ~(Ways - 1);
        var silent = first;
        for (var i = first; i < first + Ways; i++)
        {
            if (_watched[i].Key == key) return ref _watched[i];
            if (_watched[silent].Key == 0) continue;
            if (_watched[i].Key == 0 || _watched[i].LastAt < _watched[silent].LastAt) silent = i;
        }

        _watched[silent] = new Watched { Key = key, LastAt = unixMs };
        return ref _watched[silent];
    }
}
