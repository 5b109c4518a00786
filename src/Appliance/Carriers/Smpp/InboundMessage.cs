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
    /// <summary>Reads a deliver_sm or data_sm that has been found well-formed and no receipt.</summary>
    internal static InboundMessage Read(in Header header, ReadOnlySpan<byte> pdu)
    {
        if (header.Command == CommandId.DeliverSm)
        {
            DeliverSm.TryRead(pdu, out var deliver);
            return Read(deliver.SourceAddr, deliver.SourceAddrTon, deliver.DestinationAddr, deliver.EsmClass,
                deliver.DataCoding, deliver.ShortMessage, deliver.Tlvs);
        }

        DataSm.TryRead(pdu, out var data);
        return Read(data.SourceAddr, data.SourceAddrTon, data.DestinationAddr, data.EsmClass, data.DataCoding, default,
            data.Tlvs);
    }

    private static InboundMessage Read(
        ReadOnlySpan<byte> from, byte fromTon, ReadOnlySpan<byte> to, byte esmClass, byte dataCoding,
        ReadOnlySpan<byte> octets, TlvReader tlvs)
    {
        if (octets.IsEmpty) tlvs.TryFind(TlvTag.MessagePayload, out octets);
        var later = tlvs.TryFindInteger(TlvTag.SarSegmentSeqnum, out var number) && number > 1;
        if ((esmClass & UserDataHeader.EsmClassBit) != 0 && UserDataHeader.TryRead(octets, out var header))
        {
            later |= header.TryGetConcatenation(out var part) && part.Sequence > 1;
            octets = octets[header.Length..];
        }

        var alphabet = new PeerAlphabets().Of(dataCoding);
        var text = new char[TextCodec.MaxChars(octets.Length)];
        var length = alphabet == Alphabet.Binary ? 0 : TextCodec.Decode(alphabet, octets, text);
        return new InboundMessage(
            Encoding.Latin1.GetString(from), fromTon, Encoding.Latin1.GetString(to), new string(text, 0, length),
            later);
    }
}

/// <summary>What is made of mobiles' messages; called on the links' tasks.</summary>
public interface IInbound
{
    /// <returns>
    /// What it changes in the opt-out list, as records one behind the other, perhaps none; null for a message that
    /// nobody takes.
    /// </returns>
    byte[]? Take(InboundMessage message);
}
