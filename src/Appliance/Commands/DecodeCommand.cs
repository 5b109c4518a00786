using System.Buffers;
using System.CommandLine;
using System.Text.Json;
using System.Text.Unicode;
using Codec;

namespace Appliance.Commands;

/// <summary><c>appliance decode pdu|receipt</c>: one item a line in, one JSON object a line out.</summary>
internal static class DecodeCommand
{
    /// <summary>Beyond any PDU's sense: message_payload has at most 65,535 octets.</summary>
    private const int MaxPdu = 1024 * 1024;

    /// <summary>The command with its two subcommands.</summary>
    public static Command Create()
    {
        var pdu = new Command("pdu", "Decode PDUs: hexadecimal digits, one PDU a line.");
        pdu.SetAction(_ => Run(DecodePdu));
        var receipt = new Command("receipt", "Decode delivery receipts: a receipt's text a line.");
        receipt.SetAction(_ => Run(DecodeReceipt));
        return new Command("decode", "Decode PDUs or receipts from standard input to lines of JSON.") { pdu, receipt };
    }

    /// <summary>Writes what one line of hexadecimal digits says.</summary>
    internal static void DecodePdu(ReadOnlySpan<byte> line, Utf8JsonWriter json)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent((line.Length / 2) + 1);
        if (TryParseHex(line, rented, out int length, out string? error))
        {
            DecodePdu(rented.AsSpan(0, length), length, json);
        }
        else
        {
            json.WriteString("error"u8, error);
        }

