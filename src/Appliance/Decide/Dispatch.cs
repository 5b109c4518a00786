using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Records;
using Codec;

namespace Appliance.Decide;

/// <summary>
/// Hands messages to carrier sessions: at once while there is room, else from the partition's queue, in order.
/// </summary>
public sealed class Dispatch(Ledger ledger, Settlement settlement, RouteTable routes, Outgoing outgoing)
{
    /// <summary>Messages handed over a record holds at the most; keeps a record under the largest.</summary>
    private const int HandoverBatch = 512;
    private const int LongestBody = 70_000;

    private readonly Carrier?[] _carriers = new Carrier?[ushort.MaxValue + 1];
    private readonly List<Carrier> _all = [];
    private readonly BodyCache _bodies = new(64 << 20);
    private readonly PriorityQueue<int, long> _backoff = new();
    private readonly HandedOverEntry[] _entries = new HandedOverEntry[HandoverBatch];
    private readonly int[] _handles = new int[HandoverBatch];
    private readonly byte[] _body = new byte[LongestBody];

    private volatile bool _draining;

    /// <summary>Position of the first message accepted in this batch: from there on nothing can be read yet.</summary>
    private ulong _unreadableFrom = ulong.MaxValue;

    public IReadOnlyList<Carrier> Carriers => _all;

    /// <summary>Set while the appliance goes down: nothing more is written to carriers, what is answered is
    /// settled.</summary>
    public bool Draining
    {
        get => _draining;
        set => _draining = value;
    }

    public RouteTable Routes => routes;

    public void Add(Carrier carrier)
    {
        _carriers[carrier.Options.Id] = carrier;
        _all.Add(carrier);
    }

    public Carrier? Find(ushort id) => _carriers[id];

    /// <summary>The first carrier of the route with a session; without any, the first at all.</summary>
    /// <param name="not">A carrier that has refused the message, or null.</param>
    public Carrier? Choose(int route, Carrier? not = null)
    {
        Carrier? fallback = null;
        var passed = not is null;
        foreach (var id in routes[route].Carriers)
        {
            var carrier = _carriers[id];
            if (carrier is null) continue;
            // After a refusal only what stands behind the refuser is asked, so nobody is asked twice.
            if (not is not null && passed)
            {
                if (carrier == not) passed = false;
                continue;
            }

            if (carrier.IsUp) return carrier;
            fallback ??= carrier;
        }

        return fallback;
    }

    /// <summary>Whether a new message for this destination may go out now, ahead of nobody; takes a token.</summary>
    public bool TryPass(Carrier carrier, Partition partition, long now) =>
        partition.Queue.Count == 0 && partition.Link is { } link && link.Ready(now) && !_draining
        && carrier.Tokens.TryTake(now);

    /// <summary>Writes a message to a session; the record that says so is in this batch.</summary>
    public void Send(int handle, Link link, ReadOnlySpan<byte> body, int registeredOffset, long now)
    {
        ref var message = ref ledger.Table[handle];
        message.Stage = Stage.InFlight;
        message.Session = link.Session;
        var length = Header.Size + body.Length;
        var pdu = outgoing.To(link.Peer, length);
        var sequence = link.Window.Add(handle, now);
        new Header((uint)length, CommandId.SubmitSm, CommandStatus.ESME_ROK, sequence).Write(pdu);
        body.CopyTo(pdu[Header.Size..]);
        if (link.Carrier.Options.AlwaysRegister && (message.RegisteredDelivery & 3) != 1)
            pdu[Header.Size + registeredOffset] = (byte)((message.RegisteredDelivery & 0xFC) | 1);
    }

    /// <summary>A message is written down in this batch.</summary>
    public void Accepted(ulong position) => _unreadableFrom = Math.Min(_unreadableFrom, position);

    /// <summary>The batch is durable, and can be read.</summary>
    public void Committed() => _unreadableFrom = ulong.MaxValue;

