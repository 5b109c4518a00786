using Appliance.Policy.Senders;

namespace Appliance.Policy.OptOuts;

/// <summary>
/// (account, sender or any, number) in 128 bits. Account and number are in it as they are; only the sender is a hash,
/// so that two opt-outs can only be taken for one another if they are of the same account and the same number.
/// <code>
///  127       112 111                              61 60                          0
/// +-------------+----------------------------------+-----------------------------+
/// |   account   | number: a 1, then its digits     | sender's hash, 0 for any    |
/// +-------------+----------------------------------+-----------------------------+
/// </code>
/// </summary>
public readonly record struct OptOutKey
{
    /// <summary>Digits of a number (ITU-T E.164).</summary>
    public const int LongestNumber = NumberValue.Longest;

    /// <summary>Octets of a sender.</summary>
    public const int LongestSender = 20;

    private const int SenderBits = 61;
    private const ulong SenderMask = (1UL << SenderBits) - 1;
    private const int NumberBitsLow = 64 - SenderBits;
    private const int AccountShift = 48;

    private OptOutKey(ulong high, ulong low)
    {
        High = high;
        Low = low;
    }

    /// <summary>Never 0.</summary>
    public ulong High { get; }

    public ulong Low { get; }

    public ushort Account => (ushort)(High >> AccountShift);

    public bool IsAnySender => (Low & SenderMask) == 0;

    /// <summary>The number's digits.</summary>
    public string Number => Value.ToString(System.Globalization.CultureInfo.InvariantCulture)[1..];

    /// <summary>Of account and number: all opt-outs of theirs have the same.</summary>
    internal ulong SubjectHash => Mix((High * 0x9E3779B97F4A7C15UL) ^ (Low >> SenderBits));

    /// <summary>Of all of it.</summary>
    internal ulong FullHash => Mix((High * 0x9E3779B97F4A7C15UL) ^ (Low * 0xC2B2AE3D27D4EB4FUL));

    private ulong Value => ((High & ((1UL << AccountShift) - 1)) << NumberBitsLow) | (Low >> SenderBits);

    /// <summary>False for a number that is none: no digits, others than digits, or more than 15.</summary>
    /// <param name="number">With or without + or 00.</param>
    /// <param name="sender">Empty for any.</param>
    public static bool TryCreate(
        ushort account, ReadOnlySpan<byte> number, ReadOnlySpan<byte> sender, out OptOutKey key)
    {
        key = default;
        number = Sender.WithoutPlus(number);
        // No international number begins with 0, so it is how some dial one.
        if (number.StartsWith("00"u8)) number = number[2..];
        if (!NumberValue.TryRead(number, out var value)) return false;
        key = new OptOutKey(
            ((ulong)account << AccountShift) | (value >> NumberBitsLow), (value << SenderBits) | HashOf(sender));
        return true;
    }

    /// <summary>The one with these halves.</summary>
    internal static OptOutKey Of(ulong high, ulong low) => new(high, low);

    /// <summary>The same with another sender; empty for any.</summary>
    public OptOutKey With(ReadOnlySpan<byte> sender) => new(High, (Low & ~SenderMask) | HashOf(sender));

    private static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93UL;
        hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93UL;
        return hash ^ (hash >> 32);
    }

    /// <summary>
    /// Case makes no difference, nor does a + before a number. Never all ones, and 0 for an empty sender only.
    /// </summary>
    private static ulong HashOf(ReadOnlySpan<byte> sender)
    {
        if (sender.IsEmpty) return 0;
        var isNumber = sender[0] == (byte)'+' && sender.Length > 1
            && !sender[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9');
        var hash = 14695981039346656037UL;
        foreach (var octet in isNumber ? sender[1..] : sender)
        {
            var lower = octet is >= (byte)'A' and <= (byte)'Z' ? octet | 0x20u : octet;
            hash = (hash ^ lower) * 1099511628211UL;
        }

        hash ^= hash >> 32;
        hash *= 0xD6E8FEB86659FD93UL;
        hash ^= hash >> 32;
        hash &= SenderMask;
        return hash is 0 or SenderMask ? 1 : hash;
    }
}
