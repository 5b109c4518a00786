using System.Buffers.Binary;

namespace Store;

/// <summary>
/// The bytes of one frame, the value of one put: records one after the other, each aligned to 4 bytes.
/// <code>
///  +----------------+------------------+---------+----------------+---
///  | length u32 LE  | length bytes     | 0..3 x0 | length u32 LE  | ...
///  +----------------+------------------+---------+----------------+---
/// </code>
/// </summary>
internal static class Framing
{
    internal const int Prefix = sizeof(uint);

    /// <summary>A frame is closed before it would grow beyond this.</summary>
    internal const int TargetFrame = 32 * 1024;

    internal const int MaxRecord = 1024 * 1024;

    /// <summary>The bytes that a record of <paramref name="length"/> bytes takes in a frame.</summary>
    internal static int Space(int length) => Prefix + ((length + 3) & ~3);

    /// <summary>
    /// The length of the record at <paramref name="offset"/>, or -1 when no whole record is there.
    /// </summary>
    internal static int LengthAt(ReadOnlySpan<byte> frame, int offset)
    {
        if ((uint)offset + Prefix > (uint)frame.Length)
        {
            return -1;
        }
        var length = BinaryPrimitives.ReadUInt32LittleEndian(frame[offset..]);
        return length <= MaxRecord && offset + Space((int)length) <= frame.Length ? (int)length : -1;
    }

    /// <summary>
    /// The record whose prefix is at <paramref name="offset"/>, found by walking from the record start
    /// <paramref name="from"/>, so that an offset made up by someone else never reads from a record's middle.
    /// </summary>
    internal static bool TryFind(ReadOnlySpan<byte> frame, int from, int offset, out ReadOnlySpan<byte> record)
    {
        for (var at = from; at <= offset;)
        {
            var length = LengthAt(frame, at);
            if (length < 0)
            {
                break;
            }
            if (at == offset)
            {
                record = frame.Slice(at + Prefix, length);
                return true;
            }
            at += Space(length);
        }
        record = default;
        return false;
    }
}
