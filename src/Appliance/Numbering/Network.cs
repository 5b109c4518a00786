namespace Appliance.Numbering;

/// <summary>A mobile network, or a company that numbers were assigned to.</summary>
/// <param name="Mcc">Mobile country code, three digits; null where not known.</param>
/// <param name="Mnc">Mobile network code, two or three digits: "01" is another one than "001".</param>
/// <param name="Name">Brand or company; may be empty.</param>
public sealed record Network(string? Mcc, string? Mnc, string Name)
{
    /// <summary>Both codes as one number, 0 where not known; see <see cref="CodeOf"/>.</summary>
    public uint Code { get; } = Mcc is null || Mnc is null ? 0 : CodeOf(Mcc, Mnc);

    /// <summary>MCC * 2000 + MNC, and 1000 more for an MNC of three digits; 0 for what is no such pair.</summary>
    public static uint CodeOf(ReadOnlySpan<char> mcc, ReadOnlySpan<char> mnc)
    {
        if (mcc.Length != 3 || mnc.Length is not (2 or 3)) return 0;
        var (country, network) = (Number(mcc), Number(mnc));
        if (country < 0 || network < 0) return 0;
        return (uint)((country * 2000) + network + (mnc.Length == 3 ? 1000 : 0));
    }

    /// <summary>The digits of MCC and MNC that a code stands for; empty for 0.</summary>
    public static string TextOf(uint code)
    {
        if (code == 0) return "";
        var (mcc, rest) = (code / 2000, code % 2000);
        return rest >= 1000 ? $"{mcc:D3}{rest - 1000:D3}" : $"{mcc:D3}{rest:D2}";
    }

    /// <returns>-1 for what has other than digits.</returns>
    private static int Number(ReadOnlySpan<char> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit)) return -1;
            number = (number * 10) + (digit - '0');
        }

        return number;
    }
}
