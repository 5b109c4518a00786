using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Appliance.Peers.Sending;
using Codec;

namespace Appliance.Load.Smpp;

/// <summary>One connection of a load session: sends from templates, measures responses and receipts.</summary>
internal sealed class LoadConnection : EsmeConnection
{
    /// <summary>More than this unsent, and the server is not reading: no more is added to it.</summary>
    private const int SlowReader = 256 * 1024;

    private readonly SmppLoad _load;
    private readonly LoadSession _session;
    private readonly ResponseWindow _window;

    internal LoadConnection(SmppLoad load, LoadSession session, Socket socket)
        : base(load.Loop, socket, session.Request)
    {
        _load = load;
        _session = session;
        _window = new ResponseWindow(load.Plan.Window);
    }

    internal int Unanswered => _window.Count;

    internal bool HasRoom => IsBound && _window.HasRoom && Unsent < SlowReader && !IsClosing;

    internal void Send(long n, long intended)
    {
        uint sequence = NextSequence();
        while (_window.IsTaken(sequence)) sequence = NextSequence();
        var template = _load.Template(n);
        template.Write(n, sequence, _load.Plan.Destinations, Reserve(template.Length));
        Commit(template.Length);
        _window.Add(new SentMessage(sequence, n, intended, Loop.Now));
        _load.Tracker.Sent(n, intended);
    }

    internal int GiveUpSentBefore(long time) => _window.Count == 0 ? 0 : _window.RemoveSentBefore(time);

    protected override void OnBound() => _load.OnBound(_session);

    protected override void OnClosed(string reason) => _load.OnClosed(_session, _window.Count, reason);

    protected override void OnSubmitResponse(CommandStatus status, uint sequence, ReadOnlySpan<byte> pdu)
    {
        if (!_window.TryRemove(sequence, out var message)) return;
        var counters = _load.Counters;
        counters.AcknowledgementNow.Record(Loop.Now - message.Intended);
        _load.OnAnswered(_session);
        if (status != CommandStatus.ESME_ROK)
        {
            counters.CountRefusal((uint)status);
            _load.Tracker.Refused(message.Number);
            return;
        }
        counters.Accepted++;
        SubmitSmResp.TryRead(pdu, out var response);
        _load.Tracker.Accepted(message.Number, MessageTracker.HashId(response.MessageId));
    }

    protected override void OnDeliver(CommandId command, uint sequence, ReadOnlySpan<byte> pdu)
    {
        Answer(command, CommandStatus.ESME_ROK, sequence);
        if (command == CommandId.DeliverSm) OnDeliverSm(pdu);
        else OnDataSm(pdu);
    }

    [SkipLocalsInit]
    private void OnDeliverSm(ReadOnlySpan<byte> pdu)
    {
        if (DeliverSm.TryRead(pdu, out var deliver) != CommandStatus.ESME_ROK) return;
        // With both TLVs the text needs no reading: it can only repeat them.
        if (deliver.Tlvs.TryFindCString(TlvTag.ReceiptedMessageId, out var id)
            && deliver.Tlvs.TryFindInteger(TlvTag.MessageState, out uint state)
            && state <= (uint)MessageState.Skipped)
        {
            OnReceipt(deliver.SourceAddr, deliver.DestinationAddr, id, (MessageState)state);
            return;
        }
        Span<byte> scratch = stackalloc byte[512];
        if (ReceiptFacts.TryRead(deliver, scratch, out var facts))
        {
            OnReceipt(deliver.SourceAddr, deliver.DestinationAddr, facts.Id, facts.State);
            return;
        }
        _load.Counters.MobileOriginated++;
    }

    private void OnDataSm(ReadOnlySpan<byte> pdu)
    {
        if (DataSm.TryRead(pdu, out var data) != CommandStatus.ESME_ROK) return;
        Span<byte> scratch = stackalloc byte[512];
        if (ReceiptFacts.TryRead(data, scratch, out var facts))
        {
            OnReceipt(data.SourceAddr, data.DestinationAddr, facts.Id, facts.State);
            return;
        }
        _load.Counters.MobileOriginated++;
    }

    private void OnReceipt(
        ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, ReadOnlySpan<byte> id, MessageState state)
    {
        var counters = _load.Counters;
        if (!state.IsFinal())
        {
            counters.Intermediate++;
            return;
        }
        // The message's destination is the receipt's source, or its destination with servers that do not swap them.
        var destinations = _load.Plan.Destinations;
        long issued = _load.Arrivals.Taken;
        if (!destinations.TryFind(source, issued, out long n) && !destinations.TryFind(destination, issued, out n))
        {
            counters.Foreign++;
            return;
        }
        switch (_load.Tracker.Receipt(n, MessageTracker.HashId(id), out long intended))
        {
            case ReceiptKind.First:
                counters.Receipts++;
                counters.CountReceipt(state);
                counters.EndToEndNow.Record(Loop.Now - intended);
                break;
            case ReceiptKind.Duplicate:
                counters.Duplicates++;
                break;
            default:
                counters.Foreign++;
                break;
        }
    }
}
