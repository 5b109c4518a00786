using System.Buffers;
using System.Buffers.Binary;

namespace Codec;

/// <summary>What the front of a receive buffer holds.</summary>
public enum FrameStatus
{
    /// <summary>The front of a PDU; more octets are to come.</summary>
    NeedMore,

    /// <summary>A whole PDU.</summary>
    Pdu,

    /// <summary>A command_length no PDU can have: the stream cannot be read on, the session has to end.</summary>
    BadLength,
}

/// <summary>
/// Cuts a stream into PDUs by command_length alone. The length is judged as soon as its four octets are there,
/// before any body is waited for, so that a hostile length costs no memory.
/// </summary>
public static class Frame
{
    /// <summary>
    /// Looks at the front of <paramref name="buffer"/>. <paramref name="header"/> is whole once sixteen octets are
    /// there, whatever the answer; before that only its length is.
    /// </summary>
    /// <param name="buffer">What was received and not yet consumed.</param>
    /// <param name="maxLength">The longest PDU to accept, header included.</param>
    /// <param name="header">The header of the first PDU.</param>
    public static FrameStatus Peek(ReadOnlySpan<byte> buffer, int maxLength, out Header header)
    {
        if (buffer.Length >= Header.Size)
        {
            header = Header.Read(buffer);
        }
        else if (buffer.Length >= sizeof(uint))
        {
            header = new Header(BinaryPrimitives.ReadUInt32BigEndian(buffer), default, default, default);
        }
        else
        {
            header = default;
            return FrameStatus.NeedMore;
        }

        return Judge(header.Length, maxLength, buffer.Length);
    }

    /// <summary>
    /// Takes one PDU off the front of <paramref name="buffer"/>; the buffer is left as it was unless the answer is
    /// <see cref="FrameStatus.Pdu"/>.
    /// </summary>
    public static FrameStatus TryRead(
        ref ReadOnlySequence<byte> buffer, int maxLength, out Header header, out ReadOnlySequence<byte> pdu)
    {
        pdu = default;
        var first = buffer.FirstSpan;
        FrameStatus status;
        if (first.Length >= Header.Size)
        {
            header = Header.Read(first);
            status = Judge(header.Length, maxLength, buffer.Length);
        }
        else
        {
            Span<byte> front = stackalloc byte[Header.Size];
            int count = (int)Math.Min(buffer.Length, Header.Size);
            buffer.Slice(0, count).CopyTo(front);
            status = Peek(front[..count], maxLength, out header);
            if (status == FrameStatus.NeedMore && count == Header.Size)
            {
                status = Judge(header.Length, maxLength, buffer.Length);
            }
        }

        if (status == FrameStatus.Pdu)
        {
            pdu = buffer.Slice(0, header.Length);
            buffer = buffer.Slice(header.Length);
        }

        return status;
    }

    /// <summary>
    /// The PDU in one piece: its own memory where it lies in one segment, a copy in <paramref name="scratch"/>
    /// (at least as long as the PDU) where a receive tore it.
    /// </summary>
    public static ReadOnlySpan<byte> Contiguous(in ReadOnlySequence<byte> pdu, Span<byte> scratch)
    {
        if (pdu.IsSingleSegment)
        {
            return pdu.FirstSpan;
        }

        pdu.CopyTo(scratch);
        return scratch[..(int)pdu.Length];
    }

    private static FrameStatus Judge(uint length, int maxLength, long available)
    {
        if (length < Header.Size || length > (uint)maxLength)
        {
            return FrameStatus.BadLength;
        }

        return available >= length ? FrameStatus.Pdu : FrameStatus.NeedMore;
    }
}
