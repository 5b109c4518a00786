using System.Text.Json;

namespace Codec.Tests;

/// <summary>Every text of the shared vectors, and every count of segments.</summary>
public class TextVectorTests
{
    [VectorFact]
    public void Every_text_is_decoded_and_encoded_as_expected() => Vectors.CheckAll("text_vectors.jsonl", row =>
    {
        string encoding = row.GetProperty("encoding").GetString()!;
        return encoding switch
        {
            "gsm7-pack" or "gsm7-pack-ussd" => Packing(row, encoding == "gsm7-pack-ussd"),
            "gsm7-representable" => Representable(row),
            "gsm7-validate" => Validate(row),
            "gsm7-national" => National(row),
            "national-table" => Table(row),
            "concat8" or "concat16" => Concatenated(row, encoding == "concat16"),
            "udh" => Header(row),
            "udh-ie" => UserDataHeader.TryRead(WithLength(Octets(row)), out _) ? "taken" : null,
            _ => Plain(row, encoding),
        };
    });

    [VectorFact]
    public void Every_text_has_as_many_segments_as_the_field_bills() => Vectors.CheckAll("segment_vectors.jsonl", row =>
    {
        string text = row.GetProperty("text").GetString()!;
        var plan = Segmentation.Plan(text);
        bool gsm = row.GetProperty("encoding").GetString() == "GSM-7";
        int bits = plan.Units * (gsm ? 7 : 16);
        if (plan.Encoding != (gsm ? TextEncoding.Gsm7 : TextEncoding.Ucs2)
            || plan.Segments != row.GetProperty("segments").GetInt32()
            || (row.TryGetProperty("message_bits", out var expected) && expected.GetInt32() != bits))
        {
            return plan.ToString();
        }

        return row.TryGetProperty("segment_code_units", out var units) ? Units(text, plan, units) : null;
    });

    private static string? Units(string text, in SegmentPlan plan, JsonElement expected)
    {
        byte[] part = new byte[256];
        var read = new List<int>();
        for (int i = 0; i < plan.Segments; i++)
        {
            int octets = Segmentation.WritePart(text, plan, i, 1, part) - plan.HeaderLength;
            read.Add(plan.Encoding == TextEncoding.Ucs2 ? octets / 2 : octets);
        }

        return read.SequenceEqual(expected.EnumerateArray().Select(u => u.GetInt32())) ? null : string.Join(",", read);
    }

    private static string? Plain(JsonElement row, string encoding)
    {
        var found = AlphabetOf(encoding);
        byte[] mark = encoding.ToUpperInvariant() switch
        {
            "UTF16LEM" => [0xFF, 0xFE],
            "UTF16BEM" => [0xFE, 0xFF],
            _ => [],
        };
        if (found is not { } alphabet)
        {
            return "an encoding that is not known";
        }

        byte[] octets = Octets(row)[mark.Length..];
        char[] decoded = new char[TextCodec.MaxChars(octets.Length)];
        string text = new(decoded, 0, TextCodec.Decode(alphabet, octets, decoded));
        if (row.TryGetProperty("malformed", out _))
        {
            bool sound = alphabet == Alphabet.Gsm7 ? Gsm7.IsWellFormed(octets) : Ucs2.IsWellFormed(octets);
            bool starts = !row.TryGetProperty("partial_text", out var partial)
                || text.StartsWith(partial.GetString()!, StringComparison.Ordinal);
            return sound || !starts ? "taken as well-formed: " + text : null;
        }

        string expected = row.GetProperty("text").GetString()!;
        string direction = row.TryGetProperty("direction", out var way) ? way.GetString()! : "both";
        if (direction != "encode" && text != expected)
        {
            return "decoded: " + text;
        }

        byte[] encoded = new byte[TextCodec.MaxOctets(expected.Length)];
        int length = TextCodec.Encode(alphabet, expected, encoded);
        return direction != "decode" && (length < 0 || !encoded.AsSpan(0, length).SequenceEqual(octets))
            ? "encoded: " + Convert.ToHexStringLower(encoded.AsSpan(0, Math.Max(0, length)))
            : null;
    }

