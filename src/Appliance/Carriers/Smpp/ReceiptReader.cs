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

    public ReadOnlySpan<byte> Id => _id.AsSpan(0, _idLength);

    private readonly byte[] _id = new byte[65];
    private readonly byte[] _scratch = new byte[1024];
    private int _idLength;

    public DeliveryKind Read(in Header header, ReadOnlySpan<byte> pdu)
    {
        ReceiptFacts facts;
        if (header.Command == CommandId.DeliverSm)
        {
            Status = DeliverSm.TryRead(pdu, out var deliver);
            if (Status != CommandStatus.ESME_ROK) return DeliveryKind.Broken;
            Handset = ((ulong)Hash(deliver.SourceAddr) << 32) | Hash(deliver.DestinationAddr);
            if (!ReceiptFacts.TryRead(in deliver, _scratch, out facts)) return DeliveryKind.Inbound;
        }
        else
        {
            Status = DataSm.TryRead(pdu, out var data);
            if (Status != CommandStatus.ESME_ROK) return DeliveryKind.Broken;
            Handset = ((ulong)Hash(data.SourceAddr) << 32) | Hash(data.DestinationAddr);
            if (!ReceiptFacts.TryRead(in data, _scratch, out facts)) return DeliveryKind.Inbound;
        }

        _idLength = Math.Min(facts.Id.Length, _id.Length - 1);
        facts.Id[.._idLength].CopyTo(_id);
        MessageState = (byte)facts.State;
        Error = Pack(facts.Err);
        return DeliveryKind.Receipt;
    }

    private static uint Pack(ReadOnlySpan<byte> error)
    {
        uint packed = 0;
        foreach (var octet in error[..Math.Min(4, error.Length)])
            packed = (packed << 8) | (Ascii.IsValid(octet) ? octet : (byte)'?');
        return packed;
    }

    private static uint Hash(ReadOnlySpan<byte> address) => AddressHash.Of(address);
}
