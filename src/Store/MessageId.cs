using System.Buffers.Binary;

namespace Store;

/// <summary>
/// A message's id: a UUIDv7 (RFC 9562, section 5.7) that carries the node and the position of its acceptance record,
/// so that a look-up by id is one read and needs no index.
/// <code>
///  bits 127..80 unix time in ms | 79..76 = 7 | 75..64 node | 63..62 = 0b10 | 61..0 position
/// </code>
/// The text form is the usual one: 36 characters, lower case, dashes.
/// </summary>
public static class MessageId
{
    /// <summary>Bytes of the text form.</summary>
    public const int TextLength = 36;

    /// <summary>The largest node number.</summary>
    public const int MaxNode = (1 << 12) - 1;

    private const long MaxTime = (1L << 48) - 1;

    /// <summary>Makes an id.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An argument does not fit its bits.</exception>
    public static UInt128 Create(long unixMs, int node, ulong position)
    {
        if ((ulong)unixMs > MaxTime || (uint)node > MaxNode || position > Position.Max)
        {
            ThrowRange(unixMs, node);
        }
        return new UInt128(((ulong)unixMs << 16) | 0x7000 | (uint)node, (1UL << 63) | position);
    }

    /// <summary>Position, node and time of an id; false when it is no id of ours.</summary>
    public static bool TryRead(UInt128 id, out ulong position, out int node, out long unixMs)
    {
        var high = (ulong)(id >> 64);
        var low = (ulong)id;
        position = low & Position.Max;
        node = (int)(high & MaxNode);
        unixMs = (long)(high >> 16);
        return ((high >> 12) & 0xF) == 7 && low >> 62 == 0b10;
    }

    /// <summary>Reads the text form; upper-case hexadecimal digits are accepted.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out ulong position, out int node, out long unixMs)
    {
        if (TryParse(utf8, out var id))
        {
            return TryRead(id, out position, out node, out unixMs);
        }
        position = 0;
        node = 0;
        unixMs = 0;
        return false;
    }

    /// <summary>Reads the text form; the version and variant are not looked at.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out UInt128 id)
    {
        id = default;
        if (utf8.Length != TextLength || utf8[8] != '-' || utf8[13] != '-' || utf8[18] != '-' || utf8[23] != '-')
        {
            return false;
        }
        ulong bad = 0;
        var high = (Hex(utf8[..8], ref bad) << 32) | (Hex(utf8.Slice(9, 4), ref bad) << 16)
            | Hex(utf8.Slice(14, 4), ref bad);
        var low = (Hex(utf8.Slice(19, 4), ref bad) << 48) | Hex(utf8.Slice(24, 12), ref bad);
        id = new UInt128(high, low);
        return bad == 0;
    }

    /// <summary>Writes the text form; false when fewer than <see cref="TextLength"/> bytes are there.</summary>
    public static bool TryFormat(UInt128 id, Span<byte> utf8)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, id);
        return new Guid(bytes, bigEndian: true).TryFormat(utf8, out _);
    }

    /// <summary>Writes the text form of a new id; false when the space is too small.</summary>
    public static bool TryFormat(long unixMs, int node, ulong position, Span<byte> utf8) =>
        TryFormat(Create(unixMs, node, position), utf8);

    /// <summary>
    /// Digits to a number; a byte that is no digit sets <paramref name="bad"/>, without a branch a digit.
    /// </summary>
    private static ulong Hex(ReadOnlySpan<byte> digits, ref ulong bad)
    {
        ulong value = 0;
        foreach (var digit in digits)
        {
            var nibble = Nibbles[digit];
            bad |= (uint)nibble & 0xF0;
            value = (value << 4) | (uint)(nibble & 0xF);
        }
        return value;
    }

    private static void ThrowRange(long unixMs, int node) => throw new ArgumentOutOfRangeException(
        (ulong)unixMs > MaxTime ? nameof(unixMs) : (uint)node > MaxNode ? nameof(node) : "position");

    private static ReadOnlySpan<byte> Nibbles => NibbleTable;

    private static readonly byte[] NibbleTable = MakeNibbles();

    private static byte[] MakeNibbles()
    {
        var table = new byte[256];
        Array.Fill(table, (byte)0xFF);
        for (byte i = 0; i < 16; i++)
        {
            table["0123456789abcdef"[i]] = i;
            table["0123456789ABCDEF"[i]] = i;
        }
        return table;
    }
}
