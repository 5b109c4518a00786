namespace Codec;

/// <summary>Type of number (SMPP 5.0, 4.7.1).</summary>
public enum TypeOfNumber : byte
{
    /// <summary>Unknown.</summary>
    Unknown = 0,

    /// <summary>International, without + or 00.</summary>
    International = 1,

    /// <summary>National.</summary>
    National = 2,

    /// <summary>Network specific; short codes of some peers.</summary>
    NetworkSpecific = 3,

    /// <summary>Subscriber number.</summary>
    SubscriberNumber = 4,

    /// <summary>Letters.</summary>
    Alphanumeric = 5,

    /// <summary>Abbreviated; short codes of other peers.</summary>
    Abbreviated = 6,
}

/// <summary>Numbering plan indicator (SMPP 5.0, 4.7.2).</summary>
public enum NumberingPlan : byte
{
    /// <summary>Unknown.</summary>
    Unknown = 0,

    /// <summary>E.164.</summary>
    Isdn = 1,

    /// <summary>X.121.</summary>
    Data = 3,

    /// <summary>F.69.</summary>
    Telex = 4,

    /// <summary>E.212.</summary>
    LandMobile = 6,

    /// <summary>National.</summary>
    National = 8,

    /// <summary>Private.</summary>
    Private = 9,

    /// <summary>ERMES.</summary>
    Ermes = 10,

    /// <summary>Internet.</summary>
    Internet = 14,

    /// <summary>WAP client id.</summary>
    WapClientId = 18,
}

/// <summary>How a peer wants international numbers.</summary>
public enum InternationalForm
{
    /// <summary>447700900123, TON 1: the specification's.</summary>
    Digits,

    /// <summary>+447700900123.</summary>
    Plus,

    /// <summary>00447700900123.</summary>
    DoubleZero,
}

/// <summary>How a peer writes addresses.</summary>
/// <param name="International">How it wants international numbers.</param>
/// <param name="ShortCodeTon">TON of a short code: 3 (network specific) with most, 6 with others, sometimes 0.</param>
/// <param name="ShortCodeNpi">NPI of a short code.</param>
/// <param name="ShortCodeMax">The most digits that make a number a short code.</param>
public readonly record struct AddressRules(
    InternationalForm International = InternationalForm.Digits,
    TypeOfNumber ShortCodeTon = TypeOfNumber.NetworkSpecific,
    NumberingPlan ShortCodeNpi = NumberingPlan.Unknown,
    int ShortCodeMax = 8);

/// <summary>What an address is.</summary>
public enum AddressKind
{
    /// <summary>Nothing that can be sent to or from.</summary>
    Invalid,

    /// <summary>E.164 digits with country code.</summary>
    International,

    /// <summary>A short code.</summary>
    ShortCode,

    /// <summary>Letters; a sender only.</summary>
    Alphanumeric,
}

/// <summary>
/// Addresses between the canonical form (digits without + for international numbers, everything else as it is) and
/// what peers write.
/// </summary>
public static class Addresses
{
    /// <summary>The most characters of an alphanumeric sender: a short message has room for eleven septets.</summary>
    public const int AlphanumericMax = 11;

    /// <summary>The most digits of a number: SMPP's 21 octets less the NUL.</summary>
    public const int DigitsMax = 20;

    /// <summary>The most digits of an international number (E.164).</summary>
    public const int InternationalMax = 15;