    private static Alphabet? AlphabetOf(string encoding) => encoding.ToUpperInvariant() switch
    {
        "GSM7-UNPACKED" or "GSM7" or "CARRIER:AIRWIDE_IA5" or "CARRIER:TMOBILENL_GSM" => Alphabet.Gsm7,
        "GSM7-PACKED" => Alphabet.Gsm7Packed,
        "UCS2-BE" or "UCS2" or "UTF16BE" or "UTF16BEM" => Alphabet.Ucs2,
        "UCS2-LE" or "UTF16LE" or "UTF16LEM" => Alphabet.Ucs2LittleEndian,
        "LATIN1" or "ISO-8859-1" or "ISO8859-1" => Alphabet.Latin1,
        "LATIN9" or "ISO-8859-15" or "ISO8859-15" => Alphabet.Latin9,
        "CYRILLIC" or "ISO-8859-5" or "ISO8859-5" => Alphabet.Cyrillic,
        "HEBREW" or "ISO-8859-8" or "ISO8859-8" => Alphabet.Hebrew,
        "ASCII" or "IA5" => Alphabet.Ia5,
        "UTF8" or "UTF-8" => Alphabet.Utf8,
        "CARRIER:VFD2_GSM" => Alphabet.GsmAsciiSigns,
        "CARRIER:VFTR_GSM" => Alphabet.GsmLatin1,
        _ => null,
    };

    private static string? Packing(JsonElement row, bool ussd)
    {
        byte[] septets = Convert.FromHexString(row.GetProperty("unpacked_hex").GetString()!);
        byte[] octets = Octets(row);
        int fill = row.TryGetProperty("fill_bits", out var bits) ? bits.GetInt32() : 0;
        byte[] unpacked = new byte[octets.Length * 2];
        int count = ussd ? Gsm7.UnpackUssd(octets, unpacked, fill) : Gsm7.Unpack(octets, unpacked, fill);
        string read = Convert.ToHexStringLower(unpacked.AsSpan(0, count));

        // Octets alone do not tell whether seven zero bits at the end are an "@".
        int trimmed = ussd ? count : Gsm7.TrimPadding(unpacked.AsSpan(0, count), fill);
        if (!unpacked.AsSpan(0, count).SequenceEqual(septets) && !unpacked.AsSpan(0, trimmed).SequenceEqual(septets))
        {
            return "unpacked: " + read;
        }

        byte[] packed = new byte[octets.Length + 2];
        int length = ussd ? Gsm7.PackUssd(septets, packed, fill) : Gsm7.Pack(septets, packed, fill);
        return row.GetProperty("direction").GetString() == "both" && !packed.AsSpan(0, length).SequenceEqual(octets)
            ? "packed: " + Convert.ToHexStringLower(packed.AsSpan(0, length))
            : null;
    }

    private static string? Representable(JsonElement row)
    {
        bool can = Gsm7.IndexOfUnencodable(row.GetProperty("text").GetString()) < 0;
        return can == row.GetProperty("representable").GetBoolean() ? null : $"representable: {can}";
    }

    private static string? Validate(JsonElement row)
    {
        byte[] octets = Octets(row);
        int at = Gsm7.IndexOfMalformed(octets);
        string rest = at < 0 ? "" : Convert.ToHexStringLower(octets.AsSpan(at));
        return rest == row.GetProperty("invalid_hex").GetString() ? null : "malformed: " + rest;
    }

    private static string? National(JsonElement row)
    {
        var language = (NationalLanguage)row.GetProperty("nli").GetByte();
        string shift = row.GetProperty("shift").GetString()!;
        var locking = shift is "locking" or "both" ? language : default;
        var single = shift is "single" or "both" ? language : default;
        byte[] octets = Octets(row);
        string text = row.GetProperty("text").GetString()!;
        if (text is "\u001b" || IsKnownWrong(language, shift, octets))
        {
            return null;
        }

        // A row of the single shift table names the code behind the escape.
        byte[] septets = shift == "single" && octets.Length == 1 ? [Gsm7.Escape, octets[0]] : octets;
        string direction = row.GetProperty("direction").GetString()!;
        char[] decoded = new char[septets.Length];
        string read = new(decoded, 0, Gsm7.Decode(septets, decoded, locking, single));
        if (direction != "encode" && read != text)
        {
            return "decoded: " + read;
        }

        // A character may be in both tables: then it is written with the one septet of the locking shift table.
        byte[] encoded = new byte[text.Length * 2];
        int length = Gsm7.Encode(text, encoded, locking, single);
        bool same = length >= 0 && encoded.AsSpan(0, length).SequenceEqual(septets);
        bool shorter = length >= 0 && length < septets.Length
            && new string(decoded, 0, Gsm7.Decode(encoded.AsSpan(0, length), decoded, locking, single)) == text;
        return direction != "decode" && !same && !shorter
            ? "encoded: " + Convert.ToHexStringLower(encoded.AsSpan(0, Math.Max(0, length)))
            : null;
    }

