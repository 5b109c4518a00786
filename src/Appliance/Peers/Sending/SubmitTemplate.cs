using System.Buffers.Binary;
using System.Text;
using Codec;

namespace Appliance.Peers.Sending;

/// <summary>What the messages are that an ESME sends; all but the destination is the same for each.</summary>
internal sealed record MessageShape
{
    internal string Source { get; init; } = "Appliance";

    /// <summary>
    /// Text of every message; without it one of <see cref="Length"/> characters that opens with the message's number.
    /// </summary>
    internal string? Body { get; init; }

    internal int Length { get; init; } = 160;

    /// <summary>0 (the SMSC's alphabet), 3 (Latin-1), 4 (octets) or 8 (UCS-2).</summary>
    internal byte DataCoding { get; init; }

    internal bool RequestReceipt { get; init; } = true;

    internal bool NumbersBody => Body is null && Length >= NumberLength && DataCoding != Ucs2;

    internal const int NumberLength = 12;
    internal const byte Ucs2 = 8;

    private const string Filler =
        "Your parcel is on its way and will be with you between two and four this afternoon. "
        + "Reply STOP to end these messages, or call us if the time does not suit you. ";

    internal string Text
    {
        get
        {
            if (Body is not null) return Body;
            var text = new StringBuilder(Length + Filler.Length);
            if (NumbersBody) text.Append('0', NumberLength - 1).Append(' ');
            while (text.Length < Length) text.Append(Filler);
            return text.ToString(0, Length);
        }
    }

    internal byte[] Octets =>
        DataCoding == Ucs2 ? Encoding.BigEndianUnicode.GetBytes(Text) : Encoding.Latin1.GetBytes(Text);
}

/// <summary>
/// A submit_sm encoded once for each range of destinations; a message is a copy with its sequence_number, its
/// destination and its number in the text patched in.
/// </summary>
internal sealed class SubmitTemplate
{
    private const byte TonInternational = 1;
    private const byte TonAlphanumeric = 5;
    private const byte NpiE164 = 1;
    private const int SequenceAt = 12;
    private const int LongestShortMessage = 254;

    private readonly byte[] _pdu;
    private readonly int _bodyAt = -1;

    /// <exception cref="FormatException">The message cannot be a submit_sm; says which field.</exception>
    internal SubmitTemplate(MessageShape shape, int destinationDigits)
    {
        var body = shape.Octets;
        Span<byte> digits = stackalloc byte[destinationDigits];
        digits.Fill((byte)'0');
        bool numeric = shape.Source.All(char.IsAsciiDigit);
        var payload = new TlvWriter(new byte[body.Length + 8]);
        if (body.Length > LongestShortMessage) payload.Add(TlvTag.MessagePayload, body);
        var submit = new SubmitSm
        {
            SourceAddrTon = numeric ? TonInternational : TonAlphanumeric,
            SourceAddrNpi = numeric ? NpiE164 : (byte)0,
            SourceAddr = Encoding.ASCII.GetBytes(shape.Source),
            DestAddrTon = TonInternational,
            DestAddrNpi = NpiE164,
            DestinationAddr = digits,
            RegisteredDelivery = shape.RequestReceipt ? (byte)1 : (byte)0,
            DataCoding = shape.DataCoding,
            ShortMessage = body.Length > LongestShortMessage ? [] : body,
            Tlvs = new TlvReader(payload.Written),
        };
        var error = submit.Check();
        if (!error.IsNone) throw new FormatException(error.ToString());
        _pdu = new byte[submit.EncodedSize];
        submit.Write(_pdu, 1);
        SubmitSm.TryRead(_pdu, out var written);
        // service_type, source_addr_ton, source_addr_npi, source_addr, dest_addr_ton, dest_addr_npi come before it.
        DestinationAt = Header.Size + 1 + 2 + shape.Source.Length + 1 + 2;
        if (shape.NumbersBody) _bodyAt = _pdu.Length - written.Tlvs.Bytes.Length - written.ShortMessage.Length;
        if (shape.NumbersBody && body.Length > LongestShortMessage) _bodyAt = _pdu.Length - body.Length;
    }

    internal int Length => _pdu.Length;

    /// <summary>Where destination_addr is.</summary>
    internal int DestinationAt { get; }

    /// <summary>Writes message n; <see cref="Length"/> bytes.</summary>
    internal void Write(long n, uint sequence, Destinations destinations, Span<byte> at)
    {
        _pdu.CopyTo(at);
        BinaryPrimitives.WriteUInt32BigEndian(at[SequenceAt..], sequence);
        destinations.Write(n, at[DestinationAt..]);
        if (_bodyAt < 0) return;
        for (int i = _bodyAt + MessageShape.NumberLength - 2; i >= _bodyAt; i--)
        {
            (n, long digit) = Math.DivRem(n, 10);
            at[i] = (byte)('0' + digit);
        }
    }
}
