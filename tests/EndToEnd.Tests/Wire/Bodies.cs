using System.Buffers.Binary;
using System.Text;

namespace EndToEnd.Tests.Wire;

/// <summary>PDU bodies put together octet by octet.</summary>
internal static class Bodies
{
    /// <summary>SMPP 3.4 section 4.1.</summary>
    public static byte[] Bind(string systemId, string password, byte version = 0x34) =>
        [.. Text(systemId), .. Text(password), 0, version, 0, 0, 0];

    /// <summary>SMPP 3.4 section 4.4.1; a receipt is asked for unless said otherwise.</summary>
    public static byte[] Submit(
        string from, string to, byte[] message, byte registeredDelivery = 1, byte esmClass = 0, byte[]? tlvs = null) =>
    [
        0, 5, 0, .. Text(from), 1, 1, .. Text(to), esmClass, 0, 0, 0, 0, registeredDelivery, 0, 0, 0,
        (byte)message.Length, .. message, .. tlvs ?? [],
    ];

    public static byte[] Submit(string from, string to, string message, byte registeredDelivery = 1) =>
        Submit(from, to, Encoding.ASCII.GetBytes(message), registeredDelivery);

    /// <summary>With what SMPP 3.4 sections 5.2.14 to 5.2.16 say about when.</summary>
    public static byte[] Submit(
        string from, string to, string message, byte priority, string schedule = "", string validity = "",
        byte[]? tlvs = null) =>
    [
        0, 5, 0, .. Text(from), 1, 1, .. Text(to), 0, 0, priority, .. Text(schedule), .. Text(validity), 1, 0, 0, 0,
        (byte)message.Length, .. Encoding.Latin1.GetBytes(message), .. tlvs ?? [],
    ];

    /// <summary>SMPP 3.4 section 4.8.1.</summary>
    public static byte[] Query(string id, string from) => [.. Text(id), 5, 0, .. Text(from)];

    /// <summary>SMPP 3.4 section 4.9.1.</summary>
    public static byte[] Cancel(string id, string from, string to = "", string service = "") =>
        [.. Text(service), .. Text(id), 5, 0, .. Text(from), 1, 1, .. Text(to)];

    /// <summary>SMPP 3.4 section 4.10.1.</summary>
    public static byte[] Replace(string id, string from, string message, string schedule = "", string validity = "") =>
    [
        .. Text(id), 5, 0, .. Text(from), .. Text(schedule), .. Text(validity), 1, 0, (byte)message.Length,
        .. Encoding.Latin1.GetBytes(message),
    ];

    /// <summary>SMPP 3.4 section 5.3.1, with a length that need not be true.</summary>
    public static byte[] Tlv(ushort tag, byte[] value, ushort? length = null)
    {
        var bytes = new byte[4 + value.Length];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, tag);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), length ?? (ushort)value.Length);
        value.CopyTo(bytes, 4);
        return bytes;
    }

    private static byte[] Text(string text) => [.. Encoding.Latin1.GetBytes(text), 0];
}
