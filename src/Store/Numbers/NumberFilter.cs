using System.Runtime.CompilerServices;

namespace Store.Numbers;

/// <summary>
/// Tells of most numbers that are not ported that they are not, with one look at memory: a split block Bloom filter
/// (Putze, Sanders, Singler 2007, as Parquet has it), a bit in each of the eight words of one 32-byte block, or in four
/// of them. With ten bits a number it is wrong about one in a hundred, which the pages then tell. Filled by one thread,
/// then read by any.
/// </summary>
internal sealed class NumberFilter
{
    /// <summary>Bits for each number, unless that is too much.</summary>
    private const int BitsANumber = 10;
    private const int BlockBytes = 32;

    private static ReadOnlySpan<uint> Salts =>
    [
        0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31,
    ];

    /// <summary>With fewer bits than this a number gets four of them instead of eight: less is wrong then.</summary>
    private const double BitsForEight = 7.5;

    private readonly Block[] _blocks;

    /// <summary>1: a bit in each word; 2: in every second, even or odd by the number.</summary>
    private readonly int _step;

    /// <param name="numbers">How many will be added.</param>
    /// <param name="mostBytes">Its size at the most.</param>
    internal NumberFilter(long numbers, long mostBytes)
    {
        var bytes = Math.Min(mostBytes, numbers * BitsANumber / 8);
        _blocks = new Block[Math.Max(1, bytes / BlockBytes)];
        _step = Bytes * 8 >= numbers * BitsForEight ? 1 : 2;
    }

    [InlineArray(BlockBytes / sizeof(uint))]
    private struct Block
    {
        private uint _first;
    }

    internal long Bytes => (long)_blocks.Length * BlockBytes;

    internal void Add(ulong number)
    {
        var hash = Hash(number);
        Span<uint> words = BlockOf(hash);
        for (var i = First(hash); i < words.Length; i += _step) words[i] |= Bit(hash, i);
    }

    /// <returns>False where it was surely not added.</returns>
    internal bool MayHave(ulong number)
    {
        var hash = Hash(number);
        ReadOnlySpan<uint> words = BlockOf(hash);
        var missing = 0u;
        for (var i = First(hash); i < words.Length; i += _step) missing |= Bit(hash, i) & ~words[i];
        return missing == 0;
    }

    private ref Block BlockOf(ulong hash) => ref _blocks[(int)(((hash >> 32) * (uint)_blocks.Length) >> 32)];

    private int First(ulong hash) => (int)(hash >> 32) & (_step - 1);

    private static uint Bit(ulong hash, int word) => 1u << (int)(((uint)hash * Salts[word]) >> 27);

    /// <summary>Numbers differ in few digits; their hashes in every bit (MurmurHash3's finaliser).</summary>
    private static ulong Hash(ulong number)
    {
        number ^= number >> 33;
        number *= 0xff51_afd7_ed55_8ccd;
        number ^= number >> 33;
        number *= 0xc4ce_b9fe_1a85_ec53;
        return number ^ (number >> 33);
    }
}
