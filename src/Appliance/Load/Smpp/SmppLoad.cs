using System.Net.Sockets;
using Appliance.Peers.Sending;
using Appliance.Peers.Spec;
using Codec;

namespace Appliance.Load.Smpp;

/// <summary>One bind of the plan: it has a connection, or a time for the next attempt.</summary>
internal sealed class LoadSession(BindRequest request)
{
    internal BindRequest Request { get; } = request;

    internal LoadConnection? Connection { get; set; }

    internal long ConnectAt { get; set; }

    internal int Failures { get; set; }

    /// <summary>Whether it is in the list of sessions with room.</summary>
    internal bool Queued { get; set; }
}

/// <summary>Load over SMPP: all sessions on one thread, each kept at its window or fed at the rate.</summary>
internal sealed class SmppLoad : LoadRun
{
    private const long FirstRetry = 100 * Duration.Millisecond;
    private const long LongestRetry = 2 * Duration.Second;

    private readonly List<LoadSession> _sessions;
    private readonly Queue<LoadSession> _withRoom = new();
    private readonly SubmitTemplate[] _templates;
    private long _inFlight;
    private int _bound;
    private long _nextSecond;
    private string _trouble = "no connection was tried";

    /// <exception cref="FormatException">The message cannot be sent as a submit_sm.</exception>
    internal SmppLoad(SmppLoadPlan plan, TextWriter output)
        : base(plan, plan.Message.RequestReceipt, output)
    {
        Plan = plan;
        _sessions = [.. plan.Binds.Select(bind => new LoadSession(bind))];
        _templates = new SubmitTemplate[plan.Destinations.RangeCount];
        for (int i = 0; i < _templates.Length; i++)
        {
            _templates[i] = new SubmitTemplate(plan.Message, plan.Destinations.Digits(i));
        }
    }

    internal SmppLoadPlan Plan { get; }

    internal override long InFlight => _inFlight;

    protected override bool IsReady => _bound == _sessions.Count;

    protected override bool HasRoom => _withRoom.Count > 0;

    protected override string Trouble => $"{_bound} of {_sessions.Count} sessions bound; {_trouble}";

    internal SubmitTemplate Template(long n) =>
        _templates.Length == 1 ? _templates[0] : _templates[n % _templates.Length];

    internal override string RefusalName(uint status)
    {
        string name = ((CommandStatus)status).Name();
        return name == "unknown" ? $"0x{status:X8}" : name;
    }

    internal void OnBound(LoadSession session)
    {
        _bound++;
        session.Failures = 0;
        OnAnswered(session, 0);
    }

    /// <summary>A response made room.</summary>
    internal void OnAnswered(LoadSession session) => OnAnswered(session, 1);

    internal void OnClosed(LoadSession session, int unanswered, string reason)
    {
        _trouble = reason;
        if (session.Connection is { IsBound: true }) _bound--;
        _inFlight -= unanswered;
        Counters.Unanswered += unanswered;
        Counters.Disconnects++;
        session.Connection = null;
        session.ConnectAt = Loop.Now + Math.Min(FirstRetry << Math.Min(session.Failures++, 10), LongestRetry);
    }

    protected override void Connect()
    {
        foreach (var session in _sessions) Connect(session);
    }

    protected override void Pump(long now)
    {
        // Closed loop: a session's whole window in one go. Open loop: a burst each, in turn.
        int most = Arrivals.IsPaced ? Plan.Burst : int.MaxValue;
        while (_withRoom.TryPeek(out var session))
        {
            for (int sent = 0; sent < most && session.Connection is { HasRoom: true } connection; sent++)
            {
                long n = Arrivals.Taken;
                if (!Arrivals.TryTake(now, out long intended)) return;
                connection.Send(n, intended);
                Counters.Sent++;
                _inFlight++;
            }
            _withRoom.Dequeue();
            session.Queued = false;
            if (session.Connection is { HasRoom: true }) Queue(session);
        }
    }

    protected override void Sweep(long now)
    {
        bool second = now >= _nextSecond;
        if (second) _nextSecond = now + Duration.Second;
        foreach (var session in _sessions)
        {
            if (session.Connection is null)
            {
                if (now >= session.ConnectAt) Connect(session);
            }
            else if (second)
            {
                GiveUp(session, session.Connection.GiveUpSentBefore(now - Plan.ResponseTimeoutNs));
                session.Connection.KeepAlive(now, Plan.EnquireLinkNs);
            }
            if (session.Connection is { HasRoom: true }) Queue(session);
        }
    }

    private void OnAnswered(LoadSession session, int count)
    {
        _inFlight -= count;
        Queue(session);
    }

    private void GiveUp(LoadSession session, int count)
    {
        if (count == 0) return;
        Counters.Unanswered += count;
        OnAnswered(session, count);
    }

    private void Queue(LoadSession session)
    {
        if (session.Queued || !session.Request.Transmits) return;
        session.Queued = true;
        _withRoom.Enqueue(session);
    }

    private void Connect(LoadSession session)
    {
        var socket = new Socket(Plan.Server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var connection = new LoadConnection(this, session, socket);
        session.Connection = connection;
        try
        {
            connection.Connect(Plan.Server);
        }
        catch (SocketException error)
        {
            connection.Close(error.Message);
        }
    }
}
