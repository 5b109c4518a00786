using System.Net.Sockets;
using System.Text;
using Appliance.Peers.Loop;
using Codec;

namespace Appliance.Peers.Sending;

/// <summary>What a session binds as.</summary>
internal sealed record BindRequest(CommandId Mode, string SystemId, string Password)
{
    internal string SystemType { get; init; } = "";

    internal bool Transmits => Mode != CommandId.BindReceiver;
}

/// <summary>An ESME's connection: connects, binds, keeps the link alive, and hands on the rest.</summary>
internal abstract class EsmeConnection(EventLoop loop, Socket socket, BindRequest request)
    : SmppConnection(loop, socket)
{
    private const byte InterfaceVersion = 0x34;
    private const uint LastSequence = 0x7FFF_FFFF;

    private uint _sequence;
    private long _enquiredAt;

    protected BindRequest Request { get; } = request;

    internal bool IsBound { get; private set; }

    private long LastHeard { get; set; }

    protected uint NextSequence() => _sequence = _sequence >= LastSequence ? 1 : _sequence + 1;

    protected abstract void OnBound();

    /// <summary>submit_sm_resp, or a generic_nack under that sequence_number.</summary>
    protected abstract void OnSubmitResponse(CommandStatus status, uint sequence, ReadOnlySpan<byte> pdu);

    /// <summary>deliver_sm or data_sm, to be answered.</summary>
    protected abstract void OnDeliver(CommandId command, uint sequence, ReadOnlySpan<byte> pdu);

    protected override void OnConnected()
    {
        LastHeard = Loop.Now;
        var bind = new Bind
        {
            Command = Request.Mode,
            SystemId = Encoding.Latin1.GetBytes(Request.SystemId),
            Password = Encoding.Latin1.GetBytes(Request.Password),
            SystemType = Encoding.Latin1.GetBytes(Request.SystemType),
            InterfaceVersion = InterfaceVersion,
        };
        Commit(bind.Write(Reserve(bind.EncodedSize), NextSequence()));
    }

    protected override void OnPdu(CommandId command, CommandStatus status, uint sequence, Span<byte> pdu)
    {
        LastHeard = Loop.Now;
        switch (command)
        {
            case CommandId.SubmitSmResp or CommandId.GenericNack:
                OnSubmitResponse(status, sequence, pdu);
                break;
            case CommandId.DeliverSm or CommandId.DataSm:
                OnDeliver(command, sequence, pdu);
                break;
            case CommandId.BindReceiverResp or CommandId.BindTransmitterResp or CommandId.BindTransceiverResp:
                OnBindResponse(status);
                break;
            case CommandId.EnquireLink:
                WriteHeader(CommandId.EnquireLinkResp, CommandStatus.ESME_ROK, sequence);
                break;
            case CommandId.Unbind:
                WriteHeader(CommandId.UnbindResp, CommandStatus.ESME_ROK, sequence);
                CloseAfterFlush("the server unbound the session");
                break;
            case CommandId.UnbindResp:
                Close("unbound");
                break;
        }
    }

    /// <summary>Answers a deliver_sm or data_sm: header, and an empty message_id.</summary>
    protected void Answer(CommandId command, CommandStatus status, uint sequence)
    {
        const int Length = Header.Size + 1;
        var at = Reserve(Length);
        var response = (CommandId)((uint)command | CommandIdExtensions.ResponseBit);
        new Header(Length, response, status, sequence).Write(at);
        at[Header.Size] = 0;
        Commit(Length);
    }

    internal void Unbind() => WriteHeader(CommandId.Unbind, CommandStatus.ESME_ROK, NextSequence());

    /// <summary>enquire_link after silence; the session ends if that is not answered either.</summary>
    internal void KeepAlive(long now, long enquireEvery)
    {
        if (!IsBound || now - LastHeard < enquireEvery) return;
        if (_enquiredAt > LastHeard)
        {
            if (now - _enquiredAt >= enquireEvery) Close("no answer to enquire_link");
            return;
        }
        _enquiredAt = now;
        WriteHeader(CommandId.EnquireLink, CommandStatus.ESME_ROK, NextSequence());
    }

    private void OnBindResponse(CommandStatus status)
    {
        if (status != CommandStatus.ESME_ROK)
        {
            Close($"bind as '{Request.SystemId}' refused: {status.Name()} (0x{(uint)status:X8})");
            return;
        }
        IsBound = true;
        OnBound();
    }
}
