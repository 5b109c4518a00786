using System.Text;
using Codec;

namespace Appliance.Carriers.Smpp;

internal enum DeliveryKind
{
    Receipt,

    /// <summary>A mobile's own message.</summary>
    Inbound,

    Broken,
}

/// <summary>Reads deliver_sm and data_sm: is it a receipt, of which message, with what outcome?</summary>
internal sealed class ReceiptReader
{
    public CommandStatus Status { get; private set; }

    public byte MessageState { get; private set; }

    /// <summary>The carrier's error, up to four ASCII characters.</summary>
    public uint Error { get; private set; }

    /// <summary>Hashes of both addresses: which is the handset's differs between carriers.</summary>
    public ulong Handset { get; private set; }

    /// <summary>Whether its text says that it was delivered in the second it was submitted.</summary>
    public bool HasSameDates { get; private set; }

    /// <summary>The message's id.</summary>
    public ReadOnlySpan<byte> Id => _ids.AsSpan(0, _idLength);

    /// <summary>The id in the text where it is another one: carriers put one form there and another in the
    /// TLV.</summary>
    public ReadOnlySpan<byte> OtherId => _ids.AsSpan(LongestId, _otherLength);

    private const int LongestId = 64;

    /// <summary>YYMMDDhhmmss.</summary>
    private const int DateWithSeconds = 12;

    private readonly byte[] _ids = new byte[2 * LongestId];
    private readonly byte[] _scratch = new byte[1024];
    private int _idLength;
    private int _otherLength;

    public DeliveryKind Read(in Header header, ReadOnlySpan<byte> pdu)
    {
        ReceiptFacts facts;
        if (header.Command == CommandId.DeliverSm)
        {
            Status = DeliverSm.TryRead(pdu, out var deliver);
            if (Status != CommandStatus.ESME_ROK) return DeliveryKind.Broken;
            Handset = ((ulong)AddressHash.Of(deliver.SourceAddr) << 32) | AddressHash.Of(deliver.DestinationAddr);
            if (!ReceiptFacts.TryRead(in deliver, _scratch, out facts)) return DeliveryKind.Inbound;
        }
        else
        {
            Status = DataSm.TryRead(pdu, out var data);
            if (Status != CommandStatus.ESME_ROK) return DeliveryKind.Broken;
            Handset = ((ulong)AddressHash.Of(data.SourceAddr) << 32) | AddressHash.Of(data.DestinationAddr);
            if (!ReceiptFacts.TryRead(in data, _scratch, out facts)) return DeliveryKind.Inbound;
        }

        _idLength = Keep(facts.Id, 0);
        _otherLength = facts.TextId.SequenceEqual(facts.Id) ? 0 : Keep(facts.TextId, LongestId);
        // What names no final state ends nothing.
        var state = facts.IsFinal || (facts.HasState && !facts.State.IsFinal())
            ? facts.State
            : Codec.MessageState.Enroute;
        MessageState = (byte)state;
        Error = Pack(facts.Err);
        // Without seconds they are the same for most receipts.
        HasSameDates = facts.DoneDate.Length >= DateWithSeconds && facts.DoneDate.SequenceEqual(facts.SubmitDate);
        return DeliveryKind.Receipt;
    }

    private int Keep(ReadOnlySpan<byte> id, int at)
    {
        var length = Math.Min(id.Length, LongestId);
        id[..length].CopyTo(_ids.AsSpan(at));
        return length;
    }

    private static uint Pack(ReadOnlySpan<byte> error)
    {
        uint packed = 0;
        foreach (var octet in error[..Math.Min(4, error.Length)])
            packed = (packed << 8) | (Ascii.IsValid(octet) ? octet : (byte)'?');
        return packed;
    }
}
