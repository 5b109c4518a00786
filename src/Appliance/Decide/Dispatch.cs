using System.Runtime.InteropServices;
using Appliance.Records;
using Codec;

namespace Appliance.Decide;

/// <summary>
/// Hands messages to carrier sessions: at once while there is room, else from the partition's queue, in order.
/// </summary>
public sealed class Dispatch(Ledger ledger, Settlement settlement, Outgoing outgoing, DeciderOptions options)
{
    private const int LongestBody = 70_000;

    private readonly Carrier?[] _carriers = new Carrier?[ushort.MaxValue + 1];
    private readonly List<Carrier> _all = [];
    private readonly BodyCache _bodies = new(options.BodyCache);
    private readonly PriorityQueue<(int Handle, ulong Position), long> _backoff = new();
    private readonly Handovers _handovers = new(ledger);
    private readonly byte[] _body = new byte[LongestBody];
    private readonly List<int> _moving = [];

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

    public RouteTable Routes => options.Routes;

    /// <summary>Whether any carrier has a session.</summary>
    public bool AnyUp
    {
        get
        {
            foreach (var carrier in _all)
                if (carrier.IsUp) return true;
            return false;
        }
    }

    public void Add(Carrier carrier)
    {
        _carriers[carrier.Options.Id] = carrier;
        _all.Add(carrier);
    }

    public Carrier? Find(ushort id) => _carriers[id];

    /// <summary>The first carrier of the route with a session; without any, the first at all.</summary>
    /// <param name="refused">Those of the route that will not have the message; see <see cref="RefusedBit"/>.</param>
    public Carrier? Choose(int route, byte refused = 0)
    {
        Carrier? fallback = null;
        var carriers = options.Routes[route].Carriers;
        for (var i = 0; i < carriers.Length; i++)
        {
            if ((refused & RefusedBit(i)) != 0 || _carriers[carriers[i]] is not { } carrier) continue;
            if (carrier.IsUp) return carrier;
            fallback ??= carrier;
        }

        return fallback;
    }

    /// <summary>
    /// Another carrier of the message's route that has a session, in turn; null where there is none.
    /// </summary>
    public Carrier? Another(in LiveMessage message, Carrier than)
    {
        var route = RouteOf(in message);
        if (route < 0) return null;
        var carriers = options.Routes[route].Carriers;
        var from = Array.IndexOf(carriers, than.Options.Id);
        for (var step = 1; step <= carriers.Length; step++)
        {
            var i = (from + step) % carriers.Length;
            if ((message.Refused & RefusedBit(i)) != 0 || _carriers[carriers[i]] is not { IsUp: true } other) continue;
            if (other != than) return other;
        }

        return null;
    }

    /// <summary>Marks that a carrier will not have the message: it is not asked again.</summary>
    public void Refuse(ref LiveMessage message, ushort carrier)
    {
        var route = RouteOf(in message);
        if (route < 0) return;
        var i = Array.IndexOf(options.Routes[route].Carriers, carrier);
        if (i >= 0) message.Refused |= RefusedBit(i);
    }

    /// <summary>A bit for each carrier of a route by its rank; those from the eighth on share the last.</summary>
    private static byte RefusedBit(int rank) => (byte)(1 << Math.Min(rank, 7));

    private int RouteOf(in LiveMessage message) => options.Routes.Find(Addresses.Octets(in message.Destination));