    /// <summary>
    /// What an address is that a person or an API wrote: "+" or "00" before digits, spaces, dots, dashes and brackets
    /// between them, or letters. <paramref name="canonical"/> (at least as long) receives its canonical form.
    /// </summary>
    public static AddressKind Infer(
        ReadOnlySpan<byte> address, in AddressRules rules, Span<byte> canonical, out int length)
    {
        length = 0;
        address = address.Trim((byte)' ');
        if (canonical.Length < address.Length)
        {
            return AddressKind.Invalid;
        }

        bool plus = !address.IsEmpty && address[0] == '+';
        foreach (byte c in plus ? address[1..] : address)
        {
            if (c is >= (byte)'0' and <= (byte)'9')
            {
                canonical[length++] = c;
            }
            else if (c is not ((byte)' ' or (byte)'-' or (byte)'.' or (byte)'(' or (byte)')' or (byte)'/'))
            {
                return InferAlphanumeric(address, canonical, out length);
            }
        }

        bool zeros = !plus && length > 6 && canonical[0] == '0' && canonical[1] == '0';
        if (zeros)
        {
            length -= 2;
            canonical.Slice(2, length).CopyTo(canonical);
        }

        if (length is 0 or > DigitsMax || ((plus || zeros) && (length > InternationalMax || canonical[0] == '0')))
        {
            return AddressKind.Invalid;
        }

        bool shortCode = !plus && !zeros && length <= rules.ShortCodeMax;
        return shortCode ? AddressKind.ShortCode : AddressKind.International;
    }

    /// <summary>The TON and NPI for an address of that kind under a peer's rules.</summary>
    public static (TypeOfNumber Ton, NumberingPlan Npi) Numbering(AddressKind kind, in AddressRules rules) =>
        kind switch
        {
            AddressKind.International => (TypeOfNumber.International, NumberingPlan.Isdn),
            AddressKind.ShortCode => (rules.ShortCodeTon, rules.ShortCodeNpi),
            AddressKind.Alphanumeric => (TypeOfNumber.Alphanumeric, NumberingPlan.Unknown),
            _ => (TypeOfNumber.Unknown, NumberingPlan.Unknown),
        };

    /// <summary>
    /// Writes a canonical address as a peer wants it; gives the octets written, or -1 if they do not fit or are more
    /// than SMPP allows.
    /// </summary>
    public static int Write(
        ReadOnlySpan<byte> canonical, AddressKind kind, in AddressRules rules, Span<byte> destination)
    {
        var prefix = kind != AddressKind.International ? default : rules.International switch
        {
            InternationalForm.Plus => "+"u8,
            InternationalForm.DoubleZero => "00"u8,
            _ => default,
        };
        int length = prefix.Length + canonical.Length;
        if (length > DigitsMax || length > destination.Length)
        {
            return -1;
        }

        prefix.CopyTo(destination);
        canonical.CopyTo(destination[prefix.Length..]);
        return length;
    }

    /// <summary>
    /// What an address is that came over SMPP: its TON decides, where it says something, and its digits where the TON
    /// is unknown or plainly wrong (letters with TON 1). National and subscriber numbers need the carrier's country and
    /// are given as <see cref="AddressKind.ShortCode"/> if short, else as international as they are.
    /// </summary>
    public static AddressKind Read(
        byte ton, ReadOnlySpan<byte> address, in AddressRules rules, Span<byte> canonical, out int length)
    {
        if (ton == (byte)TypeOfNumber.Alphanumeric)
        {
            return InferAlphanumeric(address, canonical, out length);
        }

        var kind = Infer(address, rules, canonical, out length);
        return (TypeOfNumber)ton switch
        {
            TypeOfNumber.International when kind == AddressKind.ShortCode => AddressKind.International,
            TypeOfNumber.NetworkSpecific or TypeOfNumber.Abbreviated when kind == AddressKind.International =>
                AddressKind.ShortCode,
            _ => kind,
        };
    }

    private static AddressKind InferAlphanumeric(ReadOnlySpan<byte> address, Span<byte> canonical, out int length)
    {
        length = 0;
        if (address.Length is 0 or > AlphanumericMax || address.Length > canonical.Length
            || address.ContainsAnyInRange((byte)0, (byte)0x1F))
        {
            return AddressKind.Invalid;
        }

        address.CopyTo(canonical);
        length = address.Length;
        return AddressKind.Alphanumeric;
    }
}
