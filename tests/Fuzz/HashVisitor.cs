using Codec;

namespace Fuzz;

/// <summary>Folds a PDU's fields into one number, and their shape (which are empty, which full) into another.</summary>
public struct HashVisitor : IPduVisitor
{
    private const ulong Prime = 0x100000001B3;

    /// <summary>Of names and values.</summary>
    public ulong Hash { get; private set; }

    /// <summary>Of how long the values are, roughly.</summary>
    public uint Shape { get; private set; }

    /// <inheritdoc/>
    public void Number(ReadOnlySpan<byte> name, uint value)
    {
        Add(name);
        Hash = (Hash ^ value) * Prime;
    }

    /// <inheritdoc/>
    public void Text(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Octets(name, value);

    /// <inheritdoc/>
    public void Octets(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Add(name);
        Add(value);
        Shape = (Shape * 4) + (value.IsEmpty ? 0u : value.Length < 20 ? 1u : 2u);
    }

    /// <inheritdoc/>
    public void List(ReadOnlySpan<byte> name, DestAddressList value)
    {
        Add(name);
        foreach (var entry in value)
        {
            Hash = (Hash ^ entry.DestFlag) * Prime;
            Add(entry.DestinationAddr);
            Add(entry.DlName);
        }

        Shape = (Shape * 4) + (uint)Math.Min(value.Count, 3);
    }

    /// <inheritdoc/>
    public void List(ReadOnlySpan<byte> name, UnsuccessSmeList value)
    {
        Add(name);
        foreach (var entry in value)
        {
            Hash = (Hash ^ (uint)entry.ErrorStatusCode) * Prime;
            Add(entry.DestinationAddr);
        }

        Shape = (Shape * 4) + (uint)Math.Min(value.Count, 3);
    }

    private void Add(ReadOnlySpan<byte> octets)
    {
        ulong hash = Hash;
        foreach (byte octet in octets)
        {
            hash = (hash ^ octet) * Prime;
        }

        Hash = (hash ^ (uint)octets.Length) * Prime;
    }
}
