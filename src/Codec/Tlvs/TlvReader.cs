using System.Buffers.Binary;

namespace Codec;

/// <summary>
/// One tagged parameter. <see cref="Value"/> is what the PDU holds of it: less than <see cref="Length"/> says only
/// where the PDU ends within the value.
/// </summary>
public readonly ref struct Tlv(TlvTag tag, int length, ReadOnlySpan<byte> value)
{
    /// <summary>What the value means.</summary>
    public TlvTag Tag { get; } = tag;

    /// <summary>The length that the TLV states.</summary>
    public int Length { get; } = length;

    /// <summary>The value's octets.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;

    /// <summary>Whether the PDU ends within the value.</summary>
    public bool IsTruncated => Value.Length < Length;
}

/// <summary>
/// The TLVs of a PDU as they came, in order, known and unknown (SMPP 5.0, 4.8):
/// <code>
/// +---------+---------+----------------+
/// |   tag   | length  | value ...      |
/// +---------+---------+----------------+
/// 0         2         4                4 + length
/// </code>
/// Fewer than four octets at the end are no TLV; readers pass over them.
/// </summary>
public readonly ref struct TlvReader(ReadOnlySpan<byte> bytes)
{
    private const int TlvHeader = 4;

    /// <summary>The TLVs as they are on the wire.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>Whether there is no TLV.</summary>
    public bool IsEmpty => Bytes.Length < TlvHeader;

    /// <summary>TLVs that are already encoded, as a PDU's Tlvs.</summary>
    public static implicit operator TlvReader(ReadOnlySpan<byte> bytes) => new(bytes);

    /// <summary>TLVs that are already encoded, as a PDU's Tlvs.</summary>
    public static implicit operator TlvReader(Span<byte> bytes) => new(bytes);

    /// <summary>The first TLV with that tag; false if there is none.</summary>
    public bool TryFind(TlvTag tag, out ReadOnlySpan<byte> value)
    {
        foreach (var tlv in this)
        {
            if (tlv.Tag == tag)
            {
                value = tlv.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>The first TLV with that tag, as a big-endian number of one to four octets.</summary>
    public bool TryFindInteger(TlvTag tag, out uint value)
    {
        value = 0;
        if (!TryFind(tag, out var octets) || octets.Length is 0 or > sizeof(uint))
        {
            return false;
        }

        foreach (byte octet in octets)
        {
            value = (value << 8) | octet;
        }

        return true;
    }

    /// <summary>The first TLV with that tag, as text without the NUL that should end it (and often does not).</summary>
    public bool TryFindCString(TlvTag tag, out ReadOnlySpan<byte> value)
    {
        if (!TryFind(tag, out value))
        {
            return false;
        }

        int end = value.IndexOf((byte)0);
        value = end < 0 ? value : value[..end];
        return true;
    }

    /// <summary>Whether every TLV ends within the PDU; else <paramref name="offset"/> is one that does not.</summary>
    public bool IsWellFormed(out int offset)
    {
        offset = 0;
        while (Bytes.Length - offset >= TlvHeader)
        {
            int next = offset + TlvHeader + BinaryPrimitives.ReadUInt16BigEndian(Bytes[(offset + 2)..]);
            if (next > Bytes.Length)
            {
                return false;
            }

            offset = next;
        }

        return true;
    }

    /// <summary>Walks the TLVs in their order.</summary>
    public Enumerator GetEnumerator() => new(Bytes);

    /// <summary>Walks TLVs; the last may be truncated.</summary>
    public ref struct Enumerator(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        /// <summary>The TLV at hand.</summary>
        public Tlv Current { get; private set; }

        /// <summary>Goes to the next TLV.</summary>
        public bool MoveNext()
        {
            if (_rest.Length < TlvHeader)
            {
                return false;
            }

            var tag = (TlvTag)BinaryPrimitives.ReadUInt16BigEndian(_rest);
            int length = BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
            var value = _rest[TlvHeader..];
            if (value.Length > length)
            {
                _rest = value[length..];
                value = value[..length];
            }
            else
            {
                _rest = default;
            }

            Current = new Tlv(tag, length, value);
            return true;
        }
    }
}
