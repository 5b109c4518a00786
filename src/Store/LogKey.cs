using System.Buffers.Binary;

namespace Store;

/// <summary>
/// A frame's key: its number, 8 bytes big-endian, so that RocksDB's byte order is the order of appending.
/// </summary>
internal static unsafe class LogKey
{
    internal const nuint Size = sizeof(ulong);

    /// <summary>The number in key order; the address of the result is the key.</summary>
    internal static ulong Encode(ulong frame) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(frame) : frame;

    internal static ulong Decode(byte* key) => BinaryPrimitives.ReadUInt64BigEndian(new ReadOnlySpan<byte>(key, 8));
}
