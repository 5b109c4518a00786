namespace Codec;

/// <summary>From a character to its code in the default tables, which nearly every message uses.</summary>
public static partial class Gsm7
{
    /// <summary>A code that a table does not use, and the escape's place.</summary>
    private const char Reserved = '\uFFFD';

    private const byte Absent = 0xFF;

    /// <summary>All characters of the default tables but the euro sign (U+20AC) are below this.</summary>
    private const int Range = 0x3AA;

    private static readonly byte[] DefaultCodes = Invert();

    private static byte[] Invert()
    {
        var codes = new byte[Range];
        Array.Fill(codes, Absent);
        for (int code = 0x7F; code >= 0; code--)
        {
            char extended = DefaultSingle[code];
            if (extended < Range)
            {
                codes[extended] = (byte)(code | Extended);
            }
        }

        for (int code = 0; code <= 0x7F; code++)
        {
            char c = DefaultLocking[code];
            if (c < Range)
            {
                codes[c] = (byte)code;
            }
        }

        return codes;
    }
}
