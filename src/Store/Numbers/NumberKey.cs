using System.Buffers.Binary;
using System.Numerics;

namespace Store.Numbers;

/// <summary>
/// A number, or a block of them, as one integer that sorts whole numbers first and then blocks by length.
/// <code>
///   63..54 0 | 53..50 digits of a block's prefix, 0 for a whole number | 49..0 the digits
///   as a number (E.164: up to 15)
/// </code>
/// In the database a page holds the thousand keys that differ in the last three digits only:
/// <code>
///   digits u8 | number / 1000, 5 bytes big-endian
/// </code>
/// </summary>
internal static class NumberKey
{
    internal const int MaxDigits = 15;
    internal const int PageKeySize = 6;
    internal const int PageNumbers = 1000;
    private const int NumberBits = 50;

    internal static ulong Whole(ulong number) => number;

    internal static ulong Block(ulong prefix, int digits) => ((ulong)digits << NumberBits) | prefix;

    internal static ulong Number(ulong key) => key & ((1UL << NumberBits) - 1);

    /// <summary>Digits of a block's prefix; 0 for a whole number.</summary>
    internal static int BlockDigits(ulong key) => (int)(key >> NumberBits);

    /// <summary>What the keys of one page have in common.</summary>
    internal static ulong Page(ulong key) => Block(Number(key) / PageNumbers, BlockDigits(key));

    /// <summary>The place of a key in its page, 0 to 999.</summary>
    internal static int Low(ulong key) => (int)(Number(key) % PageNumbers);

    internal static ulong Of(ulong page, int low) =>
        Block((Number(page) * PageNumbers) + (uint)low, BlockDigits(page));

    internal static void WritePage(Span<byte> key, ulong page)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Number(page));
        key[0] = (byte)BlockDigits(page);
        bytes[3..].CopyTo(key[1..]);
    }

    internal static ulong ReadPage(ReadOnlySpan<byte> key)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        key[1..PageKeySize].CopyTo(bytes[3..]);
        return Block(BinaryPrimitives.ReadUInt64BigEndian(bytes), key[0]);
    }

    /// <summary>10 to the power of 0 to 19.</summary>
    internal static readonly ulong[] Powers =
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
    ];

    /// <summary>How many decimal digits a number has; 1 for 0.</summary>
    internal static int Digits(ulong number)
    {
        // 1233 / 4096 is just above log10(2), so the guess is right or one too many.
        var guess = ((BitOperations.Log2(number | 1) + 1) * 1233) >> 12;
        return Math.Max(1, guess + (number >= Powers[guess] ? 1 : 0));
    }
}
