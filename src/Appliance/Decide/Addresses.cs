namespace Appliance.Decide;

/// <summary>Addresses inside a submit_sm body, and as a live message keeps them.</summary>
internal static class Addresses
{
    /// <summary>Copies TON, NPI and the octets up to the NUL from a body; what is too long was refused
    /// before.</summary>
    public static void Copy(ReadOnlySpan<byte> body, int offset, ref AddressBytes address)
    {
        Span<byte> target = address;
        var octets = Octets(body, offset);
        target[0] = body[offset];
        target[1] = body[offset + 1];
        target[2] = (byte)octets.Length;
        octets.CopyTo(target[3..]);
    }

    public static ReadOnlySpan<byte> Octets(ReadOnlySpan<byte> body, int offset)
    {
        var rest = body[(offset + 2)..];
        return rest[..rest.IndexOf((byte)0)];
    }

    /// <summary>Whether an address is one of the two of a receipt.</summary>
    /// <param name="handset">The hashes of both: which is the handset's differs between carriers.</param>
    public static bool IsOneOf(ReadOnlySpan<byte> octets, ulong handset)
    {
        var hash = AddressHash.Of(octets);
        return hash == (uint)handset || hash == (uint)(handset >> 32);
    }

    public static ReadOnlySpan<byte> Octets(ref readonly AddressBytes address)
    {
        ReadOnlySpan<byte> bytes = address;
        return bytes.Slice(3, bytes[2]);
    }
}
