namespace Codec;

/// <summary>The alphabets of an octet a character, and the two GSM variants' own octets.</summary>
internal static class Iso8859
{
    private const string Latin9 = "\u20AC\u0160\u0161\u017D\u017E\u0152\u0153\u0178";

    /// <summary>Where Latin-9 differs from Latin-1, in the order of <see cref="Latin9"/>.</summary>
    private static ReadOnlySpan<byte> Latin9Octets => [0xA4, 0xA6, 0xA8, 0xB4, 0xB8, 0xBC, 0xBD, 0xBE];

    public static char ToChar(Alphabet alphabet, byte octet)
    {
        switch (alphabet)
        {
            case Alphabet.Latin9:
                int index = Latin9Octets.IndexOf(octet);
                return index < 0 ? (char)octet : Latin9[index];
            case Alphabet.Cyrillic when octet > 0xA0:
                return octet switch
                {
                    0xAD => '\u00AD',
                    0xF0 => '\u2116',
                    0xFD => '\u00A7',
                    _ => (char)(octet - 0xA0 + 0x400),
                };
            case Alphabet.Hebrew when octet is >= 0xE0 and <= 0xFA:
                return (char)(octet - 0xE0 + 0x5D0);
            case Alphabet.Hebrew when octet is 0xAA:
                return '\u00D7';
            case Alphabet.Hebrew when octet is 0xBA:
                return '\u00F7';
            case Alphabet.Hebrew when octet is 0xA1 or (> 0xBE and < 0xDF) or 0xFB or 0xFC or 0xFF:
                return '\uFFFD';
            case Alphabet.Hebrew when octet is 0xDF:
                return '\u2017';
            default:
                return (char)octet;
        }
    }

    public static int Encode(Alphabet alphabet, ReadOnlySpan<char> text, Span<byte> octets)
    {
        if (octets.Length < text.Length)
        {
            return -1;
        }

        for (int i = 0; i < text.Length; i++)
        {
            int octet = ToOctet(alphabet, text[i]);
            if (octet < 0)
            {
                return -1;
            }

            octets[i] = (byte)octet;
        }

        return text.Length;
    }

    /// <summary>The character that the octet means in a GSM variant, where that is not GSM's; -1 where it is.</summary>
    public static int VariantChar(Alphabet alphabet, byte octet) => alphabet switch
    {
        Alphabet.GsmAsciiSigns => octet is (byte)'@' or (byte)'$' ? octet : -1,
        _ => octet == 0x7F ? 'Δ' : octet is >= 0x20 and not Gsm7.Escape ? octet : -1,
    };

    /// <summary>The octet of a character in a GSM variant, where that is not GSM's; -1 where it is.</summary>
    public static int VariantOctet(Alphabet alphabet, char c) => alphabet switch
    {
        Alphabet.GsmAsciiSigns => c is '@' or '$' ? c : -1,
        _ when c == 'Δ' => 0x7F,
        _ => c is (>= ' ' and <= '~' or >= '\u00A0' and <= '\u00FF') and not ('[' or ']' or '{' or '}' or '~' or '^'
            or '|' or '\\') ? c : -1,
    };

    private static int ToOctet(Alphabet alphabet, char c)
    {
        // The lower half is ASCII's in all of them; the upper has 96 octets to look through.
        if (c < 0xA0)
        {
            return c;
        }

        for (int octet = 0xA0; octet <= 0xFF; octet++)
        {
            if (c != '\uFFFD' && ToChar(alphabet, (byte)octet) == c)
            {
                return octet;
            }
        }

        return -1;
    }
}
