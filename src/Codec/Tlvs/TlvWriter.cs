using System.Buffers.Binary;

namespace Codec;

/// <summary>
/// Encodes TLVs into a span that the caller gives. A TLV that does not fit is left out whole, and the writer
/// says so: <see cref="Overflowed"/> stays true from then on.
/// </summary>
public ref struct TlvWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;
    private int _length;

    /// <summary>What has been written, to be given to a PDU as its Tlvs.</summary>
    public readonly ReadOnlySpan<byte> Written => _destination[.._length];

    /// <summary>Whether something did not fit.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Octets as they are.</summary>
    public bool Add(TlvTag tag, scoped ReadOnlySpan<byte> value)
    {
        if (!TryBegin(tag, value.Length, out var room))
        {
            return false;
        }

        value.CopyTo(room);
        return true;
    }

    /// <summary>One octet.</summary>
    public bool AddByte(TlvTag tag, byte value) => Add(tag, [value]);

    /// <summary>Two octets, big-endian.</summary>
    public bool AddUInt16(TlvTag tag, ushort value)
    {
        if (!TryBegin(tag, sizeof(ushort), out var room))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(room, value);
        return true;
    }

    /// <summary>Four octets, big-endian.</summary>
    public bool AddUInt32(TlvTag tag, uint value)
    {
        if (!TryBegin(tag, sizeof(uint), out var room))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt32BigEndian(room, value);
        return true;
    }

    /// <summary>Text; the NUL that ends it is added and counted.</summary>
    public bool AddCString(TlvTag tag, scoped ReadOnlySpan<byte> value)
    {
        if (!TryBegin(tag, value.Length + 1, out var room))
        {
            return false;
        }

        value.CopyTo(room);
        room[value.Length] = 0;
        return true;
    }

    private bool TryBegin(TlvTag tag, int length, out Span<byte> room)
    {
        room = default;
        var free = _destination[_length..];
        if (length > ushort.MaxValue || free.Length < 4 + length)
        {
            Overflowed = true;
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(free, (ushort)tag);
        BinaryPrimitives.WriteUInt16BigEndian(free[2..], (ushort)length);
        room = free.Slice(4, length);
        _length += 4 + length;
        return true;
    }
}