    /// <summary>Whether a new message for this destination may go out now, ahead of nobody; takes a token.</summary>
    public bool TryPass(Carrier carrier, Partition partition, int priority, long now) =>
        partition.CountFrom(priority) == 0 && partition.Link is { } link && link.Ready(now) && !_draining
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
        partition.Append(ledger.Table, handle);
    }

    /// <summary>Puts a message that came back where its age belongs.</summary>
    public void Requeue(int handle)
    {
        ref var message = ref ledger.Table[handle];
        message.Stage = Stage.Queued;
        PartitionOf(in message).Return(ledger.Table, handle);
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
                settlement.Fail(handle, CommandStatus.ESME_RINVDSTADR, now);
                return;
            }
        }

        message.Stage = Stage.Queued;
        PartitionOf(in message).Append(ledger.Table, handle);
    }

    /// <summary>A message that waits in memory is taken out, wherever it stands.</summary>
    public void Withdraw(int handle)
    {
        ref var message = ref ledger.Table[handle];
        // What is in back-off is passed over when its time comes.
        if (message.Stage == Stage.Queued) PartitionOf(in message).Remove(ledger.Table, handle);
    }

    /// <summary>Lets a message wait until a time, or until it expires, before it is queued again.</summary>
    public void Delay(int handle, long until)
    {
        ref var message = ref ledger.Table[handle];
        message.Stage = Stage.Backoff;
        _backoff.Enqueue((handle, message.Position), Math.Min(until, message.Expiry * 1000L));
    }

    /// <summary>Moves on whatever can move: retries that are due, queues whose sessions have room.</summary>
    public void Drain(long now)
    {
        while (_backoff.TryPeek(out var waiting, out var due) && due <= now)
        {
            _backoff.Dequeue();
            ref var message = ref ledger.Table[waiting.Handle];
            if (message.Stage == Stage.Backoff && message.Position == waiting.Position) Requeue(waiting.Handle);
        }

        if (_draining) return;
        foreach (var carrier in _all)
            foreach (var partition in carrier.Partitions)
                if (partition.Count > 0 && partition.Link is { } link) Drain(carrier, partition, link, now);
    }

    /// <summary>Ends what nobody wants any more at the head of queues that do not move.</summary>
    public void ExpireHeads(long now)
    {
        bool IsOld(int handle) => IsExpired(in ledger.Table[handle], now);
        foreach (var carrier in _all)
        {
            foreach (var partition in carrier.Partitions)
            {
                while (partition.TryTakeHead(ledger.Table, IsOld, out var old)) Expire(old, now);
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
    public Carrier? Reroute(in LiveMessage message)
    {
        var route = RouteOf(in message);
        return route < 0 ? null : Choose(route, message.Refused);
    }

    /// <summary>The carrier a message outside memory would go to now; null where there is none.</summary>
    public Carrier? RerouteStored(ulong position, byte refused)
    {
        var length = ledger.Log.Read(position, _body);
        if (length <= 0 || length > _body.Length) ThrowNoBody(position);
        var accepted = MemoryMarshal.Read<Accepted>(_body);
        var destination = Addresses.Octets(Bodies.Of(_body.AsSpan(0, length)), accepted.DestinationOffset);
        var route = options.Routes.Find(destination);
        return route < 0 ? null : Choose(route, refused);
    }

    /// <summary>All parts of a message go to another carrier, since theirs has no session.</summary>
    public void MoveAll(int first, Carrier target, long now)
    {
        foreach (var part in Parts(first))
        {
            ref var message = ref ledger.Table[part];
            if (message.Stage != Stage.Queued) continue;
            message.Carrier = target.Options.Id;
            Change(part, State.Queued, Reason.CarrierDown, now);
            PartitionOf(in message).Append(ledger.Table, part);
        }
    }

    /// <summary>The validity of a message that waited outside memory has ended.</summary>
    public void ExpireAll(int first, long now)
    {
        foreach (var part in Parts(first))
            if (ledger.Table[part].Stage == Stage.Queued) Expire(part, now);
    }

    /// <summary>The receipts of a message have not come in time.</summary>
    public void GiveUpAll(int first, long now)
    {
        foreach (var part in Parts(first))
            if (ledger.Table[part].Stage == Stage.AwaitingReceipt) GiveUp(part, now);
    }

    /// <summary>A receipt has not come in time.</summary>
    public void GiveUp(int handle, long now)
    {
        Change(handle, State.Unknown, Reason.ReceiptMissing, now);
        settlement.Settle(handle, 0, (uint)(now / 1000));
    }

    private int[] Parts(int first)
    {
        if (first == MessageTable.None) return [];
        Reviver.Group(ledger.Table, first, _moving);
        return [.. _moving];
    }

    private Partition PartitionOf(in LiveMessage message)
    {
        var carrier = Find(message.Carrier)
            ?? throw new InvalidOperationException($"a message waits for carrier {message.Carrier}, which is unknown");
        return carrier.PartitionOf(AddressHash.Of(Addresses.Octets(in message.Destination)));
    }

    private void MoveFrom(Partition partition, long now)
    {
        if (!AnyUp) return;
        _moving.Clear();
        while (partition.Count > 0) _moving.Add(partition.TakeHead(ledger.Table));
        foreach (var handle in _moving)
        {
            ref var message = ref ledger.Table[handle];
            var target = Reroute(in message);
            if (target is not null && target.IsUp)
            {
                message.Carrier = target.Options.Id;
                Change(handle, State.Queued, Reason.CarrierDown, now);
            }

            PartitionOf(in message).Append(ledger.Table, handle);
        }
    }


    private void Drain(Carrier carrier, Partition partition, Link link, long now)
    {
        while (partition.Count > 0 && link.Ready(now))
        {
            var handle = partition.Head;
            if (IsExpired(in ledger.Table[handle], now))
            {
                Expire(partition.TakeHead(ledger.Table), now);
                continue;
            }

            // Accepted and come back within one batch, its body nowhere but in that batch: the next one sends it.
            if (!IsReadable(in ledger.Table[handle]) || !carrier.Tokens.TryTake(now)) break;
            partition.TakeHead(ledger.Table);
            SendWaiting(handle, link, now);
            _handovers.Add(handle);
        }

        _handovers.Write(link, now);
    }

    private bool IsReadable(in LiveMessage message) =>
        message.BodyAt < _unreadableFrom || _bodies.TryGet(message.Cached, out _);

    private void SendWaiting(int handle, Link link, long now)
    {
        ref var message = ref ledger.Table[handle];
        if (_bodies.TryGet(message.Cached, out var cached))
        {
            Send(handle, link, cached, RegisteredOffset(cached), now);
            return;
        }

        var body = ReadBody(in message);
        Send(handle, link, body, RegisteredOffset(body), now);
    }

    private ReadOnlySpan<byte> ReadBody(in LiveMessage message)
    {
        var length = ledger.Log.Read(message.BodyAt, _body);
        if (length <= 0 || length > _body.Length) ThrowNoBody(message.BodyAt);
        ReadOnlySpan<byte> record = _body.AsSpan(0, length);
        return Bodies.Of(record);
    }

    private static void ThrowNoBody(ulong position) =>
        throw new InvalidDataException($"the journal has no message at position {position}");

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

    private static bool IsExpired(in LiveMessage message, long now) =>
        message.Expiry != 0 && now >= message.Expiry * 1000L;

    private void Expire(int handle, long now)
    {
        Change(handle, State.Expired, Reason.ValidityEnded, now);
        settlement.Settle(handle, 0, (uint)(now / 1000));
    }

    /// <summary>Writes an event that no PDU brought.</summary>
    public void Change(int handle, State state, Reason reason, long now) => ledger.Write(handle, new EventHead
    {
        Kind = RecordKind.Changed,
        State = state,
        Reason = reason,
        Carrier = ledger.Table[handle].Carrier,
        At = now,
    });
}
