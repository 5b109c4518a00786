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
}
