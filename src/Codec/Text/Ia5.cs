namespace Codec;

/// <summary>data_coding 1: IA5, which is ASCII: an octet a character below 0x80.</summary>
public static class Ia5
{
    /// <summary>The first character beyond U+007F; -1 if there is none.</summary>
    public static int IndexOfUnencodable(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('\0', '\u007F');

    /// <summary>
    /// Encodes the text; gives the octets written, or -1 if a character is beyond U+007F or they do not fit.
    /// </summary>
    public static int Encode(ReadOnlySpan<char> text, Span<byte> octets) =>
        IndexOfUnencodable(text) >= 0 ? -1 : Latin1.Encode(text, octets);

    /// <summary>
    /// Decodes at most as many characters as <paramref name="text"/> takes; gives their number. What is beyond 0x7F
    /// is read as Latin-1, which is what peers mean that send it.
    /// </summary>
    public static int Decode(ReadOnlySpan<byte> octets, Span<char> text) => Latin1.Decode(octets, text);
}
