using Codec;

namespace Fuzz;

/// <summary>
/// What must hold for any octets: each reader answers with a PDU or a named error, and what it takes it writes so that
/// the same is read again.
/// </summary>
public sealed class Oracle
{
    private readonly byte[] _first = new byte[2 * Mutator.MaxLength];
    private readonly byte[] _second = new byte[2 * Mutator.MaxLength];
    private readonly byte[] _scratch = new byte[Mutator.MaxLength];
    private readonly char[] _text = new char[2 * Mutator.MaxLength];

    /// <summary>
    /// Checks one input. Gives a number that stands for the way the codec took: inputs that take a new one are worth
    /// keeping. Throws <see cref="InvalidOperationException"/> where something does not hold.
    /// </summary>
    public ulong Check(ReadOnlySpan<byte> input)
    {
        var framed = Frame.Peek(input, Mutator.MaxLength, out var header);
        if (framed != FrameStatus.Pdu)
        {
            Require(framed == FrameStatus.NeedMore || header.Length is < Header.Size or > Mutator.MaxLength, "frame");
            return (ulong)framed;
        }

        var pdu = input[..(int)header.Length];
        var visitor = new HashVisitor();
        var status = Pdu.TryDescribe(pdu, ref visitor, out var tlvs, out var error);
        Require((status == CommandStatus.ESME_ROK) == error.IsNone, "status without error or the reverse");
        if (status != CommandStatus.ESME_ROK)
        {
            Require(error.Field.Length > 0 && error.Offset <= pdu.Length, "an error names a field within the PDU");
            return Way(header.Command, (uint)status, (uint)error.Fault, NameHash(error.Field), 0);
        }

        CheckRewrite(pdu, header, visitor.Hash);
        uint shape = CheckTlvs(tlvs);
        shape = (shape * 31) + CheckMessage(pdu, header.Command);
        return Way(header.Command, 0, visitor.Shape, shape, (uint)tlvs.Bytes.Length & 3);
    }

    private static ulong Way(CommandId command, uint a, uint b, uint c, uint d) =>
        (((((ulong)command * 0x9E3779B97F4A7C15) + a) * 0xBF58476D1CE4E5B9) + b) * 0x94D049BB133111EB
        ^ (((ulong)c << 32) | d);

    private static uint NameHash(string name)
    {
        uint hash = 0;
        foreach (char c in name)
        {
            hash = (hash * 31) + c;
        }

        return hash;
    }

    private void CheckRewrite(ReadOnlySpan<byte> pdu, in Header header, ulong hash)
    {
        int length = Pdu.Rewrite(pdu, _first);
        if (length < 0)
        {
            // Only a response may hold what cannot be written: an id beyond the limit.
            Require(header.Command.IsResponse(), "what was read can be written");
            return;
        }

        var again = new HashVisitor();
        var written = _first.AsSpan(0, length);
        var status = Pdu.TryDescribe(written, ref again, out _, out _);
        Require(status == CommandStatus.ESME_ROK, "what was written can be read");
        Require(Pdu.Rewrite(written, _second) == length, "writing again gives the same length");
        Require(written.SequenceEqual(_second.AsSpan(0, length)), "writing again gives the same octets");
        if (length == pdu.Length)
        {
            // A request's command_status means nothing and is written as 0; a response may lack its last NUL.
            bool same = written[..8].SequenceEqual(pdu[..8]) && written[12..].SequenceEqual(pdu[12..]);
            Require(same || header.Command.IsResponse(), "the same PDU, octet by octet");
            Require(again.Hash == hash, "the same fields");
        }
        else
        {
            Require(header.Command.IsResponse(), "only a response may lack fields");
        }
    }

