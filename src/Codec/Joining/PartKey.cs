using System.Runtime.CompilerServices;

namespace Codec;

/// <summary>
/// What parts of one message have in common: who sent them through which account (not which bind: peers spread parts
/// over several), to whom, under which reference.
/// </summary>
/// <param name="Scope">The account or carrier that the part came from.</param>
/// <param name="Source">Who sent it.</param>
/// <param name="Destination">To whom.</param>
/// <param name="Reference">The message's reference.</param>
/// <param name="Total">How many parts it has.</param>
/// <param name="IsWide">Whether the reference has 16 bits; 7 of 8 bits and 7 of 16 bits are two messages.</param>
public readonly record struct PartKey(
    long Scope, AddressBytes Source, AddressBytes Destination, ushort Reference, byte Total, bool IsWide);

/// <summary>An address by value: its length and its octets, at most <see cref="Max"/>.</summary>
public readonly struct AddressBytes : IEquatable<AddressBytes>
{
    /// <summary>The most octets.</summary>
    public const int Max = 23;

    private readonly Octets _octets;

    /// <summary>An address's first <see cref="Max"/> octets.</summary>
    public AddressBytes(ReadOnlySpan<byte> address)
    {
        int length = Math.Min(address.Length, Max);
        _octets[0] = (byte)length;
        address[..length].CopyTo(((Span<byte>)_octets)[1..]);
    }

    /// <summary>Whether both are the same octets.</summary>
    public static bool operator ==(AddressBytes left, AddressBytes right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(AddressBytes left, AddressBytes right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(AddressBytes other) => ((ReadOnlySpan<byte>)_octets).SequenceEqual(other._octets);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AddressBytes other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_octets);
        return hash.ToHashCode();
    }

    [InlineArray(Max + 1)]
    private struct Octets
    {
        private byte _first;
    }
}
