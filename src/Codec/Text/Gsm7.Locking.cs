namespace Codec;

/// <summary>
/// The default alphabet and the national language locking shift tables
/// (3GPP TS 23.038, 6.2.1 and A.3): 128 characters each, sixteen a line; U+FFFD marks a reserved code or the escape.
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

    private const string TurkishLocking =
        "@£$¥€éùıòÇ\nĞğ\rÅå"
        + "Δ_ΦΓΛΩΠΨΣΘΞ�ŞşßÉ"
        + " !\"#¤%&'()*+,-./"
        + "0123456789:;<=>?"
        + "İABCDEFGHIJKLMNO"
        + "PQRSTUVWXYZÄÖÑÜ§"
        + "çabcdefghijklmno"
        + "pqrstuvwxyzäöñüà";

    private const string PortugueseLocking =
        "@£$¥êéúíóç\nÔô\rÁá"
        + "Δ_ªÇÀ∞^\\€Ó|�ÂâÊÉ"
        + " !\"#º%&'()*+,-./"
        + "0123456789:;<=>?"
        + "ÍABCDEFGHIJKLMNO"
        + "PQRSTUVWXYZÃÕÚÜ§"
        + "~abcdefghijklmno"
        + "pqrstuvwxyzãõ`üà";

    private const string BengaliLocking =
        "\u0981\u0982\u0983অআইঈউঊঋ\nঌ�\r�এ"
        + "ঐ��ওঔকখগঘঙচ�ছজঝঞ"
        + " !টঠডঢণত)(থদ,ধ.ন"
        + "0123456789:;�পফ?"
        + "বভমযর�ল���শষসহ\u09BCঽ"
        + "\u09BE\u09BF\u09C0\u09C1\u09C2\u09C3\u09C4��\u09C7\u09C8��\u09CB\u09CC\u09CD"
        + "ৎabcdefghijklmno"
        + "pqrstuvwxyz\u09D7ড়ঢ়ৰৱ";

    private const string GujaratiLocking =
        "\u0A81\u0A82\u0A83અઆઇઈઉઊઋ\nઌઍ\r�એ"
        + "ઐઑ�ઓઔકખગઘઙચ�છજઝઞ"
        + " !ટઠડઢણત)(થદ,ધ.ન"
        + "0123456789:;�પફ?"
        + "બભમયર�લળ�વશષસહ\u0ABCઽ"
        + "\u0ABE\u0ABF\u0AC0\u0AC1\u0AC2\u0AC3\u0AC4\u0AC5�\u0AC7\u0AC8\u0AC9�\u0ACB\u0ACC\u0ACD"
        + "ૐabcdefghijklmno"
        + "pqrstuvwxyzૠૡ\u0AE2\u0AE3૱";

    private const string HindiLocking =
        "\u0901\u0902\u0903अआइईउऊऋ\nऌऍ\rऎए"
        + "ऐऑऒओऔकखगघङच�छजझञ"
        + " !टठडढणत)(थद,ध.न"
        + "0123456789:;ऩपफ?"
        + "बभमयरऱलळऴवशषसह\u093Cऽ"
        + "\u093E\u093F\u0940\u0941\u0942\u0943\u0944\u0945\u0946\u0947\u0948\u0949\u094A\u094B\u094C\u094D"
        + "ॐabcdefghijklmno"
        + "pqrstuvwxyzॲॻॼॾॿ";

    private const string KannadaLocking =
        "�\u0C82\u0C83ಅಆಇಈಉಊಋ\nಌ�\rಎಏ"
        + "ಐ�ಒಓಔಕಖಗಘಙಚ�ಛಜಝಞ"
        + " !ಟಠಡಢಣತ)(ಥದ,ಧ.ನ"
        + "0123456789:;�ಪಫ?"
        + "ಬಭಮಯರಱಲಳ�ವಶಷಸಹ\u0CBCಽ"
        + "\u0CBE\u0CBF\u0CC0\u0CC1\u0CC2\u0CC3\u0CC4�\u0CC6\u0CC7\u0CC8�\u0CCA\u0CCB\u0CCC\u0CCD"
        + "\u0CD5abcdefghijklmno"
        + "pqrstuvwxyz\u0CD6ೠೡ\u0CE2\u0CE3";

    private const string MalayalamLocking =
        "�\u0D02\u0D03അആഇഈഉഊഋ\nഌ�\rഎഏ"
        + "ഐ�ഒഓഔകഖഗഘങച�ഛജഝഞ"
        + " !ടഠഡഢണത)(ഥദ,ധ.ന"
        + "0123456789:;�പഫ?"
        + "ബഭമയരറലളഴവശഷസഹ�ഽ"
        + "\u0D3E\u0D3F\u0D40\u0D41\u0D42\u0D43\u0D44�\u0D46\u0D47\u0D48�\u0D4A\u0D4B\u0D4C\u0D4D"
        + "\u0D57abcdefghijklmno"
        + "pqrstuvwxyzൠൡ\u0D62\u0D63൹";

    private const string OriyaLocking =
        "\u0B01\u0B02\u0B03ଅଆଇଈଉଊଋ\nଌ�\r�ଏ"
        + "ଐ��ଓଔକଖଗଘଙଚ�ଛଜଝଞ"
        + " !ଟଠଡଢଣତ)(ଥଦ,ଧ.ନ"
        + "0123456789:;�ପଫ?"
        + "ବଭମଯର�ଲଳ�ଵଶଷସହ\u0B3Cଽ"
        + "\u0B3E\u0B3F\u0B40\u0B41\u0B42\u0B43\u0B44��\u0B47\u0B48��\u0B4B\u0B4C\u0B4D"
        + "\u0B56abcdefghijklmno"
        + "pqrstuvwxyz\u0B57ୠୡ\u0B62\u0B63";

    private const string PunjabiLocking =
        "\u0A01\u0A02\u0A03ਅਆਇਈਉਊ�\n��\r�ਏ"
        + "ਐ��ਓਔਕਖਗਘਙਚ�ਛਜਝਞ"
        + " !ਟਠਡਢਣਤ)(ਥਦ,ਧ.ਨ"
        + "0123456789:;�ਪਫ?"
        + "ਬਭਮਯਰ�ਲਲ਼�ਵਸ਼�ਸਹ\u0A3C�"
        + "\u0A3E\u0A3F\u0A40\u0A41\u0A42����\u0A47\u0A48��\u0A4B\u0A4C\u0A4D"
        + "\u0A51abcdefghijklmno"
        + "pqrstuvwxyz\u0A70\u0A71ੲੳੴ";

    private const string TamilLocking =
        "�\u0B82ஃஅஆஇஈஉஊ�\n��\rஎஏ"
        + "ஐ�ஒஓஔக���ஙச��ஜ�ஞ"
        + " !ட���ணத)(��,�.ந"
        + "0123456789:;னப�?"
        + "��மயரறலளழவஶஷஸஹ��"
        + "\u0BBE\u0BBF\u0BC0\u0BC1\u0BC2���\u0BC6\u0BC7\u0BC8�\u0BCA\u0BCB\u0BCC\u0BCD"
        + "ௐabcdefghijklmno"
        + "pqrstuvwxyz\u0BD7௰௱௲௹";

    private const string TeluguLocking =
        "\u0C01\u0C02\u0C03అఆఇఈఉఊఋ\nఌ�\rఎఏ"
        + "ఐ�ఒఓఔకఖగఘఙచ�ఛజఝఞ"
        + " !టఠడఢణత)(థద,ధ.న"
        + "0123456789:;�పఫ?"
        + "బభమయరఱలళ�వశషసహ�ఽ"
        + "\u0C3E\u0C3F\u0C40\u0C41\u0C42\u0C43\u0C44�\u0C46\u0C47\u0C48�\u0C4A\u0C4B\u0C4C\u0C4D"
        + "\u0C55abcdefghijklmno"
        + "pqrstuvwxyz\u0C56ౠౡ\u0C62\u0C63";

    private const string UrduLocking =
        "\u0627\u0622\u0628\u067B\u0680\u067E\u06A6\u062A\u06C2\u067F\n\u0679\u067D\r\u067A\u067C"
        + "\u062B\u062C\u0681\u0684\u0683\u0685\u0686\u0687\u062D\u062E\u062F�\u068C\u0688\u0689\u068A"
        + " !\u068F\u068D\u0630\u0631\u0691\u0693)(\u0699\u0632,\u0696.\u0698"
        + "0123456789:;\u069A\u0633\u0634?"
        + "\u0635\u0636\u0637\u0638\u0639\u0641\u0642\u06A9\u06AA\u06AB\u06AF\u06B3\u06B1\u0644\u0645\u0646"
        + "\u06BA\u06BB\u06BC\u0648\u06C4\u06D5\u06C1\u06BE\u0621\u06CC\u06D0\u06D2\u064D\u0650\u064F\u0657"
        + "\u0654abcdefghijklmno"
        + "pqrstuvwxyz\u0655\u0651\u0653\u0656\u0670";

    /// <summary>The table for septets without an escape.</summary>
    private static string Locking(NationalLanguage language) => language switch
    {
        NationalLanguage.Turkish => TurkishLocking,
        NationalLanguage.Portuguese => PortugueseLocking,
        NationalLanguage.Bengali => BengaliLocking,
        NationalLanguage.Gujarati => GujaratiLocking,
        NationalLanguage.Hindi => HindiLocking,
        NationalLanguage.Kannada => KannadaLocking,
        NationalLanguage.Malayalam => MalayalamLocking,
        NationalLanguage.Oriya => OriyaLocking,
        NationalLanguage.Punjabi => PunjabiLocking,
        NationalLanguage.Tamil => TamilLocking,
        NationalLanguage.Telugu => TeluguLocking,
        NationalLanguage.Urdu => UrduLocking,
        _ => DefaultLocking,
    };
}
