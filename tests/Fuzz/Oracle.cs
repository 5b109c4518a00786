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
    private readonly ulong[] _features = new ulong[64];
    private int _featureCount;

    /// <summary>
    /// What the last input made the codec do, a number each: a status with its field, a kind of TLV, an alphabet, the
    /// fields of a receipt. Inputs that show a new one are worth keeping.
    /// </summary>
    public ReadOnlySpan<ulong> Features => _features.AsSpan(0, _featureCount);

    /// <summary>
    /// Checks one input. Throws <see cref="InvalidOperationException"/> where something does not hold.
    /// </summary>
    public void Check(ReadOnlySpan<byte> input)
    {
        _featureCount = 0;
        var framed = Frame.Peek(input, Mutator.MaxLength, out var header);
        if (framed != FrameStatus.Pdu)
        {
            Require(framed == FrameStatus.NeedMore || header.Length is < Header.Size or > Mutator.MaxLength, "frame");
            Feature(1, (uint)framed);
            return;
        }

        var pdu = input[..(int)header.Length];
        var visitor = new HashVisitor();
        var status = Pdu.TryDescribe(pdu, ref visitor, out var tlvs, out var error);
        Require((status == CommandStatus.ESME_ROK) == error.IsNone, "status without error or the reverse");
        if (status != CommandStatus.ESME_ROK)
        {
            Require(error.Field.Length > 0 && error.Offset <= pdu.Length, "an error names a field within the PDU");
            uint command = header.Command.IsKnown() ? (uint)header.Command : uint.MaxValue;
            Feature(2, command, (uint)status, NameHash(error.Field) + (uint)error.Fault);
            return;
        }

        Feature(3, (uint)header.Command, visitor.Shape & 0x3F);
        CheckRewrite(pdu, header, visitor.Hash);
        CheckTlvs(tlvs);
        CheckMessage(pdu, header.Command);
    }

    private void Feature(uint kind, uint a, uint b = 0, uint c = 0)
    {
        if (_featureCount < _features.Length)
        {
            ulong hash = ((((ulong)kind << 32) | a) * 0x9E3779B97F4A7C15) ^ (b * 0xBF58476D1CE4E5B9);
            _features[_featureCount++] = (hash * 0x94D049BB133111EB) + c;
        }
    }

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
        Feature(10, (uint)header.Command, length < 0 ? 0u : length == pdu.Length ? 1u : 2u);
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

    private void CheckTlvs(TlvReader tlvs)
    {
        int octets = 0;
        foreach (var tlv in tlvs)
        {
            octets += 4 + tlv.Value.Length;
            var type = tlv.Tag.Type();
            uint state = (type.Allows(tlv.Length) ? 1u : 0) + (tlv.IsTruncated ? 2u : 0);
            Feature(4, type.Kind == TlvKind.Unknown ? 0 : (uint)tlv.Tag, state);
            Require(tlv.Value.Length <= tlv.Length, "a value has at most its length");
        }

        int rest = tlvs.Bytes.Length - octets;
        Feature(5, (uint)rest);
        Require(rest is >= 0 and < 4, "TLVs cover their octets");
    }

    private void CheckMessage(ReadOnlySpan<byte> pdu, CommandId command)
    {
        switch (command)
        {
            case CommandId.SubmitSm:
                SubmitSm.TryRead(pdu, out var submit);
                var message = pdu.Slice(submit.ShortMessageOffset, submit.ShortMessage.Length);
                Require(message.SequenceEqual(submit.ShortMessage), "short_message is where it is said to be");
                Require(pdu[submit.RegisteredDeliveryOffset] == submit.RegisteredDelivery, "so is registered_delivery");
                CheckText(submit.EsmClass, submit.DataCoding, submit.ShortMessage);
                break;
            case CommandId.DeliverSm:
                DeliverSm.TryRead(pdu, out var deliver);
                bool receipt = ReceiptFacts.TryRead(deliver, _scratch, out var facts, trustText: true);
                Require(!receipt || !facts.Id.IsEmpty, "a receipt has an id");
                Feature(6, receipt ? 1u : 0, (uint)facts.State, facts.HasNetworkError ? 1u : 0);
                CheckText(deliver.EsmClass, deliver.DataCoding, deliver.ShortMessage);
                CheckReceipt(deliver.ShortMessage);
                break;
            case CommandId.DataSm:
                DataSm.TryRead(pdu, out var data);
                Feature(7, ReceiptFacts.TryRead(data, _scratch, out var said) ? 1u + (uint)said.State : 0);
                break;
        }
    }

    private void CheckText(byte esmClass, byte dataCoding, ReadOnlySpan<byte> message)
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

        Feature(8, way, (uint)alphabet);
    }

    private void CheckReceipt(ReadOnlySpan<byte> text)
    {
        if (!Receipt.TryRead(text, out var receipt))
        {
            return;
        }

        Feature(9, (uint)receipt.Fields);
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
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException("does not hold: " + what);
        }
    }
}
