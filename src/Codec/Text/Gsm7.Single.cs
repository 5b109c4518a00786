namespace Codec;

/// <summary>
/// The default extension and the national language single shift tables
/// (3GPP TS 23.038, 6.2.1.1 and A.2): 128 characters each, sixteen a line; U+FFFD marks a reserved code or the escape.
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

    private const string TurkishSingle =
        "����������\f��\n��"
        + "����^�����������"
        + "��������{}�����\\"
        + "������������[~]�"
        + "|������Ğ�İ������"
        + "���Ş������������"
        + "���ç�€�ğ�ı������"
        + "���ş������������";

    private const string SpanishSingle =
        "���������ç\f��\n��"
        + "����^�����������"
        + "��������{}�����\\"
        + "������������[~]�"
        + "|Á�������Í�����Ó"
        + "�����Ú����������"
        + "�á���€���í�����ó"
        + "�����ú����������";

    private const string PortugueseSingle =
        "�����ê���ç\fÔô\nÁá"
        + "��ΦΓ^ΩΠΨΣΘ�����Ê"
        + "��������{}�����\\"
        + "������������[~]�"
        + "|À�������Í�����Ó"
        + "�����Ú�����ÃÕ���"
        + "�Â���€���í�����ó"
        + "�����ú�����ãõ��â";

    private const string BengaliSingle =
        "@£$¥¿\"¤%&'\f*+\r-/"
        + "<=>¡^¡_#*০১�২৩৪৫"
        + "৬৭৮৯য়ৠৡ\u09E2{}\u09E3৲৳৴৵\\"
        + "৶৷৸৹৺�������[~]�"
        + "|ABCDEFGHIJKLMNO"
        + "PQRSTUVWXYZ�����"
        + "�����€����������"
        + "����������������";

    private const string GujaratiSingle =
        "@£$¥¿\"¤%&'\f*+\r-/"
        + "<=>¡^¡_#*।॥�૦૧૨૩"
        + "૪૫૬૭૮૯��{}�����\\"
        + "������������[~]�"
        + "|ABCDEFGHIJKLMNO"
        + "PQRSTUVWXYZ�����"
        + "�����€����������"
        + "����������������";

    private const string HindiSingle =
        "@£$¥¿\"¤%&'\f*+\r-/"
        + "<=>¡^¡_#*।॥�०१२३"
        + "४५६७८९\u0951\u0952{}\u0953\u0954क़ख़ग़\\"
        + "ज़ड़ढ़फ़य़ॠॡ\u0962\u0963॰ॱ�[~]�"
        + "|ABCDEFGHIJKLMNO"
        + "PQRSTUVWXYZ�����"
        + "�����€����������"
        + "����������������";

    private const string KannadaSingle =
        "@£$¥¿\"¤%&'\f*+\r-/"
        + "<=>¡^¡_#*।॥�೦೧೨೩"
        + "೪೫೬೭೮೯ೞೱ{}ೲ����\\"
        + "������������[~]�"
        + "|ABCDEFGHIJKLMNO"
        + "PQRSTUVWXYZ�����"
        + "�����€����������"
        + "����������������";

    private const string MalayalamSingle =
        "@£$¥¿\"¤%&'\f*+\r-/"
        + "<=>¡^¡_#*।॥�൦൧൨൩"
        + "൪൫൬൭൮൯൰൱{}൲൳൴൵ൺ\\"
        + "ൻർൽൾൿ�������[~]�"
        + "|ABCDEFGHIJKLMNO"
        + "PQRSTUVWXYZ�����"
        + "�����€����������"
        + "����������������";

    private const string OriyaSingle =
        "@£$¥¿\"¤%&'\f*+\r-/"
        + "<=>¡^¡_#*।॥�୦୧୨୩"
        + "୪୫୬୭୮୯ଡ଼ଢ଼{}ୟ୰ୱ��\\"
        + "������������[~]�"
        + "|ABCDEFGHIJKLMNO"
        + "PQRSTUVWXYZ�����"
        + "�����€����������"
        + "����������������";

    private const string PunjabiSingle =
        "@£$¥¿\"¤%&'\f*+\r-/"
        + "<=>¡^¡_#*।॥�੦੧੨੩"
        + "੪੫੬੭੮੯ਖ਼ਗ਼{}ਜ਼ੜਫ਼\u0A75�\\"
        + "������������[~]�"
        + "|ABCDEFGHIJKLMNO"
        + "PQRSTUVWXYZ�����"
        + "�����€����������"
        + "����������������";

    private const string TamilSingle =
        "@£$¥¿\"¤%&'\f*+\r-/"
        + "<=>¡^¡_#*।॥�௦௧௨௩"
        + "௪௫௬௭௮௯௳௴{}௵௶௷௸௺\\"
        + "������������[~]�"
        + "|ABCDEFGHIJKLMNO"
        + "PQRSTUVWXYZ�����"
        + "�����€����������"
        + "����������������";

    private const string TeluguSingle =
        "@£$¥¿\"¤%&'\f*+\r-/"
        + "<=>¡^¡_#*���౦౧౨౩"
        + "౪౫౬౭౮౯ౘౙ{}౸౹౺౻౼\\"
        + "౽౾౿���������[~]�"
        + "|ABCDEFGHIJKLMNO"
        + "PQRSTUVWXYZ�����"
        + "�����€����������"
        + "����������������";

    private const string UrduSingle =
        "@£$¥¿\"¤%&'\f*+\r-/"
        + "<=>¡^¡_#*\u0600\u0601�\u06F0\u06F1\u06F2\u06F3"
        + "\u06F4\u06F5\u06F6\u06F7\u06F8\u06F9\u060C\u060D{}\u060E\u060F\u0610\u0611\u0612\\"
        + "\u0613\u0614\u061B\u061F\u0640\u0652\u0658\u066B\u066C\u0672\u0673\u06CD[~]\u06D4"
        + "|ABCDEFGHIJKLMNO"
        + "PQRSTUVWXYZ�����"
        + "�����€����������"
        + "����������������";

    /// <summary>The table for septets behind an escape.</summary>
    private static string Single(NationalLanguage language) => language switch
    {
        NationalLanguage.Turkish => TurkishSingle,
        NationalLanguage.Spanish => SpanishSingle,
        NationalLanguage.Portuguese => PortugueseSingle,
        NationalLanguage.Bengali => BengaliSingle,
        NationalLanguage.Gujarati => GujaratiSingle,
        NationalLanguage.Hindi => HindiSingle,
        NationalLanguage.Kannada => KannadaSingle,
        NationalLanguage.Malayalam => MalayalamSingle,
        NationalLanguage.Oriya => OriyaSingle,
        NationalLanguage.Punjabi => PunjabiSingle,
        NationalLanguage.Tamil => TamilSingle,
        NationalLanguage.Telugu => TeluguSingle,
        NationalLanguage.Urdu => UrduSingle,
        _ => DefaultSingle,
    };
}
