using System.Buffers;

namespace Appliance.Ingress.Http;

/// <summary>What `from` and `to` may be, and what they are in SMPP (TON and NPI of SMPP 3.4 section 5.2.5).</summary>
internal static class AddressRules
{
    public const string ToExpected = "an international number: 5 to 15 digits, with or without + before them";
    public const string FromExpected =
        "1 to 11 letters, digits, spaces and signs of the GSM alphabet, or a number of up to 15 digits";

    private const int MinTo = 5;
    private const int MaxDigits = 15;
    private const int MaxAlphanumeric = 11;

    // A number this short without + is a short code of the carrier's country.
    private const int MaxShortCode = 8;

    private const byte TonInternational = 1;
    private const byte TonNetworkSpecific = 3;
    private const byte TonAlphanumeric = 5;
    private const byte NpiUnknown = 0;
    private const byte NpiIsdn = 1;

    // Printable ASCII that is in the GSM basic alphabet too: what every network can show as a sender.
    private static readonly SearchValues<char> Alphanumeric = SearchValues.Create(
        " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    public static bool TrySetDestination(HttpSubmission submission, ReadOnlySpan<char> text)
    {
        var digits = text is ['+', .. var rest] ? rest : text;
        if (digits.Length is < MinTo or > MaxDigits || digits.ContainsAnyExcept(Digits))
            return false;
        Span<byte> address = stackalloc byte[MaxDigits];
        submission.SetDestination(Octets(digits, address), TonInternational, NpiIsdn);
        return true;
    }

    public static bool TrySetSource(HttpSubmission submission, ReadOnlySpan<char> text)
    {
        Span<byte> address = stackalloc byte[MaxDigits];
        var international = text is ['+', ..];
        var digits = international ? text[1..] : text;
        if (digits.Length is > 0 and <= MaxDigits && !digits.ContainsAnyExcept(Digits))
        {
            var (ton, npi) = international || digits.Length > MaxShortCode
                ? (TonInternational, NpiIsdn)
                : (TonNetworkSpecific, NpiUnknown);
            submission.SetSource(Octets(digits, address), ton, npi);
            return true;
        }

        if (text.Length is 0 or > MaxAlphanumeric || text.ContainsAnyExcept(Alphanumeric) || text.IsWhiteSpace())
            return false;
        // Signs and digits alone, such as a number with spaces, would be a name that nobody meant.
        if (!text.ContainsAnyInRange('A', 'Z') && !text.ContainsAnyInRange('a', 'z'))
            return false;
        submission.SetSource(Octets(text, address), TonAlphanumeric, NpiUnknown);
        return true;
    }

    private static ReadOnlySpan<byte> Octets(ReadOnlySpan<char> ascii, Span<byte> octets)
    {
        for (var i = 0; i < ascii.Length; i++)
            octets[i] = (byte)ascii[i];
        return octets[..ascii.Length];
    }
}
