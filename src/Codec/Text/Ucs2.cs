using System.Buffers.Binary;

namespace Codec;

/// <summary>
/// data_coding 8: two octets a code unit, big-endian. The specification says UCS-2, the field sends UTF-16 (emoji), so
/// surrogate pairs are kept. Little-endian exists among peers, and is offered for them.
/// </summary>
public static class Ucs2
{
    /// <summary>Encodes the text; gives the octets written, or -1 if they do not fit.</summary>
    public static int Encode(ReadOnlySpan<char> text, Span<byte> octets, bool littleEndian = false)
    {
        int length = text.Length * 2;
        if (octets.Length < length)
        {
            return -1;
        }

        for (int i = 0; i < text.Length; i++)
        {
            if (littleEndian)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(octets[(i * 2)..], text[i]);
            }
            else
            {
                BinaryPrimitives.WriteUInt16BigEndian(octets[(i * 2)..], text[i]);
            }
        }

        return length;
    }

    /// <summary>
    /// Decodes at most as many characters as <paramref name="text"/> takes; gives their number. Never fails: a
    /// surrogate without its other half becomes U+FFFD, an odd last octet is left out.
    /// </summary>
    public static int Decode(ReadOnlySpan<byte> octets, Span<char> text, bool littleEndian = false)
    {
        int count = Math.Min(octets.Length / 2, text.Length);
        for (int i = 0; i < count; i++)
        {
            char c = At(octets, i, littleEndian);
            text[i] = c;
            if (!char.IsSurrogate(c))
            {
                continue;
            }

            bool pair = char.IsHighSurrogate(c) && i + 1 < count
                && char.IsLowSurrogate(At(octets, i + 1, littleEndian));
            if (pair)
            {
                text[++i] = At(octets, i, littleEndian);
            }
            else
            {
                text[i] = '\uFFFD';
            }
        }

        return count;
    }

    /// <summary>Whether there are whole code units only, and whole surrogate pairs.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> octets, bool littleEndian = false)
    {
        for (int i = 0; i < octets.Length / 2; i++)
        {
            char c = At(octets, i, littleEndian);
            if (char.IsLowSurrogate(c))
            {
                return false;
            }

            if (char.IsHighSurrogate(c)
                && !(++i < octets.Length / 2 && char.IsLowSurrogate(At(octets, i, littleEndian))))
            {
                return false;
            }
        }

        return octets.Length % 2 == 0;
    }

    private static char At(ReadOnlySpan<byte> octets, int index, bool littleEndian)
    {
        var unit = octets.Slice(index * 2, 2);
        return (char)(littleEndian
            ? BinaryPrimitives.ReadUInt16LittleEndian(unit)
            : BinaryPrimitives.ReadUInt16BigEndian(unit));
    }
}
