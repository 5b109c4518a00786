using Appliance.Wire;
using Codec;

namespace Appliance.Ingress.Smpp;

/// <summary>An ESME's session, for who asks who is bound.</summary>
/// <param name="Bind">transmitter, receiver or transceiver.</param>
/// <param name="Receiver">What the ring keeps of it, once it has heard of a receiver's bind.</param>
public sealed record EsmeSessionView(
    string Account, string Bind, string Remote, DateTimeOffset BoundAt, object? Receiver);

/// <summary>
/// One ESME's session: open, bound, closed (SMPP 3.4 section 2.2). Runs on the connection's own task; what it has
/// checked and parsed goes into the ring.
/// </summary>
public sealed class EsmeSession(EsmeContext context, SmppConnection wire) : IPduHandler
{
    private enum Bind
    {
        None,
        Transmitter,
        Receiver,
        Transceiver,
    }

    private readonly long _openedAt = Environment.TickCount64;
    private readonly SubmitReader _submits = new(context, wire);
    private readonly MessageRequests _requests = new(context, wire);
    private EsmeSeat? _seat;
    private ushort _accountId;
    private string _accountName = "";
    private Bind _bind;
    private int _bindAttempts;
    private int _brokenPdus;

    // Sequence numbers of our own requests stand above those of deliver_sm, which the ring gives out.
    private uint _enquireSequence = 0x40000000;
    private long _enquiredAt;
    private bool _unbinding;

    /// <summary>Why we have unbound it, and when; null where we have not.</summary>
    private string? _goodbye;
    private long _goodbyeAt;

    private DateTimeOffset _boundAt;

    /// <summary>Null while it is not bound.</summary>
    public EsmeSessionView? View => _bind == Bind.None
        ? null
        : new EsmeSessionView(_accountName, Name(_bind), wire.Remote, _boundAt, wire.State);

    public bool TryTake(in Header header, ReadOnlySpan<byte> pdu)
    {
        switch (header.Command)
        {
            case CommandId.SubmitSm:
                Submit(in header, pdu);
                return true;
            case CommandId.QuerySm or CommandId.CancelSm or CommandId.ReplaceSm:
                Request(in header, pdu);
                return true;
            case CommandId.DeliverSmResp:
                return TryAnswerNotice(in header);
            case CommandId.GenericNack:
                return TryAnswerNotice(in header);
            case CommandId.EnquireLink:
                Answer(CommandId.EnquireLinkResp, CommandStatus.ESME_ROK, header.Sequence);
                return true;
            case CommandId.EnquireLinkResp:
                _enquiredAt = 0;
                return true;
            case CommandId.BindTransmitter or CommandId.BindReceiver or CommandId.BindTransceiver:
                return TryBind(in header, pdu);
            case CommandId.Unbind:
                Unbind(in header);
                return true;
            case CommandId.UnbindResp:
                wire.CloseWhenSent(_goodbye ?? "unbound");
                return true;
            default:
                Unknown(in header);
                return true;
        }
    }

    public bool TryGoOn()
    {
        var any = false;
        while (_submits.TryTakeWaiting(Sender, out var header, out var status))
        {
            any = true;
            Refuse(in header, status);
        }

        if (any) _submits.Flush();
        if (!_submits.IsWaiting) return true;
        if (any) wire.WaitForRoom();
        return any;
    }

    public Task RoomAsync() => context.Ring.RoomAsync();

    public void OnReceived() => _submits.Flush();

    public void OnBadLength(in Header header)
    {
        context.Observer.BadInput("command_length");
        Answer(CommandId.GenericNack, CommandStatus.ESME_RINVCMDLEN, header.Sequence);
    }

    public void OnHeartbeat(long now)
    {
        var options = context.Options;
        if (context.Draining)
        {
            SayGoodbye("unbound", now);
        }
        else if (_bind != Bind.None && _seat!.Account is null)
        {
            SayGoodbye("its account is not configured any more", now);
        }
        else if (_bind == Bind.None && now - _openedAt > options.SessionInitTimer)
        {
            Drop("session_init_timer");
        }
        else if (wire.PartialSince != 0 && now - wire.PartialSince > EsmeOptions.PartialPduTimer)
        {
            Drop("partial_pdu");
        }
        else if (wire.StuckSince != 0 && now - wire.StuckSince > EsmeOptions.StuckTimer)
        {
            Drop("not_reading");
        }
        else if (_enquiredAt != 0 && now - _enquiredAt > options.ResponseTimer)
        {
            Drop("response_timer");
        }
        else if (now - wire.ReceivedAt > options.InactivityTimer)
        {
            Drop("inactivity_timer");
        }
        else if (_bind != Bind.None && _enquiredAt == 0 && now - wire.ReceivedAt > options.EnquireLinkTimer)
        {
            _enquiredAt = now;
            Answer(CommandId.EnquireLink, CommandStatus.ESME_ROK, _enquireSequence++);
        }
    }

