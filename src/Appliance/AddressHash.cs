namespace Appliance;

/// <summary>
/// Spreads addresses over partitions, and compares a receipt's address with a message's; a leading + makes no
/// difference.
/// </summary>
public static class AddressHash
{
    public static uint Of(ReadOnlySpan<byte> address)
    {
        if (address.Length > 0 && address[0] == (byte)'+') address = address[1..];
        var hash = 2166136261u;
        foreach (var octet in address) hash = (hash ^ octet) * 16777619u;
        return hash ^ (hash >> 15);
    }

    /// <summary>The same with 64 bits, all of them well spread; never 0. Part of what is stored.</summary>
    public static ulong Long(ReadOnlySpan<byte> address)
    {
        if (address.Length > 0 && address[0] == (byte)'+') address = address[1..];
        var hash = 14695981039346656037UL;
        foreach (var octet in address) hash = (hash ^ octet) * 1099511628211UL;
        hash ^= hash >> 32;
        hash *= 0xD6E8FEB86659FD93UL;
        hash ^= hash >> 32;
        return hash == 0 ? 1 : hash;
    }
}
