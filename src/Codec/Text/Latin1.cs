using System.Text;

namespace Codec;

/// <summary>data_coding 3: ISO-8859-1, an octet a character.</summary>
public static class Latin1
{
    /// <summary>The first character beyond U+00FF; -1 if there is none.</summary>
    public static int IndexOfUnencodable(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('\0', '\u00FF');

    /// <summary>
    /// Encodes the text; gives the octets written, or -1 if a character is beyond U+00FF or they do not fit.
    /// </summary>
    public static int Encode(ReadOnlySpan<char> text, Span<byte> octets)
    {
        if (octets.Length < text.Length || IndexOfUnencodable(text) >= 0)
        {
            return -1;
        }

        return Encoding.Latin1.GetBytes(text, octets);
    }

    /// <summary>Decodes at most as many characters as <paramref name="text"/> takes; gives their number.</summary>
    public static int Decode(ReadOnlySpan<byte> octets, Span<char> text)
    {
        int count = Math.Min(octets.Length, text.Length);
        return Encoding.Latin1.GetChars(octets[..count], text);
    }
}
