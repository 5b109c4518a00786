using System.Text;

namespace Codec;

/// <summary>Texts in any alphabet that a peer may use.</summary>
public static class TextCodec
{
    /// <summary>The most characters that so many octets can mean.</summary>
    public static int MaxChars(int octets) => Gsm7.UnpackedLength(octets) + 1;

    /// <summary>The most octets that so many characters can need (UTF-8: three).</summary>
    public static int MaxOctets(int chars) => chars * 3;

    /// <summary>
    /// Decodes at most as many characters as <paramref name="text"/> takes; gives their number. Never fails: what
    /// means nothing becomes U+FFFD or a space. Binary is read as Latin-1.
    /// </summary>
    public static int Decode(Alphabet alphabet, ReadOnlySpan<byte> octets, Span<char> text)
    {
        switch (alphabet)
        {
            case Alphabet.Gsm7: return Gsm7.Decode(octets, text);
            case Alphabet.Gsm7Packed: return DecodePacked(octets, text);
            case Alphabet.Ucs2: return Ucs2.Decode(octets, text);
            case Alphabet.Ucs2LittleEndian: return Ucs2.Decode(octets, text, littleEndian: true);
            case Alphabet.Utf8:
                System.Text.Unicode.Utf8.ToUtf16(octets, text, out _, out int written);
                return written;
            case Alphabet.GsmAsciiSigns:
            case Alphabet.GsmLatin1:
                return DecodeVariant(alphabet, octets, text);
            default:
                int count = Math.Min(octets.Length, text.Length);
                for (int i = 0; i < count; i++)
                {
                    text[i] = Iso8859.ToChar(alphabet, octets[i]);
                }

                return count;
        }
    }

    /// <summary>
    /// Encodes the text; gives the octets written, or -1 if a character is not in the alphabet or they do not fit.
    /// </summary>
    public static int Encode(Alphabet alphabet, ReadOnlySpan<char> text, Span<byte> octets)
    {
        switch (alphabet)
        {
            case Alphabet.Gsm7: return Gsm7.Encode(text, octets);
            case Alphabet.Gsm7Packed: return EncodePacked(text, octets);
            case Alphabet.Ia5: return Ia5.Encode(text, octets);
            case Alphabet.Latin1 or Alphabet.Binary: return Latin1.Encode(text, octets);
            case Alphabet.Ucs2: return Ucs2.Encode(text, octets);
            case Alphabet.Ucs2LittleEndian: return Ucs2.Encode(text, octets, littleEndian: true);
            case Alphabet.Utf8: return Encoding.UTF8.TryGetBytes(text, octets, out int written) ? written : -1;
            case Alphabet.GsmAsciiSigns:
            case Alphabet.GsmLatin1:
                return EncodeVariant(alphabet, text, octets);
            default: return Iso8859.Encode(alphabet, text, octets);
        }
    }

    private static int DecodePacked(ReadOnlySpan<byte> octets, Span<char> text)
    {
        Span<byte> septets = stackalloc byte[8];
        int length = 0;
        bool escaped = false;
        while (!octets.IsEmpty)
        {
            // Seven octets are eight whole septets, so that each block starts on a border.
            var block = octets[..Math.Min(7, octets.Length)];
            octets = octets[block.Length..];
            int count = Gsm7.Unpack(block, septets);
            count = octets.IsEmpty ? Gsm7.TrimPadding(septets[..count]) : count;
            foreach (byte septet in septets[..count])
            {
                if (septet == Gsm7.Escape && !escaped)
                {
                    escaped = true;
                    continue;
                }

                ReadOnlySpan<byte> pair = [Gsm7.Escape, septet];
                length += Gsm7.Decode(escaped ? pair : pair[1..], text[length..]);
                escaped = false;
            }
        }

        return escaped ? length + Gsm7.Decode([Gsm7.Escape], text[length..]) : length;
    }

    private static int EncodePacked(ReadOnlySpan<char> text, Span<byte> octets)
    {
        int septets = Gsm7.Count(text);
        if (septets < 0 || Gsm7.PackedLength(septets) > octets.Length)
        {
            return -1;
        }

        octets[..Gsm7.PackedLength(septets)].Clear();
        Span<byte> pair = stackalloc byte[2];
        int at = 0;
        for (int i = 0; i < text.Length; i++)
        {
            int count = Gsm7.Encode(text.Slice(i, 1), pair);
            foreach (byte septet in pair[..count])
            {
                int bit = at++ * 7;
                int value = septet << (bit & 7);
                octets[bit >> 3] |= (byte)value;
                if (value > byte.MaxValue)
                {
                    octets[(bit >> 3) + 1] = (byte)(value >> 8);
                }
            }
        }

        return Gsm7.PackedLength(septets);
    }

    private static int DecodeVariant(Alphabet alphabet, ReadOnlySpan<byte> octets, Span<char> text)
    {
        int length = 0;
        for (int i = 0; i < octets.Length && length < text.Length; i++)
        {
            int own = Iso8859.VariantChar(alphabet, octets[i]);
            int take = octets[i] == Gsm7.Escape && i + 1 < octets.Length ? 2 : 1;
            text[length] = own >= 0 ? (char)own : '\0';
            length += own >= 0 ? 1 : Gsm7.Decode(octets.Slice(i, take), text[length..]);
            i += own >= 0 ? 0 : take - 1;
        }

        return length;
    }

    private static int EncodeVariant(Alphabet alphabet, ReadOnlySpan<char> text, Span<byte> octets)
    {
        int at = 0;
        for (int i = 0; i < text.Length; i++)
        {
            int own = Iso8859.VariantOctet(alphabet, text[i]);
            int count = own < 0 ? Gsm7.Encode(text.Slice(i, 1), octets[at..]) : at < octets.Length ? 1 : -1;
            if (count < 0)
            {
                return -1;
            }

            if (own >= 0)
            {
                octets[at] = (byte)own;
            }

            at += count;
        }

        return at;
    }
}
