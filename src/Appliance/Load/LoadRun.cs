using Appliance.Peers.Sending;
using Appliance.Peers.Loop;
using Appliance.Peers.Spec;

namespace Appliance.Load;

/// <summary>
/// The course of a load run, on one thread: connect -> send for a count or a time -> wait for what is outstanding ->
/// report. Subclasses know the protocol.
/// </summary>
internal abstract class LoadRun : IDisposable
{
    private const long SweepEvery = 50 * Duration.Millisecond;

    /// <summary>
    /// A paced run sends no more often than this, and then all that has become due, so that messages share system
    /// calls; it bounds what the generator itself adds to a latency.
    /// </summary>
    private const long PaceQuantum = 500 * Duration.Microsecond;

    private readonly LoadPlan _plan;
    private readonly TaskCompletionSource<LoadResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LoadProgress _progress;
    private Phase _phase;
    private long _connectBy;
    private long _nextSweep;
    private long _nextPump;
    private long _measureFrom;
    private long _sendingEnded;
    private long _lastReceipt;
    private long _receiptsSeen;

    protected LoadRun(LoadPlan plan, bool expectsReceipts, TextWriter output)
    {
        _plan = plan;
        Arrivals = new Arrivals(
            plan.Rate / plan.PerArrival, (plan.Count + plan.PerArrival - 1) / plan.PerArrival,
            plan.Poisson ? new Dice(plan.Seed) : null);
        Tracker = new MessageTracker(expectsReceipts ? plan.TrackCapacity : 0, expectsReceipts, plan.MatchIds);
        Loop = new EventLoop("load", Turn);
        ExpectsReceipts = expectsReceipts;
        _progress = new LoadProgress(this, plan, output);
    }

    private enum Phase
    {
        Connecting,
        Sending,
        Settling,
        Done,
    }

    internal EventLoop Loop { get; }

    internal Arrivals Arrivals { get; }

    internal LoadCounters Counters { get; } = new();

    internal MessageTracker Tracker { get; }

    internal bool ExpectsReceipts { get; }

    /// <summary>Sent and not yet answered.</summary>
    internal abstract long InFlight { get; }

    /// <summary>Whether enough is connected to begin.</summary>
    protected abstract bool IsReady { get; }

    /// <summary>Whether a message that is due could leave now.</summary>
    protected abstract bool HasRoom { get; }

    /// <summary>Why it is not ready yet, for the error message.</summary>
    protected abstract string Trouble { get; }

    internal abstract string RefusalName(uint status);

    protected abstract void Connect();

    /// <summary>Sends what is due as far as there is room.</summary>
    protected abstract void Pump(long now);

    /// <summary>Time-outs, reconnects; twenty times a second.</summary>
    protected abstract void Sweep(long now);

    /// <exception cref="IOException">The server could not be reached or let nobody in.</exception>
    internal async Task<LoadResult> RunAsync(CancellationToken cancellation)
    {
        Loop.Start();
        Loop.Post(() =>
        {
            _connectBy = Loop.Now + _plan.ConnectTimeoutNs;
            Connect();
        });
        using var registration = cancellation.Register(() => Loop.Post(Finish));
        var first = await Task.WhenAny(_result.Task, Loop.Completion);
        if (first != _result.Task) await Loop.Completion;
        return await _result.Task;
    }

    public void Dispose() => Loop.Dispose();

    private long Turn(long now)
    {
        if (_connectBy == 0) return long.MaxValue;
        if (now >= _nextSweep)
        {
            _nextSweep = now + SweepEvery;
            Sweep(now);
            Advance(now);
        }
        if (_phase is Phase.Connecting or Phase.Done) return _nextSweep;
        if (_phase == Phase.Sending && now >= _nextPump)
        {
            if (Arrivals.IsPaced) _nextPump = now + PaceQuantum;
            Pump(now);
            if (Arrivals.NextAt == long.MaxValue) Settle(now);
        }
        if (_phase == Phase.Settling && InFlight == 0 && Tracker.Awaiting == 0) Finish();
        if (!Arrivals.IsPaced || !HasRoom) return _nextSweep;
        return Math.Min(_nextSweep, Math.Max(Arrivals.NextAt, _nextPump));
    }

    private void Advance(long now)
    {
        switch (_phase)
        {
            case Phase.Connecting when IsReady:
                Begin(now);
                break;
            case Phase.Connecting when now > _connectBy:
                Fail($"not connected within {Duration.Format(_plan.ConnectTimeoutNs)}: {Trouble}");
                break;
            case Phase.Sending:
                _progress.Tick(now);
                if (_measureFrom != 0 && now >= _measureFrom) Measure(now);
                if (SendingTimeIsUp(now)) Settle(now);
                break;
            case Phase.Settling:
                _progress.Tick(now);
                if (Counters.Receipts != _receiptsSeen) _lastReceipt = now;
                _receiptsSeen = Counters.Receipts;
                if (now - Math.Max(_lastReceipt, _sendingEnded) > _plan.SettleNs) Finish();
                break;
        }
    }

    /// <summary>A closed loop ends by the clock; an open one when all that was due by then has been sent.</summary>
    private bool SendingTimeIsUp(long now) => !Arrivals.IsPaced && _sendingEnded != 0 && now >= _sendingEnded;

    private void Begin(long now)
    {
        _phase = Phase.Sending;
        _sendingEnded = _plan.DurationNs > 0 ? now + _plan.WarmupNs + _plan.DurationNs : 0;
        Arrivals.Start(now, _sendingEnded == 0 ? long.MaxValue : _sendingEnded);
        _measureFrom = _plan.WarmupNs > 0 ? now + _plan.WarmupNs : 0;
        _progress.Begin(now);
    }

    /// <summary>The warm-up is over.</summary>
    private void Measure(long now)
    {
        _measureFrom = 0;
        _progress.Measure(now);
    }

    private void Settle(long now)
    {
        _phase = Phase.Settling;
        Arrivals.Stop();
        _sendingEnded = now;
        _progress.EndSending(now);
    }

    private void Finish()
    {
        if (_phase == Phase.Done) return;
        if (_phase == Phase.Connecting)
        {
            Fail($"stopped before it was connected: {Trouble}");
            return;
        }
        if (_phase == Phase.Sending) Settle(Loop.Now);
        _phase = Phase.Done;
        _result.SetResult(_progress.Result());
        Loop.Stop();
    }

    private void Fail(string reason)
    {
        _phase = Phase.Done;
        _result.SetException(new IOException(reason));
        Loop.Stop();
    }
}
