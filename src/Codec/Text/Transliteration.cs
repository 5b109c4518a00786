namespace Codec;

/// <summary>What a transliteration did.</summary>
/// <param name="Length">Characters of the new text; -1 if it did not fit.</param>
/// <param name="Changed">How many characters were replaced.</param>
/// <param name="FirstChanged">Where the first of them is in the old text; -1 if none was.</param>
/// <param name="Unencodable">How many characters are still not of the GSM alphabet.</param>
public readonly record struct TransliterationResult(int Length, int Changed, int FirstChanged, int Unencodable);

/// <summary>
/// Brings a text into the GSM default alphabet as far as a reader would not mind: typographic quotes, dashes, spaces,
/// dots and ligatures, accents that the alphabet lacks, Greek letters that look like Latin ones. Emoji, other scripts
/// and anything else without a plain form stay, so that the text is then sent as UTF-16.
/// </summary>
public static class Transliteration
{
    private const string From =
        "\u2018\u2019\u201A\u201B\u2032\u00B4\u02BC`\u201C\u201D\u201E\u201F\u2033\u00AB\u00BB\u2039\u203A"
        + "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00AD\u00A0\u2002\u2003\u2007\u2009\u202F\t\u2022\u00B7"
        + "\u2026\u00A9\u00AE\u2122\uFB01\uFB02\u0152\u0153\u0132\u0133\u00BD\u00BC\u00BE\u200B\uFEFF"
        + "\u0391\u0392\u0395\u0396\u0397\u0399\u039A\u039C\u039D\u039F\u03A1\u03A4\u03A5\u03A7"
        + "\u0141\u0142\u0110\u0111\u00D0\u00F0\u00DE\u00FE\u0131\u0130\u0126\u0127\u00E7";

    private static readonly string[] To =
    [
        "'", "'", ",", "'", "'", "'", "'", "'", "\"", "\"", "\"", "\"", "\"", "\"", "\"", "'", "'",
        "-", "-", "-", "-", "-", "-", "-", "", " ", " ", " ", " ", " ", " ", " ", "*", ".",
        "...", "(c)", "(r)", "TM", "fi", "fl", "OE", "oe", "IJ", "ij", "1/2", "1/4", "3/4", "", "",
        "A", "B", "E", "Z", "H", "I", "K", "M", "N", "O", "P", "T", "Y", "X",
        "L", "l", "D", "d", "D", "d", "Th", "th", "i", "I", "H", "h", "c",
    ];

    /// <summary>
    /// Latin letters with accents, by what they are without: the base letter, then its accented forms.
    /// </summary>
    private static readonly string[] Accents =
    [
        "AÀÁÂÃĀĂĄǍ", "aáâãāăąǎ", "CĆĈĊČ", "cćĉċč", "DĎ", "dď", "EÈÊËĒĔĖĘĚ", "eêëēĕėęě", "GĜĞĠĢ", "gĝğġģ", "HĤ", "hĥ",
        "IÌÍÎÏĨĪĬĮ", "iíîïĩīĭį", "JĴ", "jĵ", "KĶ", "kķ", "LĹĻĽ", "lĺļľ", "NŃŅŇ", "nńņň", "OÒÓÔÕŌŎŐ", "oóôõōŏő",
        "RŔŖŘ", "rŕŗř", "SŚŜŞŠȘ", "sśŝşšș", "TŢŤȚ", "tţťț", "UÙÚÛŨŪŬŮŰŲ", "uúûũūŭůűų", "WŴ", "wŵ", "YÝŶŸ", "yýÿŷ",
        "ZŹŻŽ", "zźżž",
    ];

    /// <summary>Writes the text into <paramref name="destination"/> with what can be said plainly said so.</summary>
    public static TransliterationResult ToGsm(ReadOnlySpan<char> text, Span<char> destination)
    {
        int length = 0;
        int changed = 0;
        int first = -1;
        int unencodable = 0;
        for (int i = 0; i < text.Length; i++)
        {
            var plain = text.Slice(i, 1);
            if (Gsm7.IndexOfUnencodable(plain) >= 0)
            {
                if (TryReplace(text[i], out var replacement))
                {
                    plain = replacement;
                    changed++;
                    first = first < 0 ? i : first;
                }
                else
                {
                    unencodable++;
                }
            }

            if (plain.Length > destination.Length - length)
            {
                return new TransliterationResult(-1, changed, first, unencodable);
            }

            plain.CopyTo(destination[length..]);
            length += plain.Length;
        }

        return new TransliterationResult(length, changed, first, unencodable);
    }

    private static bool TryReplace(char c, out ReadOnlySpan<char> replacement)
    {
        int index = From.IndexOf(c);
        if (index >= 0)
        {
            replacement = To[index];
            return true;
        }

        if (c is >= '\u00C0' and < '\u0250')
        {
            foreach (string row in Accents)
            {
                if (row.IndexOf(c) > 0)
                {
                    replacement = row.AsSpan(0, 1);
                    return true;
                }
            }
        }

        replacement = default;
        return false;
    }
}