    /// <summary>Lets a new message wait.</summary>
    public void Enqueue(int handle, Partition partition, ReadOnlySpan<byte> body)
    {
        ref var message = ref ledger.Table[handle];
        message.Stage = Stage.Queued;
        message.Cached = _bodies.Add(body);
        partition.Queue.Append(ledger.Table, handle);
    }

    /// <summary>Puts a message that came back where its age belongs.</summary>
    public void Requeue(int handle)
    {
        ref var message = ref ledger.Table[handle];
        message.Stage = Stage.Queued;
        var partition = PartitionOf(in message);
        partition.Queue.Return(ledger.Table, handle);
    }

    /// <summary>Puts a message behind the others of its partition: after a restart, in order of acceptance.</summary>
    public void Restore(int handle, long now)
    {
        ref var message = ref ledger.Table[handle];
        if (Find(message.Carrier) is null)
        {
            // Its carrier is no longer configured: another of its route, or the end.
            var carrier = Reroute(in message);
            if (carrier is not null) message.Carrier = carrier.Options.Id;
            Change(handle, carrier is null ? State.Failed : State.Queued,
                carrier is null ? Reason.PermanentError : Reason.CarrierDown, now);
            if (carrier is null)
            {
                settlement.Settle(handle, (uint)CommandStatus.ESME_RINVDSTADR, (uint)(now / 1000));
                return;
            }
        }

        message.Stage = Stage.Queued;
        PartitionOf(in message).Queue.Append(ledger.Table, handle);
    }

    /// <summary>Lets a message wait until a time before it is queued again.</summary>
    public void Delay(int handle, long until)
    {
        ledger.Table[handle].Stage = Stage.Backoff;
        _backoff.Enqueue(handle, until);
    }

    /// <summary>Moves on whatever can move: retries that are due, queues whose sessions have room.</summary>
    public void Drain(long now)
    {
        while (_backoff.TryPeek(out var handle, out var due) && due <= now)
        {
            _backoff.Dequeue();
            Requeue(handle);
        }

        if (_draining) return;
        foreach (var carrier in _all)
            foreach (var partition in carrier.Partitions)
                if (partition.Queue.Count > 0 && partition.Link is { } link) Drain(carrier, partition, link, now);
    }

    /// <summary>Ends what nobody wants any more at the head of queues that do not move.</summary>
    public void ExpireHeads(long now)
    {
        foreach (var carrier in _all)
        {
            foreach (var partition in carrier.Partitions)
            {
                while (partition.Queue.Count > 0 && IsExpired(in ledger.Table[partition.Queue.Head], now))
                    Expire(partition.Queue.TakeHead(ledger.Table), now);
            }
        }
    }

    /// <summary>Gives what waits at carriers without a session to others of its route that have one.</summary>
    public void MoveFromDown(long now)
    {
        foreach (var carrier in _all)
        {
            if (carrier.IsUp) continue;
            foreach (var partition in carrier.Partitions) MoveFrom(partition, now);
        }
    }

    /// <summary>The route a message would take now; null where there is none.</summary>
    public Carrier? Reroute(in LiveMessage message, Carrier? not = null)
    {
        var route = routes.Find(Addresses.Octets(in message.Destination));
        return route < 0 ? null : Choose(route, not);
    }

    private Partition PartitionOf(in LiveMessage message)
    {
        var carrier = Find(message.Carrier)
            ?? throw new InvalidOperationException($"a message waits for carrier {message.Carrier}, which is unknown");
        return carrier.PartitionOf(AddressHash.Of(Addresses.Octets(in message.Destination)));
    }

    private void MoveFrom(Partition partition, long now)
    {
        var count = partition.Queue.Count;
        for (var i = 0; i < count; i++)
        {
            var handle = partition.Queue.TakeHead(ledger.Table);
            ref var message = ref ledger.Table[handle];
            var target = Reroute(in message);
            if (target is not null && target.IsUp)
            {
                message.Carrier = target.Options.Id;
                Change(handle, State.Queued, Reason.CarrierDown, now);
            }

            PartitionOf(in message).Queue.Append(ledger.Table, handle);
        }
    }

