using Appliance.Records;
using Codec;

namespace Appliance.Decide;

/// <summary>
/// Hands messages to carrier sessions: at once while there is room, else from the partition's queue, in order.
/// </summary>
public sealed partial class Dispatch(Ledger ledger, Settlement settlement, Outgoing outgoing, DeciderOptions options)
{
    private readonly WaitingBodies _bodies = new(ledger.Log, options.BodyCache);
    private readonly Pauses _pauses = new(ledger.Table);
    private OptOutStop _optOuts = new(options.OptOuts, options.OptOutClasses, ledger.Log);
    private readonly Handovers _handovers = new(ledger);
    private readonly List<int> _moving = [];

    private volatile bool _draining;

    /// <summary>What sender addresses may send.</summary>
    public SenderRates Senders { get; } = new(options);

    public CarrierChoice Choice { get; } = new(ledger, options.Tables, options.Routing);

    public IReadOnlyList<Carrier> Carriers => Choice.All;

    /// <summary>Messages that wait for their next try.</summary>
    public int Paused => _pauses.Count;

    /// <summary>Destinations whose messages wait for the next try of one.</summary>
    public int Lanes => _pauses.Lanes;

    /// <summary>Messages of a carrier that wait for the next try of one to the same number.</summary>
    public int WaitingInOrder(Carrier carrier) => _pauses.InOrder(carrier.Options.Id);

    /// <summary>Set while the appliance goes down: nothing more is written to carriers, what is answered is
    /// settled.</summary>
    public bool Draining
    {
        get => _draining;
        set => _draining = value;
    }

    public Carrier? Find(ushort id) => Choice.Find(id);

    /// <summary>Whether a new message is not to go out, but to wait for its turn to be stopped.</summary>
    /// <param name="version">The version of the opt-outs that it was checked by.</param>
    public bool Stops(int handle, int version) => _optOuts.StopsNew(ledger.Table, handle, version);

    /// <summary>Whether a new message for this destination may go out now, ahead of nobody.</summary>
    public bool MayPass(Carrier carrier, Partition partition, in LiveMessage message, long now)
    {
        if (partition.Link is not { } link || !link.Ready(now) || _draining) return false;
        // Where partitions share something, a message of one must not take it from what waits in another.
        var ahead = carrier.IsShared ? carrier.WaitingFrom(message.Priority) : partition.CountFrom(message.Priority);
        return ahead == 0 && !_pauses.IsBehind(in message) && carrier.Tokens.HasAny(now)
            && Senders.MayGo(carrier.Options, in message, now);
    }

    /// <summary>Writes a message to a session; the record that says so is in this batch.</summary>
    /// <param name="registeredOffset">Where registered_delivery is in the body, for a carrier that is always asked for
    /// receipts.</param>
    public void Send(int handle, Link link, ReadOnlySpan<byte> body, int registeredOffset, long now)
    {
        ref var message = ref ledger.Table[handle];
        message.Stage = Stage.InFlight;
        message.Session = link.Session;
        // One whose session ended under it has paid before.
        if ((message.Flags & LiveFlags.HasToken) == 0) link.Carrier.Tokens.TryTake(now);
        message.Flags |= LiveFlags.HasToken;
        Senders.Reserve(link.Carrier.Options, ref message, now);
        link.Pace.Take();
        link.Carrier.Health.Sent(now);
        // Whoever is written alone is the one that ended the session, if it ends again.
        link.Alone = IsSuspect(in message);
        if (link.Carrier.Options.InDoubt == InDoubtPolicy.Fail) message.Flags |= LiveFlags.FailsInDoubt;
        else message.Flags &= ~LiveFlags.FailsInDoubt;
        var length = Header.Size + body.Length;
        var pdu = outgoing.To(link.Peer, length);
        var sequence = link.Window.Add(handle, now);
        if (link.Alone || link.Window.Used * 2 >= link.Aimd.Window) link.Peer.MustHear = true;
        new Header((uint)length, CommandId.SubmitSm, CommandStatus.ESME_ROK, sequence).Write(pdu);
        body.CopyTo(pdu[Header.Size..]);
        if (link.Carrier.Options.AlwaysRegister && (message.RegisteredDelivery & 3) != 1)
            pdu[Header.Size + registeredOffset] = (byte)((message.RegisteredDelivery & 0xFC) | 1);
    }

    /// <summary>A message is written down in this batch.</summary>
    public void Accepted(ulong position) => _bodies.Accepted(position);

    /// <summary>The batch is durable, and can be read.</summary>
    public void Committed() => _bodies.Committed();

    /// <summary>Lets a new message wait.</summary>
    public void Enqueue(int handle, Partition partition, ReadOnlySpan<byte> body)
    {
        ref var message = ref ledger.Table[handle];
        message.Stage = Stage.Queued;
        message.Cached = _bodies.Keep(body);
        partition.Append(ledger.Table, handle);
    }

