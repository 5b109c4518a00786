using System.Buffers.Binary;

namespace Codec;

/// <summary>
/// The sixteen octets that open every PDU (SMPP 5.0, 3.2), big-endian:
/// <code>
/// +-----------------+-----------------+-----------------+-----------------+
/// | command_length  |   command_id    | command_status  | sequence_number |
/// +-----------------+-----------------+-----------------+-----------------+
/// 0                 4                 8                 12                16
/// </code>
/// command_length counts the header too.
/// </summary>
public readonly record struct Header(uint Length, CommandId Command, CommandStatus Status, uint Sequence)
{
    /// <summary>Octets of a header.</summary>
    public const int Size = 16;

    /// <summary>Reads a header from a span of at least <see cref="Size"/> octets.</summary>
    public static Header Read(ReadOnlySpan<byte> source)
    {
        source = source[..Size];
        return new Header(
            BinaryPrimitives.ReadUInt32BigEndian(source),
            (CommandId)BinaryPrimitives.ReadUInt32BigEndian(source[4..]),
            (CommandStatus)BinaryPrimitives.ReadUInt32BigEndian(source[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[12..]));
    }

    /// <summary>Writes the header to a span of at least <see cref="Size"/> octets.</summary>
    public void Write(Span<byte> destination)
    {
        destination = destination[..Size];
        BinaryPrimitives.WriteUInt32BigEndian(destination, Length);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], (uint)Command);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], (uint)Status);
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], Sequence);
    }
}