        ArrayPool<byte>.Shared.Return(rented);
    }

    private static void DecodePdu(ReadOnlySpan<byte> buffer, int length, Utf8JsonWriter json)
    {
        var status = Frame.Peek(buffer, MaxPdu, out var header);
        switch (status)
        {
            case FrameStatus.NeedMore:
                json.WriteString("error"u8, "incomplete"u8);
                WriteWhich(json, header, length);
                json.WriteNumber("bytes_present"u8, length);
                json.WriteNumber("bytes_needed"u8, Math.Max(header.Length, Header.Size));
                break;
            case FrameStatus.BadLength:
                json.WriteString("error"u8, $"command_length: {header.Length}, expected {Header.Size} to {MaxPdu}");
                WriteWhich(json, header, length);
                break;
            default:
                WritePdu(buffer[..(int)header.Length], header, json);
                if (length > header.Length)
                {
                    json.WriteNumber("bytes_left"u8, length - header.Length);
                }

                break;
        }
    }

    /// <summary>Writes what one receipt's text says.</summary>
    internal static void DecodeReceipt(ReadOnlySpan<byte> line, Utf8JsonWriter json)
    {
        // A text with line ends or control characters can be given as a JSON string.
        if (line.Length > 1 && line[0] == '"' && line[^1] == '"' && TryUnquote(line, out byte[] unquoted))
        {
            line = unquoted;
        }

        if (!Utf8.IsValid(line))
        {
            line = FromLatin1(line);
        }

        if (!Receipt.TryRead(line, out var receipt))
        {
            json.WriteString("error"u8, "not a receipt: no id, sub, dlvrd, submit date, done date, stat, err or text");
            return;
        }

        Write("id"u8, receipt.Has(ReceiptFields.Id), receipt.Id, json);
        Write("sub"u8, receipt.Has(ReceiptFields.Sub), receipt.Sub, json);
        Write("dlvrd"u8, receipt.Has(ReceiptFields.Dlvrd), receipt.Dlvrd, json);
        Write("submit_date"u8, receipt.Has(ReceiptFields.SubmitDate), receipt.SubmitDate, json);
        Write("done_date"u8, receipt.Has(ReceiptFields.DoneDate), receipt.DoneDate, json);
        Write("stat"u8, receipt.Has(ReceiptFields.Stat), receipt.Stat, json);
        Write("err"u8, receipt.Has(ReceiptFields.Err), receipt.Err, json);
        Write("text"u8, receipt.Has(ReceiptFields.Text), receipt.Text, json);
    }

    private static int Run(LineFilter.LineHandler handler)
    {
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        return LineFilter.Run(input, output, handler);
    }

    private static void WritePdu(ReadOnlySpan<byte> pdu, in Header header, Utf8JsonWriter json)
    {
        if (!header.Command.IsKnown())
        {
            json.WriteString("error"u8, $"command_id: 0x{(uint)header.Command:x8} is none of SMPP 5.0's");
            json.WriteNumber("sequence"u8, header.Sequence);
            return;
        }

        // The fields are written as they are read; only once all are known to be sound is the object begun.
        var check = default(NullVisitor);
        var status = Pdu.TryDescribe(pdu, ref check, out var tlvs, out var error);
        if (status != CommandStatus.ESME_ROK)
        {
            json.WriteString("error"u8, error.ToString());
            WriteWhich(json, header, pdu.Length);
            json.WriteString("response_status"u8, status.Name());
            return;
        }

        json.WriteString("command"u8, header.Command.Name());
        json.WriteNumber("status"u8, (uint)header.Status);
        if (header.Status.IsKnown())
        {
            json.WriteString("status_name"u8, header.Status.Name());
        }

        json.WriteNumber("sequence"u8, header.Sequence);
        json.WriteStartObject("fields"u8);
        var visitor = new JsonVisitor(json);
        _ = Pdu.TryDescribe(pdu, ref visitor, out _, out _);
        json.WriteEndObject();
        WriteTlvs(tlvs, json);
    }

    private static void WriteTlvs(TlvReader tlvs, Utf8JsonWriter json)
    {
        json.WriteStartArray("tlvs"u8);
        foreach (var tlv in tlvs)
        {
            json.WriteStartObject();
            json.WriteNumber("tag"u8, (ushort)tlv.Tag);
            json.WriteString("name"u8, tlv.Tag.Name());
            JsonVisitor.WriteHex(json, "hex"u8, tlv.Value);
            if (tlv.IsTruncated)
            {
                json.WriteNumber("length"u8, tlv.Length);
                json.WriteBoolean("truncated"u8, true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>What is known of a PDU that cannot be decoded.</summary>
    private static void WriteWhich(Utf8JsonWriter json, in Header header, int length)
    {
        if (length < Header.Size)
        {
            return;
        }

        if (header.Command.IsKnown())
        {
            json.WriteString("command"u8, header.Command.Name());
        }

        json.WriteNumber("sequence"u8, header.Sequence);
    }

    private static void Write(ReadOnlySpan<byte> name, bool present, ReadOnlySpan<byte> value, Utf8JsonWriter json)
    {
        if (present)
        {
            json.WriteString(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static bool TryParseHex(ReadOnlySpan<byte> line, Span<byte> octets, out int length, out string? error)
    {
        length = 0;
        error = null;
        int digits = 0;
        for (int i = 0; i < line.Length; i++)
        {
            int value = Digit(line[i]);
            if (value < 0 && line[i] is (byte)' ' or (byte)'\t')
            {
                continue;
            }

            if (value < 0)
            {
                error = $"hex: character {i + 1} is not a hexadecimal digit";
                return false;
            }

            octets[digits / 2] = (byte)((octets[digits / 2] << 4) | value);
            digits++;
        }

        length = digits / 2;
        error = digits % 2 == 0 ? null : $"hex: {digits} digits, expected an even number";
        return error is null;
    }

    private static int Digit(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        _ => -1,
    };

    private static bool TryUnquote(ReadOnlySpan<byte> line, out byte[] text)
    {
        text = [];
        try
        {
            var reader = new Utf8JsonReader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.String)
            {
                return false;
            }

            text = System.Text.Encoding.UTF8.GetBytes(reader.GetString() ?? "");
            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Not JSON after all: the quotes are the text's own.
            return false;
        }
    }

    private static byte[] FromLatin1(ReadOnlySpan<byte> line) =>
        System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.Latin1.GetString(line));

    /// <summary>Reads without writing.</summary>
    private struct NullVisitor : IPduVisitor
    {
        public readonly void Number(ReadOnlySpan<byte> name, uint value)
        {
        }

        public readonly void Text(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
        }

        public readonly void Octets(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
        }

        public readonly void List(ReadOnlySpan<byte> name, DestAddressList value)
        {
        }

        public readonly void List(ReadOnlySpan<byte> name, UnsuccessSmeList value)
        {
        }
    }
}