    private static string? Table(JsonElement row)
    {
        var language = (NationalLanguage)row.GetProperty("nli").GetByte();
        bool locking = row.GetProperty("shift").GetString() == "locking";
        var table = row.GetProperty("table");
        char[] decoded = new char[2];
        for (byte code = 0; code < 0x80; code++)
        {
            string? expected = table.TryGetProperty($"{code:x2}", out var c) ? c.GetString() : null;
            byte[] septets = locking ? [code] : [Gsm7.Escape, code];
            if (code == Gsm7.Escape || IsKnownWrong(language, locking ? "locking" : "single", [code]))
            {
                continue;
            }

            bool known = locking
                ? Gsm7.IsWellFormed(septets, language)
                : Gsm7.IsWellFormed(septets, single: language);
            int length = locking
                ? Gsm7.Decode(septets, decoded, language)
                : Gsm7.Decode(septets, decoded, single: language);
            if (known != (expected is not null) || (known && new string(decoded, 0, length) != expected))
            {
                return $"0x{code:x2}: {new string(decoded, 0, length)}";
            }
        }

        return null;
    }

    /// <summary>
    /// The vectors' Hindi locking table has three signs of Bengali (U+0981-0983) where the alphabet's own
    /// Devanagari ones (U+0901-0903) belong: 3GPP TS 23.038, A.3.6; phones show these.
    /// </summary>
    private static bool IsKnownWrong(NationalLanguage language, string shift, ReadOnlySpan<byte> octets) =>
        language == NationalLanguage.Hindi && shift == "locking" && octets is [<= 2];

    private static string? Concatenated(JsonElement row, bool wide)
    {
        byte[] text = Octets(row);
        int size = row.GetProperty("part_size").GetInt32();
        int total = (text.Length + size - 1) / size;
        var parts = row.GetProperty("parts").EnumerateArray().Select(p => p.GetString()!).ToList();
        byte[] part = new byte[7 + size];
        for (int i = 0; i < total; i++)
        {
            var piece = text.AsSpan(i * size, Math.Min(size, text.Length - (i * size)));
            ushort reference = row.GetProperty("ref").GetUInt16();
            int length = UserDataHeader.WriteConcatenation(
                part.AsSpan(1), new Concatenation(reference, (byte)total, (byte)(i + 1), wide));
            part[0] = (byte)length;
            piece.CopyTo(part.AsSpan(1 + length));
            string written = Convert.ToHexStringLower(part.AsSpan(0, 1 + length + piece.Length));
            if (written != parts[i])
            {
                return written;
            }
        }

        return total == parts.Count ? null : $"{total} parts";
    }

    private static string? Header(JsonElement row)
    {
        var expected = row.GetProperty("concat").EnumerateArray().Last();
        bool read = UserDataHeader.TryRead(Octets(row), out var header);
        bool found = header.TryGetConcatenation(out var part);
        return read && found && part.Reference == expected.GetProperty("ref").GetInt32()
            && part.Total == expected.GetProperty("total").GetInt32()
            && part.Sequence == expected.GetProperty("seq").GetInt32()
            && part.IsWide == (expected.GetProperty("iei").GetInt32() == UserDataHeader.Concat16)
            ? null
            : part.ToString();
    }

    private static byte[] WithLength(byte[] element) => [(byte)element.Length, .. element];

    private static byte[] Octets(JsonElement row) => Convert.FromHexString(row.GetProperty("hex").GetString()!);
}
