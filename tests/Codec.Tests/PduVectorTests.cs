using System.Text.Json;

namespace Codec.Tests;

/// <summary>Every PDU of the shared vectors: read as its fields say, written again octet by octet.</summary>
public class PduVectorTests
{
    private const int MaxLength = 65536;

    private static readonly string[] NotOfTheBody =
    [
        "command_length", "command_id", "command_status", "sequence_number", "tlvs", "text", "udh",
        "short_message_after_udh_hex",
    ];

    [VectorFact]
    public void Every_row_is_read_as_its_fields_say() => Vectors.CheckAll("pdu_vectors.jsonl", Check);

    [VectorFact]
    public void Well_formed_rows_are_written_as_they_were_read() => Vectors.CheckAll("pdu_vectors.jsonl", row =>
    {
        if (Expected(row) != "ok")
        {
            return null;
        }

        byte[] pdu = Octets(row);
        byte[] again = new byte[pdu.Length + 1];
        int length = Pdu.Rewrite(pdu, again);
        return length == pdu.Length && again.AsSpan(0, length).SequenceEqual(pdu)
            ? null
            : $"written as {Convert.ToHexStringLower(again.AsSpan(0, Math.Max(0, length)))}";
    });

    private static string? Check(JsonElement row)
    {
        byte[] octets = Octets(row);
        var framed = Frame.Peek(octets, MaxLength, out var header);
        switch (Expected(row))
        {
            case "need_more":
                return framed == FrameStatus.NeedMore ? null : $"frame: {framed}";
            case "need_more_or_reject":
                return framed != FrameStatus.Pdu ? null : "frame: a PDU";
            case "generic_nack":
                return framed == FrameStatus.Pdu && !header.Command.IsKnown() ? null : $"frame: {framed}, {header}";
            case "ok":
            case "tolerate":
            case "ok_then_need_more_or_garbage" when !row.GetProperty("malformed").GetBoolean():
                return CheckFields(row, octets, framed, header);
            default:
                // It may be taken or refused, but by name.
                var visitor = new FieldCollector();
                var status = Pdu.TryDescribe(octets, ref visitor, out _, out var error);
                return status == CommandStatus.ESME_ROK || error.Field.Length > 0 ? null : "refused without a field";
        }
    }

    private static string? CheckFields(JsonElement row, byte[] octets, FrameStatus framed, in Header header)
    {
        var fields = row.GetProperty("fields");
        var visitor = new FieldCollector();
        var status = Pdu.TryDescribe(octets, ref visitor, out var tlvs, out var error);
        if (framed != FrameStatus.Pdu || status != CommandStatus.ESME_ROK)
        {
            return $"{framed}, {error}";
        }

        if (header.Command.Name() != row.GetProperty("command").GetString()
            || header.Length != fields.GetProperty("command_length").GetInt64()
            || (uint)header.Command != fields.GetProperty("command_id").GetInt64()
            || (uint)header.Status != fields.GetProperty("command_status").GetInt64()
            || header.Sequence != fields.GetProperty("sequence_number").GetInt64())
        {
            return header.ToString();
        }

        foreach (var field in fields.EnumerateObject().Where(f => !NotOfTheBody.Contains(f.Name)))
        {
            object? read = visitor.Fields.GetValueOrDefault(field.Name);
            if (!Equals(read, Value(field.Value)))
            {
                return $"{field.Name}: {read ?? "absent"}";
            }
        }

        return CheckTlvs(fields, tlvs) ?? CheckText(fields, visitor);
    }

    private static string? CheckTlvs(JsonElement fields, TlvReader tlvs)
    {
        var read = new List<string>();
        foreach (var tlv in tlvs)
        {
            read.Add($"{(ushort)tlv.Tag} {tlv.Tag.Name()} {tlv.Length} {Convert.ToHexStringLower(tlv.Value)}");
        }

        var expected = !fields.TryGetProperty("tlvs", out var list) ? [] : list.EnumerateArray().Select(tlv =>
            $"{tlv.GetProperty("tag")} {(tlv.TryGetProperty("name", out var name) ? name : "")} "
            + $"{tlv.GetProperty("length")} {tlv.GetProperty("hex")}").ToList();
        return read.SequenceEqual(expected) ? null : "tlvs: " + string.Join(", ", read);
    }

    private static string? CheckText(JsonElement fields, FieldCollector read)
    {
        if (!fields.TryGetProperty("text", out var expected))
        {
            return null;
        }

        byte[] message = Convert.FromHexString((string)read.Fields["short_message_hex"]);
        var octets = message.AsSpan();
        if (((long)read.Fields["esm_class"] & UserDataHeader.EsmClassBit) != 0
            && UserDataHeader.TryRead(octets, out var header))
        {
            octets = octets[header.Length..];
        }

        // What data_coding 0 means is the peer's: one of its alphabets has to give the text.
        byte coding = (byte)(long)read.Fields["data_coding"];
        char[] text = new char[TextCodec.MaxChars(octets.Length)];
        foreach (var alphabet in new[] { Alphabet.Gsm7, Alphabet.Latin1, Alphabet.Ia5 })
        {
            var peer = new PeerAlphabets(alphabet, alphabet);
            if (new string(text, 0, TextCodec.Decode(peer.Of(coding), octets, text)) == expected.GetString())
            {
                return null;
            }
        }

        return $"text: {new string(text, 0, TextCodec.Decode(default(PeerAlphabets).Of(coding), octets, text))}";
    }

    private static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetInt64(),
        JsonValueKind.Array => string.Join(";", value.EnumerateArray().Select(entry =>
            string.Join(",", entry.EnumerateObject().Select(f => $"{f.Name}={f.Value}")))),
        _ => value.GetString(),
    };

    private static string Expected(JsonElement row) => row.GetProperty("expect").GetString()!;

    private static byte[] Octets(JsonElement row) => Convert.FromHexString(row.GetProperty("hex").GetString()!);
}