    /// <summary>Puts a message that came back where its age belongs.</summary>
    public void Requeue(int handle, long now)
    {
        ref var message = ref ledger.Table[handle];
        if (Find(message.Carrier) is not { IsGone: false })
        {
            Restore(handle, now);
            return;
        }

        message.Stage = Stage.Queued;
        PartitionOf(in message).Return(ledger.Table, handle);
    }

    /// <summary>Puts a message behind the others of the carrier that it has come to.</summary>
    public void Join(int handle)
    {
        ref var message = ref ledger.Table[handle];
        message.Stage = Stage.Queued;
        PartitionOf(in message).Append(ledger.Table, handle);
    }

    /// <summary>Puts a message behind the others of its partition: after a restart, in order of acceptance.</summary>
    public void Restore(int handle, long now)
    {
        ref var message = ref ledger.Table[handle];
        var known = Find(message.Carrier);
        if (known is { IsFit: false, IsGone: false }) LeaveUnfit(handle, known, now);
        else if (known is not { IsGone: false })
        {
            // Its carrier is no longer configured: another of its route, or the end.
            var carrier = Choice.Again(in message, now);
            if (carrier is not null) Assign(ref message, carrier);
            if (carrier is not null) Change(handle, State.Queued, Reason.CarrierDown, now);
            else
            {
                EndWithoutCarrier(handle, now);
                return;
            }
        }

        message.Stage = Stage.Queued;
        PartitionOf(in message).Append(ledger.Table, handle);
    }

    /// <summary>No carrier is left for a message; one that was in doubt may have been delivered all the same.</summary>
    private void EndWithoutCarrier(int handle, long now)
    {
        if (ledger.Table[handle].Doubts > 0)
        {
            Change(handle, State.Unknown, Reason.InDoubtFail, now);
            settlement.Settle(handle, 0, (uint)(now / 1000));
            return;
        }

        Change(handle, State.Failed, Reason.PermanentError, now);
        settlement.Fail(handle, CommandStatus.ESME_RINVDSTADR, now);
    }

    /// <summary>A message that waits in memory is taken out, wherever it stands.</summary>
    public void Withdraw(int handle)
    {
        ref var message = ref ledger.Table[handle];
        // What is in back-off is passed over when its time comes.
        if (message.Stage == Stage.Queued) PartitionOf(in message).Remove(ledger.Table, handle);
    }

    /// <summary>Lets a message wait before it goes out again.</summary>
    /// <param name="tries">Tries in vain so far, from 1.</param>
    public void Pause(int handle, int tries, Random jitter, long now) =>
        _pauses.Add(handle, now + Retries.Delay(tries, jitter), ahead: tries < Retries.TriesInOrder);

    /// <summary>Writes down that a message waits for its next try outside memory.</summary>
    /// <param name="due">Seconds since 1970.</param>
    public void Defer(int handle, uint due, long now, Reason reason = Reason.Deferred)
    {
        ref var message = ref ledger.Table[handle];
        message.Due = due;
        ledger.Write(handle, new EventHead
        {
            Kind = RecordKind.Changed,
            State = State.Queued,
            Reason = reason,
            Carrier = message.Carrier,
            Code = due,
            At = now,
        });
    }

    /// <summary>Moves on whatever can move: retries that are due, queues whose sessions have room.</summary>
    public void Drain(long now)
    {
        while (_pauses.TryTake(now, out var handle)) Continue(handle, now);
        if (_draining) return;
        foreach (var carrier in Choice.All)
        {
            if (!carrier.IsUp) continue;
            foreach (var link in carrier.Links)
                if (link is not null) link.IsEmptying = false;
            if (carrier.Waiting > 0) Drain(carrier, now);
        }
    }

    /// <summary>Ends what waits in memory and nobody wants any more.</summary>
    public void ExpireWaiting(long now)
    {
        var seconds = (uint)(now / 1000);
        foreach (var carrier in Choice.All)
            foreach (var partition in carrier.Partitions) partition.TakeExpired(ledger.Table, seconds, _moving);
        foreach (var handle in _moving) Expire(handle, now);
        _moving.Clear();
    }

    /// <summary>The validity of a message that waited outside memory has ended.</summary>
    public void ExpireAll(int first, long now)
    {
        foreach (var part in Parts(first))
            if (ledger.Table[part].Stage == Stage.Queued) Expire(part, now);
    }

    /// <summary>The receipts of a message have not come in time.</summary>
    /// <param name="before">Seconds since 1970: parts that a carrier took later are waited for.</param>
    public void GiveUpAll(int first, long before, long now)
    {
        foreach (var part in Parts(first))
            if (IsOverdue(in ledger.Table[part], before)) GiveUp(part, now);
    }

    /// <summary>Whether a message still awaits its receipt that a carrier took so long ago.</summary>
    /// <param name="before">Seconds since 1970.</param>
    public static bool IsOverdue(ref readonly LiveMessage message, long before) =>
        message.Stage == Stage.AwaitingReceipt && message.SubmittedAt < before;

