using System.Buffers.Binary;
using System.Text;

namespace EndToEnd.Tests.Wire;

/// <summary>
/// A PDU as the tests write and read it by hand, so that no fault of our codec can hide behind the same codec here
/// (SMPP 3.4 section 3.2): command_length, command_id, command_status, sequence_number, body.
/// </summary>
internal sealed record Pdu(uint Command, uint Status, uint Sequence, byte[] Body)
{
    public const int HeaderLength = 16;

    public static Pdu Read(ReadOnlySpan<byte> frame) => new(
        BinaryPrimitives.ReadUInt32BigEndian(frame[4..]),
        BinaryPrimitives.ReadUInt32BigEndian(frame[8..]),
        BinaryPrimitives.ReadUInt32BigEndian(frame[12..]),
        frame[HeaderLength..].ToArray());

    public byte[] ToBytes() => ToBytes((uint)(HeaderLength + Body.Length));

    /// <summary>With a command_length that need not be true.</summary>
    public byte[] ToBytes(uint length)
    {
        var bytes = new byte[HeaderLength + Body.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), Command);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), Status);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), Sequence);
        Body.CopyTo(bytes, HeaderLength);
        return bytes;
    }

    /// <summary>The C-octet string at the head of the body: system_id or message_id of a response.</summary>
    public string FirstString()
    {
        var end = Array.IndexOf(Body, (byte)0);
        return end < 0 ? "" : Encoding.Latin1.GetString(Body, 0, end);
    }

    public override string ToString() => $"0x{Command:x8} status 0x{Status:x} sequence {Sequence} {Body.Length} octets";
}
