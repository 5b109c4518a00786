using System.Net.Sockets;
using Appliance.Peers.Loop;
using Appliance.Peers.Spec;

namespace Appliance.Load.Http;

/// <summary>Load over HTTP: keep-alive connections on one thread, a request at a time on each.</summary>
internal sealed class HttpLoad : LoadRun
{
    private const long Retry = 100 * Duration.Millisecond;

    private readonly HttpLoadPlan _plan;
    private readonly List<Slot> _slots = [];
    private readonly Queue<Slot> _idle = new();
    private long _inFlight;
    private int _connected;
    private string _trouble = "no connection was tried";

    /// <exception cref="FormatException">The destinations do not have the same length.</exception>
    internal HttpLoad(HttpLoadPlan plan, TextWriter output)
        : base(plan, expectsReceipts: false, output)
    {
        _plan = plan;
        for (int i = 1; i < plan.Destinations.RangeCount; i++)
        {
            if (plan.Destinations.Digits(i) != plan.Destinations.Digits(0))
            {
                throw new FormatException("--to: expected ranges of numbers of the same length for HTTP");
            }
        }
        var templates = plan.UrlTemplate is null
            ? plan.Keys.Select(key => RequestTemplate.Post(plan, key)).ToArray()
            : [RequestTemplate.Get(plan, plan.UrlTemplate)];
        for (int i = 0; i < plan.Connections; i++) _slots.Add(new Slot(templates[i % templates.Length]));
    }

    internal override long InFlight => _inFlight;

    protected override bool IsReady => _connected == _slots.Count;

    protected override bool HasRoom => _idle.Count > 0;

    protected override string Trouble => $"{_connected} of {_slots.Count} connected; {_trouble}";

    internal override string RefusalName(uint status) =>
        status == 0 ? "not HTTP" : status.ToString(System.Globalization.CultureInfo.InvariantCulture);

    protected override void Connect()
    {
        foreach (var slot in _slots) Connect(slot);
    }

    protected override void Pump(long now)
    {
        while (_idle.TryPeek(out var slot))
        {
            if (slot.Connection is not { IsReady: true } connection)
            {
                _idle.Dequeue();
                continue;
            }
            long n = Arrivals.Taken * _plan.Batch;
            if (!Arrivals.TryTake(now, out long intended)) return;
            _idle.Dequeue();
            connection.Send(n, intended);
            Counters.Sent += _plan.Batch;
            _inFlight += _plan.Batch;
        }
    }

    protected override void Sweep(long now)
    {
        foreach (var slot in _slots)
        {
            if (slot.Connection is null && now >= slot.ConnectAt) Connect(slot);
            else slot.Connection?.CheckTimeout(now, _plan.ResponseTimeoutNs);
        }
    }

    private void Connect(Slot slot)
    {
        var socket = new Socket(_plan.Server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        slot.Connection = new HttpLoadConnection(this, slot, socket);
        try
        {
            slot.Connection.Connect(_plan.Server);
        }
        catch (SocketException error)
        {
            slot.Connection.Close(error.Message);
        }
    }

    private void OnResponse(Slot slot, in HttpResponse response, long intended)
    {
        _inFlight -= _plan.Batch;
        Counters.AcknowledgementNow.Record(Loop.Now - intended);
        int accepted = 0;
        if (response.Status is >= 200 and < 300)
        {
            // Of a batch, those messages are accepted whose result has an id.
            accepted = _plan.Batch == 1 ? 1 : Math.Min(response.Body.Count("\"message_id\""u8), _plan.Batch);
        }
        Counters.Accepted += accepted;
        for (int i = accepted; i < _plan.Batch; i++) Counters.CountRefusal(response.Status);
        if (response.KeepsAlive) _idle.Enqueue(slot);
    }

    private void OnConnected(Slot slot)
    {
        _connected++;
        _idle.Enqueue(slot);
    }

    private void OnClosed(Slot slot, bool wasConnected, bool waiting, bool orderly, string reason)
    {
        _trouble = reason;
        slot.Connection = null;
        slot.ConnectAt = orderly ? Loop.Now : Loop.Now + Retry;
        if (wasConnected) _connected--;
        if (!orderly) Counters.Disconnects++;
        if (!waiting) return;
        _inFlight -= _plan.Batch;
        Counters.Unanswered += _plan.Batch;
    }

    /// <summary>One of the plan's connections, over its reconnects.</summary>
    private sealed class Slot(RequestTemplate template)
    {
        internal RequestTemplate Template { get; } = template;

        internal HttpLoadConnection? Connection { get; set; }

        internal long ConnectAt { get; set; }
    }

    private sealed class HttpLoadConnection(HttpLoad load, Slot slot, Socket socket)
        : StreamConnection(load.Loop, socket)
    {
        private bool _connected;
        private bool _waiting;
        private bool _orderly;
        private long _intended;
        private long _sentAt;

        internal bool IsReady => _connected && !_waiting && !IsClosing;

        internal void Send(long n, long intended)
        {
            _waiting = true;
            _intended = intended;
            _sentAt = Loop.Now;
            slot.Template.Write(n, load._plan.Destinations, Reserve(slot.Template.Length));
            Commit(slot.Template.Length);
        }

        internal void CheckTimeout(long now, long timeout)
        {
            if (_waiting && now - _sentAt > timeout) Close("no response in time");
        }

        protected override void OnConnected()
        {
            _connected = true;
            load.OnConnected(slot);
        }

        protected override int Consume(Span<byte> received)
        {
            var state = HttpResponse.TryRead(received, out var response);
            if (state == ResponseState.NeedMore && received.Length < ReceiveSize / 2) return 0;
            if (state != ResponseState.Whole || !_waiting)
            {
                Close(_waiting ? "the response is not HTTP/1.1, or too long" : "a response that nothing asked for");
                return received.Length;
            }
            _waiting = false;
            load.OnResponse(slot, response, _intended);
            if (response.KeepsAlive) return response.Length;
            _orderly = true;
            Close("the server closes after a response");
            return received.Length;
        }

        protected override void OnClosed(string reason) =>
            load.OnClosed(slot, _connected, _waiting, _orderly || !_waiting, reason);
    }
}
