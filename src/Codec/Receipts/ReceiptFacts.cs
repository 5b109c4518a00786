namespace Codec;

/// <summary>
/// What a delivery receipt says, wherever it says it: in TLVs, in the text of short_message or message_payload, in
/// deliver_sm or data_sm. TLVs win over the text, since no sender can write them.
/// </summary>
public ref struct ReceiptFacts
{
    /// <summary>esm_class's message type bits (SMPP 5.0, 4.7.12): what kind of deliver_sm this is.</summary>
    public const byte MessageTypeMask = 0x3C;

    /// <summary>esm_class: an intermediate notification.</summary>
    public const byte IntermediateNotification = 0x20;

    /// <summary>The message's id: of receipted_message_id, else of the text; empty if neither has one.</summary>
    public ReadOnlySpan<byte> Id { get; private set; }

    /// <summary>The id in the text, which may be another form of the same (decimal, padded); empty if none.</summary>
    public ReadOnlySpan<byte> TextId { get; private set; }

    /// <summary>Whether a state was said in a form that is known.</summary>
    public bool HasState { get; private set; }

    /// <summary>The state; <see cref="MessageState.Unknown"/> without one.</summary>
    public MessageState State { get; private set; }

    /// <summary>Whether the state is said and no other follows.</summary>
    public bool IsFinal { get; private set; }

    /// <summary>err of the text, as it came; empty if none.</summary>
    public ReadOnlySpan<byte> Err { get; private set; }

    /// <summary>Whether network_error_code was there.</summary>
    public bool HasNetworkError { get; private set; }

    /// <summary>network_error_code's first octet: 3 is GSM (SMPP 5.0, 4.8.4.42).</summary>
    public byte NetworkType { get; private set; }

    /// <summary>network_error_code's error.</summary>
    public ushort NetworkError { get; private set; }

    /// <summary>The text's submit date as it came; see <see cref="SmppTime.TryParseReceiptDate"/>.</summary>
    public ReadOnlySpan<byte> SubmitDate { get; private set; }

    /// <summary>The text's done date as it came.</summary>
    public ReadOnlySpan<byte> DoneDate { get; private set; }

    /// <summary>The text's stat as it came.</summary>
    public ReadOnlySpan<byte> Stat { get; private set; }

    /// <summary>
    /// Reads the receipt that a deliver_sm carries; false if it carries none.
    /// </summary>
    /// <param name="pdu">The PDU.</param>
    /// <param name="scratch">Room for a UCS-2 text as octets: half its length; 512 octets do for any sane one.</param>
    /// <param name="facts">What it says; spans of the PDU or of <paramref name="scratch"/>.</param>
    /// <param name="trustText">
    /// Whether a text alone makes a receipt, though esm_class says that it is a mobile's message. Some carriers need
    /// it; with it a mobile can forge receipts.
    /// </param>
    public static bool TryRead(
        scoped in DeliverSm pdu, Span<byte> scratch, out ReceiptFacts facts, bool trustText = false) =>
        TryRead(pdu.EsmClass, pdu.DataCoding, pdu.ShortMessage, pdu.Tlvs, scratch, out facts, trustText);

    /// <summary>Reads the receipt that a data_sm carries; see the other overload.</summary>
    public static bool TryRead(
        scoped in DataSm pdu, Span<byte> scratch, out ReceiptFacts facts, bool trustText = false) =>
        TryRead(pdu.EsmClass, pdu.DataCoding, default, pdu.Tlvs, scratch, out facts, trustText);

    private static bool TryRead(
        byte esmClass, byte dataCoding, ReadOnlySpan<byte> text, TlvReader tlvs, Span<byte> scratch,
        out ReceiptFacts facts, bool trustText)
    {
        facts = default;
        facts.State = MessageState.Unknown;
        bool marked = (esmClass & MessageTypeMask) != 0;
        bool tagged = facts.TakeTlvs(tlvs);
        if (!marked && !tagged && !trustText)
        {
            return false;
        }

        if (text.IsEmpty)
        {
            tlvs.TryFind(TlvTag.MessagePayload, out text);
        }

        text = TextOctets(text, esmClass, dataCoding, scratch);
        if (Receipt.TryRead(text, out var receipt))
        {
            facts.TakeText(receipt);
        }

        facts.IsFinal = facts.HasState && facts.State.IsFinal()
            && (esmClass & MessageTypeMask) != IntermediateNotification;
        return !facts.Id.IsEmpty && (marked || tagged || facts.HasState);
    }

    private bool TakeTlvs(TlvReader tlvs)
    {
        bool receipted = false;
        foreach (var tlv in tlvs)
        {
            var value = tlv.Value;
            if (tlv.Tag == TlvTag.ReceiptedMessageId && Id.IsEmpty)
            {
                Id = UpToNul(value);
                receipted = !Id.IsEmpty;
            }
            else if (tlv.Tag == TlvTag.MessageState && value.Length == 1 && value[0] <= (byte)MessageState.Skipped)
            {
                State = (MessageState)value[0];
                HasState = true;
            }
            else if (tlv.Tag == TlvTag.NetworkErrorCode && value.Length == 3)
            {
                HasNetworkError = true;
                NetworkType = value[0];
                NetworkError = (ushort)((value[1] << 8) | value[2]);
            }
        }

        return receipted;
    }

    private void TakeText(scoped in Receipt receipt)
    {
        TextId = UpToNul(receipt.Id);
        if (Id.IsEmpty)
        {
            Id = TextId;
        }

        Stat = UpToNul(receipt.Stat);
        if (!HasState && MessageStateExtensions.TryParseStat(Stat, out var state))
        {
            State = state;
            HasState = true;
        }

        Err = UpToNul(receipt.Err);
        SubmitDate = UpToNul(receipt.SubmitDate);
        DoneDate = UpToNul(receipt.DoneDate);
    }

    /// <summary>The text as single octets without a header; UCS-2 (flagged or plain to see) is narrowed.</summary>
    private static ReadOnlySpan<byte> TextOctets(
        ReadOnlySpan<byte> text, byte esmClass, byte dataCoding, Span<byte> scratch)
    {
        if ((esmClass & UserDataHeader.EsmClassBit) != 0 && UserDataHeader.TryRead(text, out var header))
        {
            text = text[header.Length..];
        }

        bool wide = text.Length >= 4 && text[0] == 0 && text[2] == 0 && text[1] != 0;
        if (dataCoding != 8 && !wide)
        {
            return text;
        }

        if (!wide && text.Length >= 2 && text[0] != 0)
        {
            // Flagged as UCS-2, yet its first character is none of ASCII's: single octets after all.
            return text;
        }

        int length = Math.Min(text.Length / 2, scratch.Length);
        for (int i = 0; i < length; i++)
        {
            scratch[i] = text[i * 2] == 0 ? text[(i * 2) + 1] : (byte)'?';
        }

        return scratch[..length];
    }

    private static ReadOnlySpan<byte> UpToNul(ReadOnlySpan<byte> value)
    {
        int end = value.IndexOf((byte)0);
        return end < 0 ? value : value[..end];
    }
}
