using Appliance.Peers.Sending;
using System.Net.Sockets;
using Codec;

namespace Appliance.Simulator.Esme;

/// <summary>One connection of a simulated ESME, faults included.</summary>
internal sealed class EsmeSession : EsmeConnection
{
    private const int SmallReceiveBuffer = 4096;

    private readonly EsmeSimulator _esme;
    private long _readAgainAt;
    private bool _mute;

    internal EsmeSession(EsmeSimulator esme, Socket socket, int number)
        : base(esme.Loop, socket, esme.Options.Bind)
    {
        _esme = esme;
        Number = number;
        if (esme.Options.SlowReadNs > 0) socket.ReceiveBufferSize = SmallReceiveBuffer;
        if (!esme.Options.DropAfter.IsZero) DropAt = Loop.Now + esme.Options.DropAfter.Sample(esme.Dice);
    }

    internal int Number { get; }

    internal int Unanswered { get; private set; }

    private long DropAt { get; } = long.MaxValue;

    internal bool HasRoom =>
        IsBound && Request.Transmits && !IsClosing && !_mute && Unanswered < _esme.Options.Window;

    internal void Send(long n)
    {
        var kind = _esme.Options.Wrong.Pick(_esme.Dice);
        uint sequence = NextSequence();
        var template = _esme.Template(n);
        if (kind == WrongPdu.None)
        {
            template.Write(n, sequence, _esme.Options.Destinations, Reserve(template.Length));
            Commit(template.Length);
            Unanswered++;
            return;
        }
        var submit = new byte[template.Length];
        template.Write(n, sequence, _esme.Options.Destinations, submit);
        Commit(WrongPdus.Write(kind, submit, template.DestinationAt, Reserve(template.Length + Header.Size)));
        _esme.Counters.WrongPdus++;
        // After half a PDU anything more would be its other half.
        _mute = kind == WrongPdu.HalfPdu;
    }

    /// <summary>Unbinds, if the stream is still one of whole PDUs.</summary>
    internal void End()
    {
        if (IsBound && !_mute) Unbind();
        else Close("the simulated ESME ends");
    }

    internal void Sweep(long now)
    {
        if (now >= DropAt)
        {
            Close("dropped by drop-after");
            return;
        }
        if (_readAgainAt != 0 && now >= _readAgainAt)
        {
            _readAgainAt = 0;
            PauseReading(false);
        }
        if (!_mute) KeepAlive(now, _esme.Options.EnquireLinkNs);
    }

    protected override void OnBound()
    {
        _esme.Journal.Bound(Number);
        _esme.Counters.Bound++;
    }

    protected override void OnClosed(string reason)
    {
        if (IsBound) _esme.Counters.Bound--;
        _esme.OnClosed(this, reason);
    }

    protected override void OnPdu(CommandId command, CommandStatus status, uint sequence, Span<byte> pdu)
    {
        base.OnPdu(command, status, sequence, pdu);
        if (_esme.Options.SlowReadNs == 0 || !IsOpen || _readAgainAt != 0) return;
        _readAgainAt = Loop.Now + _esme.Options.SlowReadNs;
        PauseReading(true);
    }

    protected override void OnSubmitResponse(CommandStatus status, uint sequence, ReadOnlySpan<byte> pdu)
    {
        if (Header.Read(pdu).Command == CommandId.GenericNack) _esme.Counters.GenericNacks++;
        else Unanswered = Math.Max(0, Unanswered - 1);
        if (status == CommandStatus.ESME_ROK) _esme.Counters.Accepted++;
        else _esme.Counters.Refused++;
        SubmitSmResp.TryRead(pdu, out var response);
        _esme.Journal.Response(Number, sequence, response.MessageId, status);
    }

    protected override void OnDeliver(CommandId command, uint sequence, ReadOnlySpan<byte> pdu)
    {
        var status = _esme.Options.Answers.Pick(_esme.Dice);
        bool silent = _esme.Options.NoAnswer.Strikes(_esme.Dice);
        if (!silent) Answer(command, status, sequence);
        string answer = silent ? "unanswered" : EsmeJournal.Name(status);
        Span<byte> scratch = stackalloc byte[512];
        if (command == CommandId.DeliverSm)
        {
            DeliverSm.TryRead(pdu, out var deliver);
            bool receipt = ReceiptFacts.TryRead(deliver, scratch, out var facts);
            Note(
                sequence, receipt, facts, deliver.SourceAddr, deliver.DestinationAddr, deliver.DataCoding,
                deliver.ShortMessage, answer);
        }
        else
        {
            DataSm.TryRead(pdu, out var data);
            bool receipt = ReceiptFacts.TryRead(data, scratch, out var facts);
            data.Tlvs.TryFind(TlvTag.MessagePayload, out var payload);
            Note(sequence, receipt, facts, data.SourceAddr, data.DestinationAddr, data.DataCoding, payload, answer);
        }
    }

    private void Note(
        uint sequence, bool receipt, in ReceiptFacts facts, ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination,
        byte coding, ReadOnlySpan<byte> body, string answer)
    {
        if (receipt)
        {
            if (facts.IsFinal) _esme.Counters.Receipts++;
            _esme.Journal.Receipt(Number, sequence, facts, source, destination, answer);
            return;
        }
        _esme.Counters.Messages++;
        _esme.Journal.Message(Number, sequence, source, destination, coding, body, answer);
    }
}
