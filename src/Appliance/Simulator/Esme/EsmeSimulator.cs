using Appliance.Peers.Sending;
using System.Net.Sockets;
using Appliance.Peers.Loop;
using Appliance.Peers.Spec;

namespace Appliance.Simulator.Esme;

/// <summary>What a simulated ESME counted.</summary>
internal sealed class EsmeCounters
{
    internal int Bound;
    internal long Sent;
    internal long Accepted;
    internal long Refused;
    internal long Receipts;
    internal long Messages;
    internal long WrongPdus;
    internal long GenericNacks;
    internal long Disconnects;

    public override string ToString() =>
        $"sent {Sent}, accepted {Accepted}, refused {Refused}, receipts {Receipts}, messages {Messages}, "
        + $"wrong PDUs {WrongPdus}, generic_nack {GenericNacks}, disconnects {Disconnects}";
}

/// <summary>
/// A simulated ESME: binds, sends what it is told to, answers (or not) what it is sent, reconnects. Written to be
/// read, not for speed; `load smpp` is the fast one.
/// </summary>
internal sealed class EsmeSimulator : IDisposable
{
    private const long SweepEvery = 20 * Duration.Millisecond;
    private const long Retry = 500 * Duration.Millisecond;

    private static readonly TimeSpan UnbindTimeout = TimeSpan.FromSeconds(1);

    private readonly EsmeSession?[] _sessions;
    private readonly long[] _connectAt;
    private readonly Arrivals _arrivals;
    private readonly SubmitTemplate[] _templates;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _started;
    private bool _ending;
    private long _stopAt = long.MaxValue;
    private long _nextSweep;
    private int _turn;

    /// <exception cref="FormatException">The message cannot be sent as a submit_sm.</exception>
    internal EsmeSimulator(EsmeOptions options, EsmeJournal journal)
    {
        Options = options;
        Journal = journal;
        Dice = new Dice(options.Seed);
        Loop = new EventLoop("esme-simulator", Turn);
        _sessions = new EsmeSession?[options.Sessions];
        _connectAt = new long[options.Sessions];
        _arrivals = new Arrivals(options.Rate, options.Count, null);
        _templates =
        [
            .. Enumerable.Range(0, options.Destinations.RangeCount)
                .Select(range => new SubmitTemplate(options.Message, options.Destinations.Digits(range))),
        ];
    }

    internal EsmeOptions Options { get; }

    internal EsmeJournal Journal { get; }

    internal Dice Dice { get; }

    internal EventLoop Loop { get; }

    internal EsmeCounters Counters { get; } = new();

    private bool Sends => (Options.Count > 0 || Options.Rate > 0) && Options.Bind.Transmits;

    internal SubmitTemplate Template(long n) => _templates[n % _templates.Length];

    /// <summary>Runs until its time is up, its work is done, or it is stopped.</summary>
    internal async Task<EsmeCounters> RunAsync(CancellationToken cancellation)
    {
        Loop.Start();
        using var registration = cancellation.Register(() => _done.TrySetResult());
        var first = await Task.WhenAny(_done.Task, Loop.Completion);
        if (first == Loop.Completion) await Loop.Completion;
        await Loop.InvokeAsync(End);
        // An unbind that is not answered does not keep it.
        await Task.WhenAny(_gone.Task, Task.Delay(UnbindTimeout, CancellationToken.None));
        return Counters;
    }

    public void Dispose() => Loop.Dispose();

    internal void OnClosed(EsmeSession session, string reason)
    {
        int slot = Array.IndexOf(_sessions, session);
        if (slot < 0) return;
        _sessions[slot] = null;
        _connectAt[slot] = Loop.Now + Retry;
        if (_ending)
        {
            if (Array.TrueForAll(_sessions, other => other is null)) _gone.TrySetResult();
            return;
        }
        Counters.Disconnects++;
        Journal.Disconnected(session.Number, reason);
    }

    private bool End()
    {
        _ending = true;
        Journal.Flush();
        foreach (var session in _sessions) session?.End();
        if (Array.TrueForAll(_sessions, session => session is null)) _gone.TrySetResult();
        return true;
    }

    private long Turn(long now)
    {
        if (_ending) return long.MaxValue;
        if (now >= _nextSweep) Sweep(now);
        if (Sends && _started) Pump(now);
        return Math.Min(_nextSweep, Sends && _started && _arrivals.IsPaced ? _arrivals.NextAt : long.MaxValue);
    }

    private void Sweep(long now)
    {
        _nextSweep = now + SweepEvery;
        for (int slot = 0; slot < _sessions.Length; slot++)
        {
            if (_sessions[slot] is { } session) session.Sweep(now);
            else if (now >= _connectAt[slot]) Connect(slot);
        }
        Journal.Flush();
        if (!_started && Counters.Bound == _sessions.Length) Start(now);
        if (now >= _stopAt || IsDone) _done.TrySetResult();
    }

    private void Start(long now)
    {
        _started = true;
        if (Options.DurationNs > 0) _stopAt = now + Options.DurationNs;
        _arrivals.Start(now, _stopAt);
    }

    /// <summary>Without a time to stay: all is sent and answered, and every receipt asked for has come.</summary>
    private bool IsDone =>
        Options.DurationNs == 0 && Options.Count > 0 && Counters.Sent == Options.Count
        && Counters.Accepted + Counters.Refused >= Counters.Sent
        && (!Options.Message.RequestReceipt || Counters.Receipts >= Counters.Accepted);

    private void Pump(long now)
    {
        for (int full = 0; full < _sessions.Length;)
        {
            _turn = (_turn + 1) % _sessions.Length;
            if (_sessions[_turn] is not { HasRoom: true } session)
            {
                full++;
                continue;
            }
            long n = _arrivals.Taken;
            if (!_arrivals.TryTake(now, out _)) return;
            session.Send(n);
            Counters.Sent++;
            full = 0;
        }
    }

    private void Connect(int slot)
    {
        var socket = new Socket(Options.Server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var session = new EsmeSession(this, socket, slot + 1);
        _sessions[slot] = session;
        try
        {
            session.Connect(Options.Server);
        }
        catch (SocketException error)
        {
            session.Close(error.Message);
        }
    }
}
