using System.Globalization;
using Appliance.Peers.Loop;
using Appliance.Peers.Spec;

namespace Appliance.Load;

/// <summary>The line a second, and the result at the end.</summary>
internal sealed class LoadProgress(LoadRun run, LoadPlan plan, TextWriter output)
{
    private readonly List<LoadSecond> _timeline = [];
    private long _began;
    private long _nextLine;
    private long _lastLine;
    private long _measuredFrom;
    private long _measuredTo;
    private long _cpu;
    private Counts _last;
    private Counts _atStart;
    private Counts _atEnd;

    private readonly record struct Counts(long Sent, long Accepted, long Refused, long Receipts)
    {
        internal static Counts Of(LoadCounters counters) =>
            new(counters.Sent, counters.Accepted, counters.Refused, counters.Receipts);
    }

    internal void Begin(long now)
    {
        _began = _lastLine = now;
        _nextLine = now + Duration.Second;
        Measure(now);
    }

    /// <summary>From here on it counts: what was measured before was the warm-up.</summary>
    internal void Measure(long now)
    {
        _measuredFrom = now;
        _cpu = Posix.CpuNanoseconds();
        _atStart = Counts.Of(run.Counters);
        run.Counters.AcknowledgementNow.Clear();
        run.Counters.EndToEndNow.Clear();
        run.Counters.Acknowledgement.Clear();
        run.Counters.EndToEnd.Clear();
    }

    internal void EndSending(long now)
    {
        _measuredTo = now;
        _cpu = Posix.CpuNanoseconds() - _cpu;
        _atEnd = Counts.Of(run.Counters);
    }

    internal void Tick(long now)
    {
        if (now < _nextLine) return;
        _nextLine += Duration.Second;
        var second = Second(now);
        _timeline.Add(second);
        run.Counters.Fold();
        _last = Counts.Of(run.Counters);
        _lastLine = now;
        if (!plan.Quiet) output.WriteLine(Line(second, run.ExpectsReceipts));
    }

    internal LoadResult Result()
    {
        var counters = run.Counters;
        counters.Fold();
        double seconds = Math.Max((_measuredTo - _measuredFrom) / 1e9, 1e-9);
        long receipts = counters.Receipts - run.Tracker.Mistaken;
        return new LoadResult
        {
            Plan = plan.Describe(),
            Seconds = seconds,
            Sent = counters.Sent,
            Accepted = counters.Accepted,
            Refused = counters.Refused,
            RefusedBy = counters.ByRefusal(run.RefusalName),
            Unanswered = counters.Unanswered + run.InFlight,
            ReceiptsExpected = run.ExpectsReceipts,
            Receipts = receipts,
            ReceiptsBy = counters.ByState(),
            Lost = run.Tracker.Awaiting + run.Tracker.GivenUp,
            Duplicates = counters.Duplicates,
            Foreign = counters.Foreign + run.Tracker.Mistaken,
            Intermediate = counters.Intermediate,
            ReceiptedUnanswered = run.Tracker.ReceiptedUnanswered,
            MobileOriginated = counters.MobileOriginated,
            Disconnects = counters.Disconnects,
            AcceptedPerSecond = (_atEnd.Accepted - _atStart.Accepted) / seconds,
            ReceiptsPerSecond = (_atEnd.Receipts - _atStart.Receipts) / seconds,
            Acknowledgement = Percentiles.Of(counters.Acknowledgement),
            EndToEnd = run.ExpectsReceipts ? Percentiles.Of(counters.EndToEnd) : null,
            CpuMicrosecondsPerMessage = _cpu / 1e3 / Math.Max(1, _atEnd.Sent - _atStart.Sent),
            Timeline = _timeline,
        };
    }

    private LoadSecond Second(long now)
    {
        var counters = run.Counters;
        double seconds = (now - _lastLine) / 1e9;
        return new LoadSecond
        {
            Second = Math.Round((now - _began) / 1e9, 1),
            Sent = (long)((counters.Sent - _last.Sent) / seconds),
            Accepted = (long)((counters.Accepted - _last.Accepted) / seconds),
            Refused = (long)((counters.Refused - _last.Refused) / seconds),
            Receipts = (long)((counters.Receipts - _last.Receipts) / seconds),
            InFlight = run.InFlight,
            Awaiting = run.Tracker.Awaiting,
            AckP50Ms = counters.AcknowledgementNow.Percentile(50) / 1e6,
            AckP99Ms = counters.AcknowledgementNow.Percentile(99) / 1e6,
            EndToEndP50Ms = counters.EndToEndNow.Percentile(50) / 1e6,
            EndToEndP99Ms = counters.EndToEndNow.Percentile(99) / 1e6,
        };
    }

    private static string Line(LoadSecond at, bool receipts)
    {
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{at.Second,6:0.0}s  sent {at.Sent,7}/s  accepted {at.Accepted,7}/s  refused {at.Refused,6}/s  "
            + $"in flight {at.InFlight,6}  ack p50 {at.AckP50Ms:0.###} p99 {at.AckP99Ms:0.###} ms");
        if (!receipts) return line;
        return line + string.Create(
            CultureInfo.InvariantCulture,
            $"  receipts {at.Receipts,7}/s  awaited {at.Awaiting,7}  end-to-end p50 {at.EndToEndP50Ms:0.###} "
            + $"p99 {at.EndToEndP99Ms:0.###} ms");
    }
}
