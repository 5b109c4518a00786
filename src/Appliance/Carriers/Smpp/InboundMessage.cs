using System.Text;
using Codec;

namespace Appliance.Carriers.Smpp;

/// <summary>A mobile's own message.</summary>
/// <param name="From">As the carrier writes it.</param>
/// <param name="FromTon">source_addr_ton.</param>
/// <param name="To">As the carrier writes it.</param>
/// <param name="Text">Empty for a binary one.</param>
/// <param name="IsLaterPart">Whether it is a part of a longer message, and not the first.</param>
public sealed record InboundMessage(string From, byte FromTon, string To, string Text, bool IsLaterPart)
{
    /// <summary>As the body of a deliver_sm, as it came; empty for a data_sm with an address that fits none.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>Where source_addr_ton stands in it.</summary>
    public ushort SourceOffset { get; init; }

    /// <summary>Where dest_addr_ton stands in it.</summary>
    public ushort DestinationOffset { get; init; }

    /// <summary>Reads a deliver_sm or data_sm that has been found well-formed and no receipt.</summary>
    internal static InboundMessage Read(in Header header, ReadOnlySpan<byte> pdu)
    {
        if (header.Command == CommandId.DeliverSm)
        {
            DeliverSm.TryRead(pdu, out var deliver);
            return Read(in deliver, pdu);
        }

        DataSm.TryRead(pdu, out var data);
        var asDeliver = new DeliverSm
        {
            ServiceType = data.ServiceType,
            SourceAddrTon = data.SourceAddrTon,
            SourceAddrNpi = data.SourceAddrNpi,
            SourceAddr = data.SourceAddr,
            DestAddrTon = data.DestAddrTon,
            DestAddrNpi = data.DestAddrNpi,
            DestinationAddr = data.DestinationAddr,
            EsmClass = data.EsmClass,
            RegisteredDelivery = data.RegisteredDelivery,
            DataCoding = data.DataCoding,
            Tlvs = data.Tlvs,
        };
        // Behind the addresses stand twelve octets that a data_sm does not have.
        var room = new byte[pdu.Length + 16];
        var length = asDeliver.Write(room, header.Sequence);
        // Its addresses may be longer, up to 64 octets.
        if (length < 0 || DeliverSm.TryRead(room.AsSpan(0, length), out var read) != CommandStatus.ESME_ROK)
            return new InboundMessage("", 0, Encoding.Latin1.GetString(data.DestinationAddr), "", false);
        return Read(in read, room.AsSpan(0, length));
    }

    private static InboundMessage Read(in DeliverSm deliver, ReadOnlySpan<byte> pdu)
    {
        var octets = deliver.ShortMessage;
        if (octets.IsEmpty) deliver.Tlvs.TryFind(TlvTag.MessagePayload, out octets);
        var later = deliver.Tlvs.TryFindInteger(TlvTag.SarSegmentSeqnum, out var number) && number > 1;
        if ((deliver.EsmClass & UserDataHeader.EsmClassBit) != 0 && UserDataHeader.TryRead(octets, out var header))
        {
            later |= header.TryGetConcatenation(out var part) && part.Sequence > 1;
            octets = octets[header.Length..];
        }

        var alphabet = new PeerAlphabets().Of(deliver.DataCoding);
        var text = new char[TextCodec.MaxChars(octets.Length)];
        var length = alphabet == Alphabet.Binary ? 0 : TextCodec.Decode(alphabet, octets, text);
        return new InboundMessage(
            Encoding.Latin1.GetString(deliver.SourceAddr), deliver.SourceAddrTon,
            Encoding.Latin1.GetString(deliver.DestinationAddr), new string(text, 0, length), later)
        {
            Body = pdu[Header.Size..].ToArray(),
            // TON and NPI stand before each address.
            SourceOffset = (ushort)(deliver.SourceAddrOffset - 2 - Header.Size),
            DestinationOffset = (ushort)(deliver.DestinationAddrOffset - 2 - Header.Size),
        };
    }
}

/// <summary>What is to happen with a mobile's message; the ring does it.</summary>
public sealed record InboundWork
{
    /// <summary>ESME_ROK, or what the carrier is answered at once; then nothing happens.</summary>
    public CommandStatus Refusal { get; init; }

    /// <summary>Accounts that get it.</summary>
    public IReadOnlyList<InboundOwner> Owners { get; init; } = [];

    /// <summary>What it changes in the opt-out list, as records one behind the other.</summary>
    public byte[] Changes { get; init; } = [];

    /// <summary>Answers the mobile; to be called when the changes are in the ring, so that the answer, which goes
    /// through it too, comes after them in the journal.</summary>
    public Action? Reply { get; init; }
}

/// <summary>What is made of mobiles' messages; called on the links' tasks.</summary>
public interface IInbound
{
    InboundWork Take(InboundMessage message);
}
