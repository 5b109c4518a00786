using System.Runtime.CompilerServices;
using Appliance.Records;
using Codec;
using Store;

namespace Appliance.Decide;

/// <summary>
/// Writes the deliver_sm that tells an ESME what became of its message: Appendix B's text and the TLVs
/// receipted_message_id, message_state and network_error_code (SMPP 3.4 sections 4.6.1, 5.3.2.12, .31, .35).
/// </summary>
/// <param name="node">This node's number; part of a message id.</param>
public sealed class NoticeWriter(int node)
{
    /// <summary>esm_class: the message is a delivery receipt (SMPP 3.4 section 5.2.12).</summary>
    private const byte DeliveryReceipt = 0x04;

    /// <summary>network_error_code's network type for GSM (SMPP 3.4 section 5.3.2.31).</summary>
    private const byte Gsm = 3;

    private readonly byte[] _minute = new byte[10];
    private long _minuteAt = -1;

    /// <returns>Bytes written.</returns>
    [SkipLocalsInit]
    public int Write(Span<byte> destination, uint sequence, in LiveMessage message)
    {
        Span<byte> id = stackalloc byte[MessageId.TextLength];
        MessageId.TryFormat(message.AcceptedAt, node, message.Position, id);
        var state = MessageStateOf(in message);
        Span<byte> error = stackalloc byte[4];
        error = error[..ErrorText(in message, error)];
        Span<byte> submitted = stackalloc byte[10];
        Span<byte> done = stackalloc byte[10];
        Minute(message.AcceptedAt / 1000, submitted);
        Minute(message.DoneAt, done);
        Span<byte> text = stackalloc byte[200];
        var length = new Receipt
        {
            Id = id,
            Sub = "001"u8,
            Dlvrd = message.State == State.Delivered ? "001"u8 : "000"u8,
            SubmitDate = submitted,
            DoneDate = done,
            Stat = Stat(state),
            Err = error,
            // The message's text is on disk by now; parsers that insist on the field get it empty.
            Text = default,
        }.Write(text, isSound: true);
        var tlvs = new TlvWriter(stackalloc byte[64]);
        tlvs.AddCString(TlvTag.ReceiptedMessageId, id);
        tlvs.AddByte(TlvTag.MessageState, (byte)state);
        tlvs.Add(TlvTag.NetworkErrorCode, [Gsm, (byte)(Number(error) >> 8), (byte)Number(error)]);

        ReadOnlySpan<byte> source = message.Destination;
        ReadOnlySpan<byte> target = message.Source;
        return new DeliverSm
        {
            SourceAddrTon = source[0],
            SourceAddrNpi = source[1],
            SourceAddr = Addresses.Octets(in message.Destination),
            DestAddrTon = target[0],
            DestAddrNpi = target[1],
            DestinationAddr = Addresses.Octets(in message.Source),
            EsmClass = DeliveryReceipt,
            ShortMessage = text[..length],
            Tlvs = new TlvReader(tlvs.Written),
        }.Write(destination, sequence);
    }

    private static MessageState MessageStateOf(in LiveMessage message)
    {
        if (message.Outcome != 0) return (MessageState)message.Outcome;
        return message.State switch
        {
            State.Delivered => MessageState.Delivered,
            State.Expired => MessageState.Expired,
            State.Rejected or State.Blocked => MessageState.Rejected,
            State.Cancelled => MessageState.Deleted,
            State.Failed or State.Undelivered => MessageState.Undeliverable,
            _ => MessageState.Unknown,
        };
    }

    private static ReadOnlySpan<byte> Stat(MessageState state) => state switch
    {
        MessageState.Delivered => "DELIVRD"u8,
        MessageState.Expired => "EXPIRED"u8,
        MessageState.Deleted => "DELETED"u8,
        MessageState.Undeliverable => "UNDELIV"u8,
        MessageState.Accepted => "ACCEPTD"u8,
        MessageState.Rejected => "REJECTD"u8,
        _ => "UNKNOWN"u8,
    };

    /// <summary>The carrier's own error text, or the command_status of a refusal as three hexadecimal digits.</summary>
    private static int ErrorText(in LiveMessage message, Span<byte> text)
    {
        if (message.State == State.Failed)
        {
            var status = message.Error;
            for (var i = 2; i >= 0; i--, status >>= 4) text[i] = "0123456789ABCDEF"u8[(int)(status & 15)];
            return 3;
        }

        var length = 0;
        for (var packed = message.Error; packed != 0 && length < 4; packed <<= 8)
            if (packed >> 24 != 0) text[length++] = (byte)(packed >> 24);
        if (length > 0) return length;
        "000"u8.CopyTo(text);
        return 3;
    }

    private static int Number(ReadOnlySpan<byte> error) =>
        System.Buffers.Text.Utf8Parser.TryParse(error, out int number, out var used) && used == error.Length
            ? number & 0xFFFF
            : 0;

    /// <summary>YYMMDDhhmm in UTC; a minute is written once and copied.</summary>
    private void Minute(long seconds, Span<byte> text)
    {
        var minute = seconds / 60;
        if (minute != _minuteAt)
        {
            _minuteAt = minute;
            DateTimeOffset.FromUnixTimeSeconds(minute * 60)
                .TryFormat(_minute, out _, "yyMMddHHmm", System.Globalization.CultureInfo.InvariantCulture);
        }

        _minute.CopyTo(text);
    }
}
