using System.Net.Sockets;
using System.Text;
using Appliance.Peers.Loop;
using Codec;

namespace Appliance.Simulator.Smsc;

/// <summary>One connection of an ESME: answers its PDUs, and sends it what the centre has for it.</summary>
internal sealed class SmscSession : SmppConnection
{
    /// <summary>More than this unsent, and receipts wait instead of adding to it.</summary>
    private const int SlowReader = 256 * 1024;

    private const byte InterfaceVersion = 0x50;

    private readonly MessageCentre _centre;
    private readonly DeliveryWindow _window;
    private bool _transmits;
    private bool _receives;
    private long _enquiredAt;

    internal SmscSession(MessageCentre centre, EventLoop loop, Socket socket, int number)
        : base(loop, socket)
    {
        _centre = centre;
        _window = new DeliveryWindow(centre.Options.ReceiptWindow);
        Number = number;
        LastHeard = loop.Now;
    }

    internal int Number { get; }

    internal SmscAccount? Account { get; private set; }

    internal long LastHeard { get; private set; }

    /// <summary>submit_sm taken since the bind; what drop-every counts.</summary>
    internal int Submitted { get; set; }

    /// <summary>Responses that wait for their time.</summary>
    internal int Unanswered { get; set; }

    /// <summary>When the connection is to drop; 0: it is not.</summary>
    internal long DropAt { get; set; }

    internal bool TakesDeliveries =>
        _receives && _window.HasRoom && Unsent < SlowReader && !IsClosing && !_centre.Behaviour.Hang;

    /// <summary>submit_sm_resp.</summary>
    internal void Respond(uint sequence, CommandStatus status, ulong id, IdFormat format)
    {
        if (status != CommandStatus.ESME_ROK)
        {
            WriteHeader(CommandId.SubmitSmResp, status, sequence);
            return;
        }
        var at = Reserve(Header.Size + MessageIds.LongestText + 1);
        int length = Header.Size + _centre.Ids.Write(format, id, at[Header.Size..]);
        at[length++] = 0;
        new Header((uint)length, CommandId.SubmitSmResp, status, sequence).Write(at);
        Commit(length);
    }

    /// <summary>Sends a receipt or mobile-originated message; it is in the window until it is answered.</summary>
    internal void Deliver(int index)
    {
        ref var entry = ref _centre.Pool[index];
        entry.Sequence = _window.Add(index);
        entry.SentAt = Loop.Now;
        entry.Attempts++;
        Commit(_centre.Writer.Write(entry, entry.Sequence, _centre.Minute, Reserve(ReceiptWriter.LongestPdu)));
    }

    /// <summary>Time-outs and enquire_link; called ten times a second.</summary>
    internal void Sweep(long now, long enquireEvery, long timeout)
    {
        if (DropAt != 0 && now >= DropAt)
        {
            _centre.Statistics.Drops++;
            Close("dropped by drop-after");
            return;
        }
        if (now - LastHeard > timeout && _enquiredAt > LastHeard)
        {
            Close("no answer to enquire_link");
            return;
        }
        _window.RemoveSentBefore(_centre.Pool, now - timeout, _centre.Unanswered);
        if (enquireEvery == 0 || Account is null || now - Math.Max(LastHeard, _enquiredAt) < enquireEvery) return;
        _enquiredAt = now;
        WriteHeader(CommandId.EnquireLink, CommandStatus.ESME_ROK, _window.NextSequence());
    }

    protected override void OnPdu(CommandId command, CommandStatus status, uint sequence, Span<byte> pdu)
    {
        LastHeard = Loop.Now;
        switch (command)
        {
            case CommandId.SubmitSm:
                OnSubmit(sequence, pdu);
                break;
            case CommandId.DeliverSmResp or CommandId.DataSmResp:
                OnDeliverResponse(status, sequence);
                break;
            case CommandId.BindTransmitter or CommandId.BindReceiver or CommandId.BindTransceiver:
                OnBind(command, sequence, pdu);
                break;
            case CommandId.EnquireLink:
                if (_centre.Behaviour.IgnoreEnquireLink) break;
                WriteHeader(CommandId.EnquireLinkResp, CommandStatus.ESME_ROK, sequence);
                break;
            case CommandId.Unbind:
                WriteHeader(CommandId.UnbindResp, CommandStatus.ESME_ROK, sequence);
                CloseAfterFlush("unbind");
                break;
            case CommandId.EnquireLinkResp or CommandId.UnbindResp:
                break;
            case CommandId.GenericNack:
                _centre.Statistics.GenericNacks++;
                OnDeliverResponse(status, sequence);
                break;
            default:
                _centre.Statistics.ProtocolErrors++;
                WriteHeader(CommandId.GenericNack, CommandStatus.ESME_RINVCMDID, sequence);
                break;
        }
    }

    protected override void OnBadLength(uint length)
    {
        _centre.Statistics.ProtocolErrors++;
        base.OnBadLength(length);
    }

    protected override void OnClosed(string reason)
    {
        _receives = _transmits = false;
        _centre.Forget(this, reason);
        _window.RemoveSentBefore(_centre.Pool, long.MaxValue, _centre.Unanswered);
    }

    private void OnSubmit(uint sequence, Span<byte> pdu)
    {
        _centre.Statistics.Submits++;
        var status = SubmitSm.TryRead(pdu, out var submit);
        if (!_transmits) status = CommandStatus.ESME_RINVBNDSTS;
        if (status == CommandStatus.ESME_ROK)
        {
            _centre.Intake.Take(this, submit, sequence);
            return;
        }
        _centre.Statistics.ProtocolErrors++;
        _centre.Statistics.Refused++;
        WriteHeader(CommandId.SubmitSmResp, status, sequence);
    }

    private void OnDeliverResponse(CommandStatus status, uint sequence)
    {
        int index = _window.Remove(_centre.Pool, sequence);
        if (index != 0) _centre.Answered(this, index, status);
    }

    private void OnBind(CommandId command, uint sequence, Span<byte> pdu)
    {
        var response = (CommandId)((uint)command | CommandIdExtensions.ResponseBit);
        var status = Bind.TryRead(pdu, out var bind);
        string systemId = status == CommandStatus.ESME_ROK ? Encoding.Latin1.GetString(bind.SystemId) : "";
        if (status == CommandStatus.ESME_ROK) status = _centre.MayBind(this, systemId, bind.Password);
        _centre.Record?.Bound(Loop.Now, Number, ModeName(command), systemId, (uint)status);
        if (status != CommandStatus.ESME_ROK)
        {
            _centre.Statistics.BindsRefused++;
            WriteHeader(response, status, sequence);
            CloseAfterFlush($"bind refused: {status}");
            return;
        }
        _transmits = command != CommandId.BindReceiver;
        _receives = command != CommandId.BindTransmitter;
        var tlvs = new TlvWriter(stackalloc byte[8]);
        tlvs.AddByte(TlvTag.ScInterfaceVersion, InterfaceVersion);
        var answer = new BindResp { Command = response, SystemId = "simulator"u8, Tlvs = new TlvReader(tlvs.Written) };
        Commit(answer.Write(Reserve(answer.EncodedSize), sequence));
        Account = _centre.Bound(this, systemId, _receives);
    }

    private static string ModeName(CommandId command) => command switch
    {
        CommandId.BindTransmitter => "tx",
        CommandId.BindReceiver => "rx",
        _ => "trx",
    };
}
