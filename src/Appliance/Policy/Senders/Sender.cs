namespace Appliance.Policy.Senders;

/// <summary>What a source address is.</summary>
public static class Sender
{
    /// <summary>Characters that fit an address of GSM 03.40 section 9.1.2.5: 10 octets of packed septets.</summary>
    public const int LongestAlphanumeric = 11;

    public const int ShortestCode = 3;

    /// <summary>Digits of a number that is taken for a short code where its TON says nothing.</summary>
    private const int LongestCode = 6;

    private const byte NetworkSpecific = 3;
    private const byte Alphanumeric = 5;
    private const byte Abbreviated = 6;

    /// <summary>None for an empty address.</summary>
    public static SenderKinds KindOf(ReadOnlySpan<byte> address, byte ton)
    {
        if (address.IsEmpty) return SenderKinds.None;
        var digits = WithoutPlus(address);
        if (ton == Alphanumeric || digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return SenderKinds.Alphanumeric;
        var isCode = ton is NetworkSpecific or Abbreviated
            || (digits.Length <= LongestCode && digits.Length == address.Length);
        return isCode ? SenderKinds.ShortCode : SenderKinds.LongNumber;
    }

    /// <summary>Whether a handset can show it: characters of the GSM alphabet, some of them two septets long, and not
    /// spaces alone.</summary>
    public static bool IsAlphanumeric(ReadOnlySpan<byte> address, int longest)
    {
        var septets = 0;
        var shown = false;
        foreach (var octet in address)
        {
            if (octet is < 0x20 or > 0x7E or (byte)'`') return false;
            shown |= octet != ' ';
            septets += octet is (byte)'[' or (byte)'\\' or (byte)']' or (byte)'^' or (byte)'{' or (byte)'|'
                or (byte)'}' or (byte)'~' ? 2 : 1;
        }

        return shown && septets <= longest;
    }

    public static ReadOnlySpan<byte> WithoutPlus(ReadOnlySpan<byte> address) =>
        address is [(byte)'+', ..] ? address[1..] : address;
}
