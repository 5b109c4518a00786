using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Wire;
using Codec;

namespace Appliance.Carriers.Smpp;

/// <summary>
/// One bound session with a carrier, from the client's side. It reads; what it reads goes into the ring, which alone
/// decides what is written but for the session's own affairs.
/// </summary>
internal sealed class LinkSession(
    LinkContext context, CarrierLinkOptions options, ushort session, CommandId bind, SmppConnection wire) : IPduHandler
{
    private const uint BindSequence = 0x40000000;

    private readonly ReceiptReader _receipts = new();
    private readonly long _openedAt = Environment.TickCount64;
    private uint _sequence = BindSequence + 1;
    private long _enquiredAt;
    private long _sentAt = Environment.TickCount64;
    private bool _bound;
    private bool _announced;
    private (uint Sequence, InboundMessage Message, InboundWork Work)? _understood;

    /// <summary>Why the session was never bound; null if it was.</summary>
    public BindFailure? Failure { get; private set; } = new("closed before bind_resp");

    public void SendBind()
    {
        Span<byte> room = stackalloc byte[128];
        var length = new Bind
        {
            Command = bind,
            SystemId = System.Text.Encoding.Latin1.GetBytes(options.SystemId),
            Password = System.Text.Encoding.Latin1.GetBytes(options.Password),
            SystemType = System.Text.Encoding.Latin1.GetBytes(options.SystemType),
            InterfaceVersion = 0x34,
        }.Write(room, BindSequence);
        wire.Post(room[..length]);
    }

    public void Unbind()
    {
        if (!_bound)
        {
            wire.Close("stopping");
            return;
        }

        // Behind what the ring has decided to say, if it can still be asked.
        var sequence = _sequence++;
        if (!TryReply(CommandId.Unbind, sequence, isLast: false))
            Send(CommandId.Unbind, CommandStatus.ESME_ROK, sequence);
    }

    public void Abandon() => wire.Close("no unbind_resp");

    public bool TryTake(in Header header, ReadOnlySpan<byte> pdu)
    {
        switch (header.Command)
        {
            case CommandId.SubmitSmResp:
                return TryRespond(in header, pdu);
            case CommandId.DeliverSm or CommandId.DataSm:
                return TryDeliver(in header, pdu);
            case CommandId.EnquireLink:
                Send(CommandId.EnquireLinkResp, CommandStatus.ESME_ROK, header.Sequence);
                return true;
            case CommandId.EnquireLinkResp:
                _enquiredAt = 0;
                return true;
            case CommandId.BindTransceiverResp or CommandId.BindTransmitterResp or CommandId.BindReceiverResp:
                return TryBound(in header);
            case CommandId.GenericNack:
                return _bound ? TryRespond(in header, pdu) : TryBound(in header);
            case CommandId.Unbind:
                // Its requests before this one are answered first.
                return TryReply(CommandId.UnbindResp, header.Sequence, isLast: true);
            case CommandId.UnbindResp:
                wire.CloseWhenSent("unbound");
                return true;
            case CommandId.AlertNotification:
                // A handset can be reached again: nothing waits for that, and it has no response.
                return true;
            default:
                Unknown(in header);
                return true;
        }
    }

    public Task RoomAsync() => context.Ring.RoomAsync();

    public void OnReceived() => context.Ring.Wake();

    public void OnBadLength(in Header header)
    {
        context.Observer.BadInput(options.Name, "command_length");
        Send(CommandId.GenericNack, CommandStatus.ESME_RINVCMDLEN, header.Sequence);
    }

    public void OnHeartbeat(long now)
    {
        if (!_bound && now - _openedAt > options.ResponseTimer)
        {
            wire.Close("no bind_resp within response_timer");
        }
        else if (_enquiredAt != 0 && now - _enquiredAt > options.ResponseTimer)
        {
            wire.Close("no enquire_link_resp within response_timer");
        }
        else if (wire.StuckSince != 0 && now - wire.StuckSince > CarrierLinkOptions.StuckTimer)
        {
            wire.Close("the carrier does not read");
        }
        else if (_bound && _enquiredAt == 0 && now - _sentAt >= options.EnquireLinkTimer)
        {
            // Whatever else flows: some carriers cut those who never ask.
            _sentAt = now;
            _enquiredAt = now;
            Send(CommandId.EnquireLink, CommandStatus.ESME_ROK, _sequence++);
        }
    }

    /// <summary>The connection has ended; the ring learns it, so that what was in flight is settled.</summary>
    public async Task EndAsync()
    {
        if (!_bound) return;
        context.Observer.Closed(options.Name, session, wire.CloseReason);
        if (!_announced) return;
        while (!TryAnnounce(EventKind.LinkDown)) await RoomAsync().ConfigureAwait(false);
    }

    private bool TryBound(in Header header)
    {
        if (_bound) return true;
        if (header.Status != CommandStatus.ESME_ROK || header.Command == CommandId.GenericNack)
        {
            Failure = new BindFailure($"bind refused with {header.Status}", header.Status);
            wire.CloseWhenSent("bind refused");
            return true;
        }

        if (bind != CommandId.BindReceiver)
        {
            if (!TryAnnounce(EventKind.LinkUp)) return false;
            _announced = true;
        }

        _bound = true;
        Failure = null;
        context.Observer.Bound(options.Name, session, bind.Name());
        return true;
    }

    private bool TryRespond(in Header header, ReadOnlySpan<byte> pdu)
    {
        var status = header.Status;
        var id = ReadOnlySpan<byte>.Empty;
        if (header.Command == CommandId.GenericNack)
        {
            if (status == CommandStatus.ESME_ROK) status = CommandStatus.ESME_RUNKNOWNERR;
        }
        else if (status == CommandStatus.ESME_ROK)
        {
            // A response that says yes but cannot be read was still a yes; only its id is lost.
            if (SubmitSmResp.TryRead(pdu, out var response) == CommandStatus.ESME_ROK) id = response.MessageId;
            else context.Observer.BadInput(options.Name, "submit_sm_resp");
        }

        if (!context.Ring.TryClaim(0, out var sequence)) return false;
        ref var slot = ref Fill(sequence, EventKind.CarrierResponse, in header);
        slot.Status = (uint)status;
        id.CopyTo(slot.Allocate(id.Length));
        context.Ring.Publish(sequence);
        return true;
    }

    /// <summary>Says something after all that the ring has decided to say.</summary>
    private bool TryReply(CommandId command, uint sequence, bool isLast)
    {
        Span<byte> pdu = stackalloc byte[Header.Size];
        new Header(Header.Size, command, CommandStatus.ESME_ROK, sequence).Write(pdu);
        return context.Ring.TryReply(wire, pdu, isLast);
    }

    private bool TryDeliver(in Header header, ReadOnlySpan<byte> pdu)
    {
        var response = header.Command | (CommandId)0x80000000;
        switch (_receipts.Read(in header, pdu))
        {
            case DeliveryKind.Broken:
                context.Observer.BadInput(options.Name, header.Command.Name());
                Send(response, _receipts.Status, header.Sequence);
                return true;
            case DeliveryKind.Inbound:
                return TryTakeInbound(in header, pdu, response);
        }

        if (!context.Ring.TryClaim(0, out var sequence)) return false;
        ref var slot = ref Fill(sequence, EventKind.CarrierReceipt, in header);
        slot.Status = (uint)response;
        slot.Code = _receipts.MessageState;
        slot.Route = (int)_receipts.Error;
        slot.Position = _receipts.Handset;
        slot.Priority = _receipts.HasSameDates ? (byte)1 : (byte)0;
        // Both ids, the first's length beside them.
        var first = _receipts.Id;
        var ids = slot.Allocate(first.Length + _receipts.OtherId.Length);
        slot.Parts = (byte)first.Length;
        first.CopyTo(ids);
        _receipts.OtherId.CopyTo(ids[first.Length..]);
        context.Ring.Publish(sequence);
        return true;
    }

    private bool TryTakeInbound(in Header header, ReadOnlySpan<byte> pdu, CommandId response)
    {
        // Where the ring had no room the PDU comes again; what was understood of it has been answered by then.
        if (_understood is not { } known || known.Sequence != header.Sequence)
        {
            var message = InboundMessage.Read(in header, pdu);
            known = (header.Sequence, message, context.Inbound?.Take(message)
                ?? new InboundWork { Refusal = CommandStatus.ESME_RX_P_APPN });
        }

        _understood = null;
        if (known.Work.Refusal != CommandStatus.ESME_ROK)
        {
            context.Observer.InboundRefused(options.Name);
            Send(response, known.Work.Refusal, header.Sequence);
            return true;
        }

        if (!context.Ring.TryClaim(0, out var sequence))
        {
            _understood = known;
            return false;
        }

        ref var slot = ref Fill(sequence, EventKind.Inbound, in header);
        slot.Status = (uint)response;
        Write(ref slot, known.Message, known.Work);
        context.Ring.Publish(sequence);
        known.Work.Reply?.Invoke();
        context.Observer.InboundTaken(options.Name);
        return true;
    }

    /// <summary>Who gets it, what it changes, and the message itself where anybody does.</summary>
    private static void Write(ref Slot slot, InboundMessage message, InboundWork work)
    {
        slot.Segments = (ushort)work.Owners.Count;
        slot.Route = work.Changes.Length;
        slot.SourceOffset = message.SourceOffset;
        slot.DestinationOffset = message.DestinationOffset;
        var body = work.Owners.Count > 0 ? message.Body : [];
        var length = work.Owners.Count * Unsafe.SizeOf<InboundOwner>();
        var target = slot.Allocate(length + work.Changes.Length + body.Length);
        var owners = MemoryMarshal.Cast<byte, InboundOwner>(target[..length]);
        for (var i = 0; i < owners.Length; i++) owners[i] = work.Owners[i];
        work.Changes.CopyTo(target[length..]);
        body.CopyTo(target[(length + work.Changes.Length)..]);
    }

    private ref Slot Fill(long sequence, EventKind kind, in Header header)
    {
        ref var slot = ref context.Ring[sequence];
        slot.Kind = kind;
        slot.Source = wire;
        slot.Carrier = options.Id;
        slot.Sequence = header.Sequence;
        slot.UnixMs = Clock.UnixMsAt(wire.ReceivedTicks);
        return ref slot;
    }

    private bool TryAnnounce(EventKind kind)
    {
        if (!context.Ring.TryClaim(0, out var sequence)) return false;
        ref var slot = ref Fill(sequence, kind, default);
        slot.Sequence = session;
        slot.Route = options.Generation;
        context.Ring.Publish(sequence);
        context.Ring.Wake();
        return true;
    }

    private void Unknown(in Header header)
    {
        if (((uint)header.Command & 0x80000000) != 0) return;
        context.Observer.BadInput(options.Name, "command_id");
        Send(CommandId.GenericNack, CommandStatus.ESME_RINVCMDID, header.Sequence);
    }

    private void Send(CommandId command, CommandStatus status, uint sequence)
    {
        Span<byte> pdu = stackalloc byte[Header.Size + 1];
        // deliver_sm_resp and data_sm_resp have a body even where they refuse: an empty message_id.
        var length = command is CommandId.DeliverSmResp or CommandId.DataSmResp ? Header.Size + 1 : Header.Size;
        pdu[^1] = 0;
        new Header((uint)length, command, status, sequence).Write(pdu);
        wire.Post(pdu[..length]);
    }
}