    /// <summary>A receipt has not come in time.</summary>
    public void GiveUp(int handle, long now)
    {
        Change(handle, State.Unknown, Reason.ReceiptMissing, now);
        settlement.Settle(handle, 0, (uint)(now / 1000));
    }

    private List<int> Parts(int first)
    {
        if (first == MessageTable.None) return [];
        var parts = new List<int>();
        Reviver.Group(ledger.Table, first, parts);
        return parts;
    }

    private Partition PartitionOf(in LiveMessage message)
    {
        var carrier = Find(message.Carrier)
            ?? throw new InvalidOperationException($"a message waits for carrier {message.Carrier}, which is unknown");
        return carrier.PartitionOf(AddressHash.Of(Addresses.Octets(in message.Destination)));
    }

    /// <summary>A message whose pause is over.</summary>
    private void Continue(int handle, long now)
    {
        if (IsExpired(in ledger.Table[handle], now))
        {
            Expire(handle, now);
            return;
        }

        if (Find(ledger.Table[handle].Carrier) is { IsFit: false, IsGone: false } unfit)
            LeaveUnfit(handle, unfit, now);
        Requeue(handle, now);
    }

    /// <summary>The highest priority of all partitions first; within it the partitions take turns.</summary>
    private void Drain(Carrier carrier, long now)
    {
        for (var priority = Partition.Priorities - 1; priority >= 0; priority--)
        {
            var partitions = carrier.Partitions;
            for (var idle = 0; idle < partitions.Length;)
            {
                if (TryMoveHead(carrier, partitions[carrier.Turn], priority, now)) idle = 0;
                else if (carrier.Tokens.HasAny(now)) idle++;
                else break;
                carrier.Turn = (carrier.Turn + 1) % partitions.Length;
            }
        }

        foreach (var link in carrier.Links)
            if (link is not null) _handovers.Write(link, now);
    }

    /// <summary>Sends the oldest message of a priority, or takes it out of the way.</summary>
    /// <returns>Whether it made room for the one behind it.</returns>
    private bool TryMoveHead(Carrier carrier, Partition partition, int priority, long now)
    {
        var handle = partition.Head(priority);
        if (handle == MessageTable.None || partition.Link is not { } link) return false;
        ref var message = ref ledger.Table[handle];
        if (!link.Ready(now)) return false;
        if (IsExpired(in message, now))
        {
            partition.TakeHead(ledger.Table, priority);
            Expire(handle, now);
            return true;
        }

        // Accepted and come back within one batch, its body nowhere but in that batch: the next one sends it.
        if (!_bodies.IsReadable(in message)) return false;
        if (IsSuspect(in message) && link.Window.Used > 0)
        {
            // Nothing more until the window is empty: others must not keep it from its turn for ever.
            link.IsEmptying = true;
            return false;
        }

        if (_pauses.IsBehind(in message))
        {
            partition.TakeHead(ledger.Table, priority);
            return _pauses.TryJoin(handle);
        }

        if (_optOuts.Stops(ledger.Table, handle))
        {
            partition.TakeHead(ledger.Table, priority);
            Block(handle, now);
            return true;
        }

        if (TryPutOff(handle, now)) return true;
        if (Senders.Reserve(carrier.Options, ref message, now) is > 0 and var wait)
        {
            partition.TakeHead(ledger.Table, priority);
            _pauses.Add(handle, now + wait, ahead: true);
            return true;
        }

        if ((message.Flags & LiveFlags.HasToken) == 0 && !carrier.Tokens.HasAny(now)) return false;
        partition.TakeHead(ledger.Table, priority);
        if (partition.Head(priority) is var next and not MessageTable.None) _bodies.Foresee(in ledger.Table[next]);
        SendWaiting(handle, link, now);
        link.HandedOver.Add(handle);
        return true;
    }

    /// <summary>Sessions ended again and again while it was unanswered: it may be what ends them.</summary>
    private static bool IsSuspect(in LiveMessage message) => message.Doubts >= Retries.DoubtsUntilAlone;

    private void SendWaiting(int handle, Link link, long now)
    {
        var body = _bodies.Read(in ledger.Table[handle]);
        var registered = link.Carrier.Options.AlwaysRegister ? WaitingBodies.RegisteredOffset(body) : 0;
        Send(handle, link, body, registered, now);
    }

    private static bool IsExpired(in LiveMessage message, long now) =>
        message.Expiry != 0 && now >= message.Expiry * 1000L;

    private void Expire(int handle, long now)
    {
        Change(handle, State.Expired, Reason.ValidityEnded, now);
        settlement.Settle(handle, 0, (uint)(now / 1000));
    }

    /// <summary>Its recipient has opted out while it waited.</summary>
    private void Block(int handle, long now)
    {
        Change(handle, State.Blocked, Reason.OptedOut, now);
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
