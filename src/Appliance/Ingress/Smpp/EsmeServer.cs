using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Appliance.Numbering.Lookups;
using Appliance.Ring;
using Appliance.Routing;
using Appliance.Wire;

namespace Appliance.Ingress.Smpp;

/// <summary>What every session of the SMPP server shares.</summary>
public sealed record EsmeContext(
    EsmeOptions Options,
    EsmeAccounts Accounts,
    LiveTables Tables,
    RingBuffer<Slot> Ring,
    Heartbeat Heartbeat,
    IEsmeObserver Observer)
{
    /// <summary>The rules about messages.</summary>
    public required PolicyGate Policy { get; init; }

    /// <summary>How much of the ring submissions may fill.</summary>
    public SubmissionShare Share { get; init; } = new(Ring.Capacity);

    /// <summary>Submissions that wait for room in the ring.</summary>
    public WaitingRoom Waiting { get; } = new(EsmeOptions.MostWaitingBytes);

    private int _connections;

    /// <summary>Connections open now, bound or not.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Set while the appliance goes down: no new binds, no new submissions.</summary>
    public bool Draining { get; set; }

    /// <summary>Whose numbers messages go to.</summary>
    public DestinationFinder Destinations { get; set; } = DestinationFinder.PlanOnly;

    /// <summary>The messages that were taken; null until they can be asked for.</summary>
    public IMessages? Messages { get; set; }

    private volatile bool _diskFull;

    /// <summary>Set while the disk has no room for new messages; sessions go on, receipts too.</summary>
    public bool DiskFull
    {
        get => _diskFull;
        set => _diskFull = value;
    }

    private readonly ConcurrentDictionary<EsmeSession, byte> _sessions = new();

    /// <summary>Who is bound, in the order of their binds.</summary>
    public IReadOnlyList<EsmeSessionView> Sessions =>
        [.. _sessions.Keys.Select(session => session.View).OfType<EsmeSessionView>().OrderBy(view => view.BoundAt)];

    internal void Add(EsmeSession session) => _sessions.TryAdd(session, 0);

    internal void Remove(EsmeSession session) => _sessions.TryRemove(session, out _);

    internal void Count(int change) => Interlocked.Add(ref _connections, change);
}

/// <summary>The SMPP port.</summary>
public sealed class EsmeServer(EsmeContext context, WireLoops loops)
{
    private readonly ConcurrentDictionary<SmppConnection, byte> _open = new();
    private Action? _stopListening;

    /// <exception cref="IOException">The address is taken or not ours.</exception>
    public void Start(IPEndPoint address)
    {
        try
        {
            _stopListening = loops.Listen(address, Accept);
        }
        catch (SocketException e)
        {
            throw new IOException($"Failed to bind to address {address} (smpp.listen): {e.Message}.", e);
        }
    }

    /// <summary>Takes no more connections, and gives those there are a time to end by themselves.</summary>
    public async Task StopAsync(TimeSpan time)
    {
        _stopListening?.Invoke();
        var clock = Stopwatch.StartNew();
        while (!_open.IsEmpty && clock.Elapsed < time) await Task.Delay(10).ConfigureAwait(false);
        foreach (var (wire, _) in _open) wire.Close("the appliance has gone down");
        while (!_open.IsEmpty && clock.Elapsed < time * 2) await Task.Delay(10).ConfigureAwait(false);
    }

    private void Accept(Socket socket)
    {
        if (context.Connections >= context.Options.MaxConnections)
        {
            context.Observer.BadInput("max_connections");
            socket.Dispose();
            return;
        }

        context.Count(1);
        _ = ServeAsync(loops.Open(socket, EsmeOptions.MaxPduBeforeBind, EsmeOptions.UnsentLimit));
    }

    private async Task ServeAsync(SmppConnection wire)
    {
        var session = new EsmeSession(context, wire);
        _open.TryAdd(wire, 0);
        context.Heartbeat.Add(session);
        context.Add(session);
        await wire.RunAsync(session).ConfigureAwait(false);
        context.Remove(session);
        context.Heartbeat.Remove(session);
        await session.EndAsync().ConfigureAwait(false);
        context.Count(-1);
        _open.TryRemove(wire, out _);
    }
}