    /// <summary>The connection has ended: the ring must stop sending here, the account has a bind to spare.</summary>
    public async Task EndAsync()
    {
        _submits.Forget();
        if (_seat is null) return;
        context.Observer.Closed(_accountName, wire.Remote, wire.CloseReason);
        _seat.Leave();
        if (_bind is not (Bind.Receiver or Bind.Transceiver)) return;
        while (!TryPublish(EventKind.EsmeUnbound)) await RoomAsync().ConfigureAwait(false);
    }

    private bool TryBind(in Header header, ReadOnlySpan<byte> pdu)
    {
        var response = header.Command | (CommandId)0x80000000;
        var status = Codec.Bind.TryRead(pdu, out var bind);
        if (_bind != Bind.None || _unbinding) status = CommandStatus.ESME_RALYBND;
        if (status != CommandStatus.ESME_ROK)
        {
            context.Observer.BadInput("bind");
            Answer(response, status, header.Sequence);
            return true;
        }

        var account = context.Draining ? null : context.Accounts.Authenticate(bind.SystemId, bind.Password);
        // One status for an unknown system_id and a wrong password: who guesses learns nothing.
        if (account is null)
        {
            var refusal = context.Draining ? CommandStatus.ESME_RBINDFAIL : CommandStatus.ESME_RINVPASWD;
            return RefuseBind(in header, in bind, response, refusal);
        }

        if (!account.Seat.TryEnter(account.MaxBinds))
            return RefuseBind(in header, in bind, response, CommandStatus.ESME_RALYBND);

        var kind = header.Command switch
        {
            CommandId.BindTransmitter => Bind.Transmitter,
            CommandId.BindReceiver => Bind.Receiver,
            _ => Bind.Transceiver,
        };
        (_seat, _accountId, _accountName) = (account.Seat, account.Id, account.Name);
        // The response goes out before the ring may send a deliver_sm behind it.
        AnswerBind(response, header.Sequence, bind.InterfaceVersion);
        _boundAt = DateTimeOffset.FromUnixTimeMilliseconds(Clock.UnixMs);
        _bind = kind;
        wire.LimitPdu(context.Options.MaxPduLength);
        // Who stands still for a moment with its window full is not one that does not read.
        wire.LimitUnsent(EsmeOptions.UnsentLimit + (account.NoticeWindow * Outgoing.LongestReceipt));
        context.Observer.Bound(account.Name, account.SystemId, wire.Remote, Name(kind));
        if (kind == Bind.Transmitter) return true;
        if (TryPublish(EventKind.EsmeBound)) return true;
        // No room to be heard of now: the bind is answered, so the event has to follow.
        _ = PublishLaterAsync();
        return true;
    }

    private bool RefuseBind(in Header header, in Codec.Bind bind, CommandId response, CommandStatus status)
    {
        context.Observer.BadInput(status == CommandStatus.ESME_RALYBND ? "bind_limit" : "password");
        context.Observer.BindRefused(
            System.Text.Encoding.Latin1.GetString(bind.SystemId), wire.Remote, status.ToString());
        Answer(response, status, header.Sequence);
        if (++_bindAttempts >= EsmeOptions.MostBindAttempts) wire.CloseWhenSent("too many refused binds");
        return true;
    }

    private void AnswerBind(CommandId response, uint sequence, byte interfaceVersion)
    {
        Span<byte> room = stackalloc byte[64];
        var tlvs = new TlvWriter(stackalloc byte[8]);
        // sc_interface_version is for those who know TLVs: from 3.4 on (SMPP 3.4 section 4.1.2).
        if (interfaceVersion >= 0x34) tlvs.AddByte(TlvTag.ScInterfaceVersion, 0x34);
        Span<byte> systemId = stackalloc byte[15];
        var length = System.Text.Encoding.Latin1.GetBytes(context.Options.SystemId, systemId);
        var written = new BindResp
        {
            Command = response,
            SystemId = systemId[..length],
            Tlvs = new TlvReader(tlvs.Written),
        }.Write(room, sequence, CommandStatus.ESME_ROK);
        wire.Post(room[..written]);
    }

    private void Submit(in Header header, ReadOnlySpan<byte> pdu)
    {
        if (SenderOf(in header) is not { } account) return;
        var status = context.Draining ? CommandStatus.ESME_RSYSERR : _submits.Take(account, in header, pdu);
        Refuse(in header, status);
    }

