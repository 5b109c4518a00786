namespace Codec;

/// <summary>
/// The GSM 7-bit alphabets (3GPP TS 23.038, 6.2.1): one septet an octet, as SMPP carries them. A character of the
/// extension table is an escape (0x1B) and its code: two septets that belong together.
/// </summary>
public static partial class Gsm7
{
    /// <summary>The septet that says that the next one is of the single shift table.</summary>
    public const byte Escape = 0x1B;

    /// <summary>What <see cref="Code"/> gives for a character that the alphabet lacks.</summary>
    internal const int None = -1;

    private const int Extended = 0x80;

    /// <summary>
    /// Septets that the text needs; -1 if a character is not in the alphabet (see <see cref="IndexOfUnencodable"/>).
    /// </summary>
    public static int Count(
        ReadOnlySpan<char> text, NationalLanguage locking = default, NationalLanguage single = default)
    {
        int septets = 0;
        foreach (char c in text)
        {
            int code = Code(c, locking, single);
            if (code == None)
            {
                return -1;
            }

            septets += code < Extended ? 1 : 2;
        }

        return septets;
    }

    /// <summary>The first character that is not in the alphabet; -1 if all are.</summary>
    public static int IndexOfUnencodable(
        ReadOnlySpan<char> text, NationalLanguage locking = default, NationalLanguage single = default)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (Code(text[i], locking, single) == None)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>
    /// Encodes the text, one septet an octet; gives the septets written, or -1 if a character is not in the alphabet
    /// or <paramref name="septets"/> is too short.
    /// </summary>
    public static int Encode(
        ReadOnlySpan<char> text, Span<byte> septets,
        NationalLanguage locking = default, NationalLanguage single = default)
    {
        int at = 0;
        foreach (char c in text)
        {
            int code = Code(c, locking, single);
            if (code == None || at + (code < Extended ? 1 : 2) > septets.Length)
            {
                return -1;
            }

            if (code >= Extended)
            {
                septets[at++] = Escape;
            }

            septets[at++] = (byte)(code & 0x7F);
        }

        return at;
    }

    /// <summary>
    /// Decodes septets, one an octet, into at most as many characters; gives their number. Never fails: as the
    /// specification says, an escape to a code the table lacks gives the code's default character, an escape to an
    /// escape or to nothing a space. An octet beyond 0x7F is no septet; it is read as Latin-1, which is what peers
    /// mean that send one.
    /// </summary>
    public static int Decode(
        ReadOnlySpan<byte> septets, Span<char> text,
        NationalLanguage locking = default, NationalLanguage single = default)
    {
        string table = Locking(locking);
        int length = 0;
        for (int i = 0; i < septets.Length && length < text.Length; i++)
        {
            byte septet = septets[i];
            if (septet != Escape)
            {
                text[length++] = septet < Extended ? Known(table[septet]) : (char)septet;
                continue;
            }

            char c = ' ';
            if (i + 1 < septets.Length && septets[i + 1] < Extended)
            {
                byte next = septets[++i];
                c = Single(single)[next];
                if (c == Reserved)
                {
                    c = next == Escape ? ' ' : Known(table[next]);
                }
            }

            text[length++] = c;
        }

        return length;
    }

    /// <summary>Whether every septet means a character, and no escape is left alone at the end.</summary>
    public static bool IsWellFormed(
        ReadOnlySpan<byte> septets, NationalLanguage locking = default, NationalLanguage single = default) =>
        IndexOfMalformed(septets, locking, single) < 0;

    /// <summary>Where the first septet (or escape) is that means nothing; -1 if there is none.</summary>
    public static int IndexOfMalformed(
        ReadOnlySpan<byte> septets, NationalLanguage locking = default, NationalLanguage single = default)
    {
        string table = Locking(locking);
        string shifted = Single(single);
        for (int i = 0; i < septets.Length; i++)
        {
            byte septet = septets[i];
            if (septet == Escape)
            {
                if (i + 1 >= septets.Length || septets[i + 1] >= Extended || shifted[septets[i + 1]] == Reserved)
                {
                    return i;
                }

                i++;
            }
            else if (septet >= Extended || table[septet] == Reserved)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>
    /// A character's code: below 0x80 one of the locking shift table, 0x80 and more one of the single shift table
    /// (its low seven bits), or <see cref="None"/>.
    /// </summary>
    internal static int Code(char c, NationalLanguage locking, NationalLanguage single)
    {
        if (locking == NationalLanguage.Default)
        {
            if (c < DefaultCodes.Length)
            {
                byte code = DefaultCodes[c];
                if (code < Extended || (code != Absent && single == NationalLanguage.Default))
                {
                    return code;
                }
            }
        }
        else
        {
            int code = c == Reserved ? -1 : Locking(locking).IndexOf(c);
            if (code >= 0)
            {
                return code;
            }
        }

        int shifted = c == Reserved ? -1 : Single(single).IndexOf(c);
        return shifted < 0 ? None : shifted | Extended;
    }

    private static char Known(char c) => c == Reserved ? ' ' : c;
}