    private static uint CheckTlvs(TlvReader tlvs)
    {
        uint shape = 0;
        int octets = 0;
        foreach (var tlv in tlvs)
        {
            octets += 4 + tlv.Value.Length;
            var type = tlv.Tag.Type();
            shape = (shape * 17) + (uint)type.Kind + (type.Allows(tlv.Length) ? 4u : 0) + (tlv.IsTruncated ? 8u : 0);
            Require(tlv.Value.Length <= tlv.Length, "a value has at most its length");
        }

        int rest = tlvs.Bytes.Length - octets;
        Require(rest is >= 0 and < 4, "TLVs cover their octets");
        return shape;
    }

    private uint CheckMessage(ReadOnlySpan<byte> pdu, CommandId command)
    {
        switch (command)
        {
            case CommandId.SubmitSm:
                SubmitSm.TryRead(pdu, out var submit);
                Require(pdu.Slice(submit.ShortMessageOffset, submit.ShortMessage.Length).SequenceEqual(submit.ShortMessage)
                    && pdu[submit.RegisteredDeliveryOffset] == submit.RegisteredDelivery, "offsets");
                return CheckText(submit.EsmClass, submit.DataCoding, submit.ShortMessage);
            case CommandId.DeliverSm:
                DeliverSm.TryRead(pdu, out var deliver);
                bool receipt = ReceiptFacts.TryRead(deliver, _scratch, out var facts, trustText: true);
                Require(!receipt || !facts.Id.IsEmpty, "a receipt has an id");
                uint way = CheckText(deliver.EsmClass, deliver.DataCoding, deliver.ShortMessage);
                return (way * 31) + (receipt ? 1u + (uint)facts.State : 0) + CheckReceipt(deliver.ShortMessage);
            case CommandId.DataSm:
                DataSm.TryRead(pdu, out var data);
                return ReceiptFacts.TryRead(data, _scratch, out var said) ? 1u + (uint)said.State : 0;
            default:
                return 0;
        }
    }

    private uint CheckText(byte esmClass, byte dataCoding, ReadOnlySpan<byte> message)
    {
        uint way = 0;
        if ((esmClass & UserDataHeader.EsmClassBit) != 0 && UserDataHeader.TryRead(message, out var header))
        {
            way = header.TryGetConcatenation(out var part) ? 2u : 1u;
            Require(way != 2 || (part.Sequence >= 1 && part.Sequence <= part.Total), "a part is one of its total");
            header.GetLanguages(out var locking, out var single);
            Gsm7.Decode(message[header.Length..], _text, locking, single);
            message = message[header.Length..];
        }

        var alphabet = default(PeerAlphabets).Of(dataCoding);
        int length = TextCodec.Decode(alphabet, message, _text);
        Require(length <= TextCodec.MaxChars(message.Length), "a text has at most so many characters");
        if (alphabet == Alphabet.Gsm7 && Gsm7.IsWellFormed(message))
        {
            int count = Gsm7.Encode(_text.AsSpan(0, length), _scratch);
            int twice = Gsm7.Decode(_scratch.AsSpan(0, Math.Max(0, count)), _text.AsSpan(length));
            Require(count >= 0 && _text.AsSpan(0, length).SequenceEqual(_text.AsSpan(length, twice)), "text again");
        }

        return (way * 16) + (uint)alphabet;
    }

    private uint CheckReceipt(ReadOnlySpan<byte> text)
    {
        if (!Receipt.TryRead(text, out var receipt))
        {
            return 0;
        }

        int length = receipt.Write(_scratch);
        if (length >= 0)
        {
            Receipt.TryRead(_scratch.AsSpan(0, length), out var again);
            bool same = again.Id.SequenceEqual(receipt.Id) && again.Err.SequenceEqual(receipt.Err)
                && again.Stat.SequenceEqual(receipt.Stat) && again.DoneDate.SequenceEqual(receipt.DoneDate);
            Require(same, "the same receipt");
        }

        bool dated = SmppTime.TryParseReceiptDate(receipt.DoneDate, out var date);
        Require(!dated || date.Year is >= 1900 and < 2200, "a date");
        return (uint)receipt.Fields;
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException("does not hold: " + what);
        }
    }
}