    /// <summary>query_sm, cancel_sm, replace_sm.</summary>
    private void Request(in Header header, ReadOnlySpan<byte> pdu)
    {
        if (SenderOf(in header) is { } account) Refuse(in header, _requests.Take(account, in header, pdu));
    }

    /// <summary>The account, as it is configured now, where the session is bound as one that sends; if not, it is told.
    /// </summary>
    private EsmeAccount? SenderOf(in Header header)
    {
        if (Sender is { } account) return account;
        context.Observer.BadInput("not_bound");
        Answer(ResponseOf(in header), CommandStatus.ESME_RINVBNDSTS, header.Sequence);
        return null;
    }

    private EsmeAccount? Sender =>
        _bind is Bind.Transmitter or Bind.Transceiver && !_unbinding ? _seat!.Account : null;

    private void Refuse(in Header header, CommandStatus status)
    {
        if (status == CommandStatus.ESME_ROK) return;
        Answer(ResponseOf(in header), status, header.Sequence);
        if (status is not (CommandStatus.ESME_RINVCMDLEN or CommandStatus.ESME_RINVTLVSTREAM)) return;
        if (++_brokenPdus >= EsmeOptions.MostBrokenPdus) wire.CloseWhenSent("too many broken PDUs");
    }

    private static string Name(Bind bind) => bind.ToString().ToLowerInvariant();

    private static CommandId ResponseOf(in Header header) => header.Command | (CommandId)0x80000000;

    /// <summary>deliver_sm_resp, or a generic_nack to a deliver_sm: the ring knows what it answers.</summary>
    private bool TryAnswerNotice(in Header header)
    {
        if (_bind is not (Bind.Receiver or Bind.Transceiver)) return true;
        if (!context.Ring.TryClaim(0, out var sequence)) return false;
        ref var slot = ref context.Ring[sequence];
        slot.Kind = EventKind.NoticeResponse;
        slot.Source = wire;
        slot.Sequence = header.Sequence;
        slot.Status = (uint)header.Status;
        slot.UnixMs = Clock.UnixMsAt(wire.ReceivedTicks);
        context.Ring.Publish(sequence);
        return true;
    }

    private void Unbind(in Header header)
    {
        if (_bind == Bind.None)
        {
            context.Observer.BadInput("not_bound");
            Answer(CommandId.UnbindResp, CommandStatus.ESME_RINVBNDSTS, header.Sequence);
            return;
        }

        _unbinding = true;
        // What still waits is not taken any more, and told so first.
        TryGoOn();
        Answer(CommandId.UnbindResp, CommandStatus.ESME_ROK, header.Sequence);
        wire.CloseWhenSent("unbound");
    }

    /// <summary>A bound peer is unbound, and its answer ends the connection; if none comes, so does the time for it.
    /// </summary>
    private void SayGoodbye(string why, long now)
    {
        if (_goodbye is { } told && now - _goodbyeAt > context.Options.ResponseTimer) wire.Close(told);
        if (_unbinding) return;
        _unbinding = true;
        (_goodbye, _goodbyeAt) = (why, now);
        if (_bind == Bind.None) wire.Close("draining");
        else Answer(CommandId.Unbind, CommandStatus.ESME_ROK, _enquireSequence++);
    }

    private void Unknown(in Header header)
    {
        // An answer to nothing we asked is no reason to nack, else two nacking peers never end.
        if (((uint)header.Command & 0x80000000) != 0) return;
        context.Observer.BadInput("command_id");
        Answer(CommandId.GenericNack, CommandStatus.ESME_RINVCMDID, header.Sequence);
    }

    private bool TryPublish(EventKind kind)
    {
        if (!context.Ring.TryClaim(0, out var sequence)) return false;
        ref var slot = ref context.Ring[sequence];
        slot.Kind = kind;
        slot.Source = wire;
        slot.Account = _accountId;
        slot.UnixMs = Clock.UnixMs;
        context.Ring.Publish(sequence);
        context.Ring.Wake();
        return true;
    }

    private async Task PublishLaterAsync()
    {
        do await RoomAsync().ConfigureAwait(false);
        while (!TryPublish(EventKind.EsmeBound));
    }

    private void Drop(string reason)
    {
        context.Observer.BadInput(reason);
        wire.Close(reason);
    }

    private void Answer(CommandId command, CommandStatus status, uint sequence)
    {
        Span<byte> pdu = stackalloc byte[Header.Size];
        new Header(Header.Size, command, status, sequence).Write(pdu);
        wire.Post(pdu);
    }
}
