using System.Numerics;
using System.Runtime.CompilerServices;

namespace Appliance.Policy.Text;

/// <summary>A set of rules by their place in the configuration.</summary>
[InlineArray(Words)]
public struct RuleBits : IEquatable<RuleBits>
{
    /// <summary>Rules a configuration may have.</summary>
    public const int Capacity = Words * WordBits;

    private const int Words = 4;
    private const int WordBits = 64;

    private ulong _first;

    public readonly bool IsEmpty => (this[0] | this[1] | this[2] | this[3]) == 0;

    public void Add(int rule) => this[rule / WordBits] |= 1UL << (rule % WordBits);

    public void Add(in RuleBits others)
    {
        for (var i = 0; i < Words; i++) this[i] |= others[i];
    }

    public readonly bool Contains(int rule) => (this[rule / WordBits] >> (rule % WordBits) & 1) != 0;

    /// <summary>Takes the lowest out; -1 if there is none.</summary>
    public int TakeFirst()
    {
        for (var i = 0; i < Words; i++)
        {
            if (this[i] == 0) continue;
            var bit = BitOperations.TrailingZeroCount(this[i]);
            this[i] &= this[i] - 1;
            return (i * WordBits) + bit;
        }

        return -1;
    }

    public static bool operator ==(RuleBits one, RuleBits other) => one.Equals(other);

    public static bool operator !=(RuleBits one, RuleBits other) => !one.Equals(other);

    public readonly bool Equals(RuleBits other) => ((ReadOnlySpan<ulong>)this).SequenceEqual(other);

    public override readonly bool Equals(object? obj) => obj is RuleBits other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(this[0], this[1], this[2], this[3]);
}
