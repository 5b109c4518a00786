using System.Collections.Concurrent;
using Appliance.Ring;
using Appliance.Wire;
using Microsoft.AspNetCore.Connections;

namespace Appliance.Ingress.Smpp;

/// <summary>What every session of the SMPP server shares.</summary>
public sealed record EsmeContext(
    EsmeOptions Options,
    EsmeAccounts Accounts,
    RouteTable Routes,
    RingBuffer<Slot> Ring,
    Heartbeat Heartbeat,
    IEsmeObserver Observer)
{
    private int _connections;

    /// <summary>Connections open now, bound or not.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Set while the appliance goes down: no new binds, no new submissions.</summary>
    public bool Draining { get; set; }

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

/// <summary>Kestrel hands every connection of the SMPP port to this.</summary>
public sealed class EsmeServer(EsmeContext context) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        if (context.Connections >= context.Options.MaxConnections)
        {
            context.Observer.BadInput("max_connections");
            connection.Abort();
            return;
        }

        context.Count(1);
        var wire = new SmppConnection(connection, EsmeOptions.MaxPduBeforeBind, EsmeOptions.UnsentLimit);
        var session = new EsmeSession(context, wire);
        context.Heartbeat.Add(session);
        context.Add(session);
        try
        {
            await wire.RunAsync(session).ConfigureAwait(false);
        }
        finally
        {
            context.Remove(session);
            context.Heartbeat.Remove(session);
            await session.EndAsync().ConfigureAwait(false);
            context.Count(-1);
        }
    }
}
