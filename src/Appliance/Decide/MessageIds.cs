using System.Buffers.Binary;
using System.Numerics;

namespace Appliance.Decide;

/// <summary>
/// The forms a carrier's message id takes. Responses and receipts of one carrier may differ in case, leading zeros and
/// base; the forms here bring both to one.
/// </summary>
internal static class MessageIds
{
    /// <summary>The longest message_id (SMPP 3.4 section 5.2.23), without its NUL.</summary>
    public const int Longest = 64;

    /// <summary>Digits the conversion of the longest id may need.</summary>
    private const int LongestConverted = 80;

    /// <summary>Key of an id in its own form: without case and leading zeros.</summary>
    public static ulong TextKey(ushort carrier, ReadOnlySpan<byte> id)
    {
        id = StripZeros(id);
        return Hash(carrier, id.Length > Longest ? id[..Longest] : id, foldsCase: true);
    }

    /// <summary>Key of a message whose carrier gave no id, by which it is found again outside memory.</summary>
    public static ulong NamelessKey(ulong position)
    {
        Span<byte> octets = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(octets, position);
        return Hash(ushort.MaxValue, octets);
    }

    /// <summary>Key of the id this decimal one would be in hexadecimal; 0 if it isn't decimal.</summary>
    public static ulong DecimalToHexKey(ushort carrier, ReadOnlySpan<byte> id) => ConvertedKey(carrier, id, 10, 16);

    /// <summary>Key of the id this hexadecimal one would be in decimal; 0 if it isn't hexadecimal.</summary>
    public static ulong HexToDecimalKey(ushort carrier, ReadOnlySpan<byte> id) => ConvertedKey(carrier, id, 16, 10);

    /// <summary>Hash of an id exactly as it stands.</summary>
    public static uint ExactHash(ReadOnlySpan<byte> id) => (uint)(Hash(0, id) >> 32);

    private static ulong ConvertedKey(ushort carrier, ReadOnlySpan<byte> id, int fromBase, int toBase)
    {
        id = StripZeros(id);
        if (id.Length is 0 or > Longest) return 0;
        // Digits of the result, lowest first: multiply by the old base and add, digit by digit.
        Span<byte> digits = stackalloc byte[LongestConverted];
        var length = 0;
        foreach (var octet in id)
        {
            var carry = Digit(octet);
            if (carry >= fromBase) return 0;
            for (var i = 0; i < length; i++)
            {
                var value = (digits[i] * fromBase) + carry;
                digits[i] = (byte)(value % toBase);
                carry = value / toBase;
            }

            for (; carry > 0; carry /= toBase)
            {
                if (length == LongestConverted) return 0;
                digits[length++] = (byte)(carry % toBase);
            }
        }

        digits = digits[..length];
        digits.Reverse();
        for (var i = 0; i < length; i++)
            digits[i] = (byte)(digits[i] < 10 ? '0' + digits[i] : 'a' + digits[i] - 10);
        return Hash(carrier, digits);
    }

    private static int Digit(byte octet) => octet switch
    {
        >= (byte)'0' and <= (byte)'9' => octet - '0',
        >= (byte)'a' and <= (byte)'f' => octet - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => octet - 'A' + 10,
        _ => int.MaxValue,
    };

    private static ReadOnlySpan<byte> StripZeros(ReadOnlySpan<byte> id)
    {
        var kept = id.TrimStart((byte)'0');
        // An id of zeros alone is still an id.
        return kept.Length == 0 && id.Length > 0 ? id[^1..] : kept;
    }

    /// <summary>Multiply and rotate over eight octets at a time; never 0, which marks a free place.</summary>
    /// <param name="foldsCase">Takes A to Z for a to z.</param>
    private static ulong Hash(ushort carrier, ReadOnlySpan<byte> octets, bool foldsCase = false)
    {
        var hash = 0x9E3779B97F4A7C15UL * (carrier + 1UL) ^ (ulong)octets.Length;
        while (octets.Length >= 8)
        {
            var eight = BinaryPrimitives.ReadUInt64LittleEndian(octets);
            hash = Mix(hash ^ (foldsCase ? Lower(eight) : eight));
            octets = octets[8..];
        }

        ulong tail = 0;
        foreach (var octet in octets) tail = (tail << 8) | octet;
        if (foldsCase) tail = Lower(tail);
        hash = Mix(hash ^ tail ^ 0xA5A5A5A5UL);
        return hash == 0 ? 1 : hash;
    }

    /// <summary>Eight octets at once, those that are A to Z as a to z.</summary>
    private static ulong Lower(ulong octets)
    {
        const ulong each = 0x0101010101010101;
        // In each octet's highest bit: whether its lower seven reach 'A', and whether they go beyond 'Z'.
        var low = octets & (each * 0x7F);
        var fromA = low + (each * (0x80 - 'A'));
        var beyondZ = low + (each * (0x7F - 'Z'));
        var isUpper = (fromA ^ beyondZ) & ~octets & (each * 0x80);
        return octets | (isUpper >> 2);
    }

    private static ulong Mix(ulong value)
    {
        value *= 0xD6E8FEB86659FD93UL;
        value ^= value >> 32;
        value *= 0xD6E8FEB86659FD93UL;
        return BitOperations.RotateLeft(value, 29) ^ value;
    }
}