    private void Drain(Carrier carrier, Partition partition, Link link, long now)
    {
        var count = 0;
        while (partition.Queue.Count > 0 && link.Ready(now))
        {
            var handle = partition.Queue.Head;
            if (IsExpired(in ledger.Table[handle], now))
            {
                Expire(partition.Queue.TakeHead(ledger.Table), now);
                continue;
            }

            // Accepted and come back within one batch, its body nowhere but in that batch: the next one sends it.
            if (!IsReadable(in ledger.Table[handle]) || !carrier.Tokens.TryTake(now)) break;
            partition.Queue.TakeHead(ledger.Table);
            SendWaiting(handle, link, now);
            _handles[count++] = handle;
            if (count < HandoverBatch) continue;
            WriteHandover(link, count, now);
            count = 0;
        }

        if (count > 0) WriteHandover(link, count, now);
    }

    private bool IsReadable(in LiveMessage message) =>
        message.Position < _unreadableFrom || _bodies.TryGet(message.Cached, out _);

    private void SendWaiting(int handle, Link link, long now)
    {
        ref var message = ref ledger.Table[handle];
        if (_bodies.TryGet(message.Cached, out var cached))
        {
            Send(handle, link, cached, RegisteredOffset(cached), now);
            return;
        }

        var length = ledger.Log.Read(message.Position, _body);
        var head = Unsafe.SizeOf<Accepted>();
        if (length < head || length > _body.Length)
            throw new InvalidDataException($"the journal has no message at position {message.Position}");
        var accepted = MemoryMarshal.Read<Accepted>(_body);
        Send(handle, link, _body.AsSpan(head, length - head), accepted.RegisteredOffset, now);
    }

    /// <summary>Finds registered_delivery behind the addresses and the two times (SMPP 3.4 section 4.4.1).</summary>
    private static int RegisteredOffset(ReadOnlySpan<byte> body)
    {
        var at = body.IndexOf((byte)0) + 1;
        at += 2;
        at += body[at..].IndexOf((byte)0) + 1;
        at += 2;
        at += body[at..].IndexOf((byte)0) + 1;
        at += 3;
        at += body[at..].IndexOf((byte)0) + 1;
        return at + body[at..].IndexOf((byte)0) + 1;
    }

    private void WriteHandover(Link link, int count, long now)
    {
        var table = ledger.Table;
        var size = Unsafe.SizeOf<HandedOver>() + (count * Unsafe.SizeOf<HandedOverEntry>());
        var record = ledger.Log.Reserve(size, out var position);
        for (var i = 0; i < count; i++)
        {
            ref var message = ref table[_handles[i]];
            ref var first = ref table[message.First];
            _entries[i] = new HandedOverEntry
            {
                Accepted = message.Position,
                Message = first.Position,
                Previous = first.Last,
            };
            first.Last = position;
        }

        var head = new HandedOver
        {
            Kind = RecordKind.HandedOver,
            Carrier = link.Carrier.Options.Id,
            Session = link.Session,
            Count = (ushort)count,
            At = now,
        };
        MemoryMarshal.Write(record, in head);
        MemoryMarshal.AsBytes(_entries.AsSpan(0, count)).CopyTo(record[Unsafe.SizeOf<HandedOver>()..]);
    }

    private static bool IsExpired(in LiveMessage message, long now) =>
        message.Expiry != 0 && now >= message.Expiry * 1000L;

    private void Expire(int handle, long now)
    {
        Change(handle, State.Expired, Reason.ValidityEnded, now);
        settlement.Settle(handle, 0, (uint)(now / 1000));
    }

    private void Change(int handle, State state, Reason reason, long now) => ledger.Write(handle, new EventHead
    {
        Kind = RecordKind.Changed,
        State = state,
        Reason = reason,
        Carrier = ledger.Table[handle].Carrier,
        At = now,
    });
}
