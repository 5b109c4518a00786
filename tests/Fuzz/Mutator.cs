using System.Buffers.Binary;

namespace Fuzz;

/// <summary>
/// Changes PDUs as peers, bugs and attackers do: octets flipped, pieces cut, doubled or taken from other PDUs, length
/// fields that lie, another command_id. Most of the time command_length is then made true again, so that what is
/// behind it is reached.
/// </summary>
public sealed class Mutator(ulong seed)
{
    /// <summary>The longest PDU that is made.</summary>
    public const int MaxLength = 2048;

    private static readonly byte[] Telling =
        [0, 1, 2, 4, 8, 0x0D, 0x1B, 0x20, 0x3A, 0x40, 0x7F, 0x80, 0xD8, 0xDC, 0xFE, 0xFF];
    private static readonly uint[] Commands = [.. Enum.GetValues<Codec.CommandId>().Select(c => (uint)c)];
    private ulong _state = seed | 1;

    /// <summary>A random number below a bound (xorshift64*).</summary>
    public int Next(int bound)
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return (int)(((_state * 0x2545F4914F6CDD1DUL) >> 32) * (ulong)bound >> 32);
    }

    /// <summary>
    /// Writes a changed <paramref name="pdu"/> into <paramref name="destination"/> (at least
    /// <see cref="MaxLength"/>); gives its length. <paramref name="other"/> lends pieces.
    /// </summary>
    public int Mutate(ReadOnlySpan<byte> pdu, ReadOnlySpan<byte> other, Span<byte> destination)
    {
        int length = Math.Min(pdu.Length, MaxLength);
        pdu[..length].CopyTo(destination);
        for (int i = 1 + Next(4); i > 0; i--)
        {
            length = Step(destination, length, other);
        }

        if (length >= 4 && Next(16) != 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)length);
        }

        return length;
    }

    private int Step(Span<byte> pdu, int length, ReadOnlySpan<byte> other)
    {
        int at = length == 0 ? 0 : Next(length);
        switch (Next(10))
        {
            case 0 when length > 0:
                pdu[at] ^= (byte)(1 << Next(8));
                return length;
            case 1 or 2 when length > 0:
                pdu[at] = Telling[Next(Telling.Length)];
                return length;
            case 3 when length > 0:
                pdu[at] = (byte)Next(256);
                return length;
            case 4 when length > 0:
                return Delete(pdu, length, at, Math.Min(1 + Next(8), length - at));
            case 5:
                return Insert(pdu, length, at, pdu[..length], at, 1 + Next(16));
            case 6 when other.Length > 0:
                int from = Next(other.Length);
                return Insert(pdu, length, at, other, from, 1 + Next(64));
            case 7:
                return Next(length + 1);
            case 8 when length >= 8:
                BinaryPrimitives.WriteUInt32BigEndian(pdu[4..], Commands[Next(Commands.Length)]);
                return length;
            case 9 when length >= 2:
                // A TLV's length, or any other number of two octets, a little or far off.
                at = Next(length - 1);
                BinaryPrimitives.WriteUInt16BigEndian(pdu[at..], (ushort)(Next(2) == 0 ? Next(65536) : Next(20)));
                return length;
            default:
                return length;
        }
    }

    private static int Delete(Span<byte> pdu, int length, int at, int count)
    {
        pdu[(at + count)..length].CopyTo(pdu[at..]);
        return length - count;
    }

    private static int Insert(Span<byte> pdu, int length, int at, ReadOnlySpan<byte> source, int from, int count)
    {
        count = Math.Min(count, Math.Min(source.Length - from, MaxLength - length));
        if (count <= 0)
        {
            return length;
        }

        Span<byte> piece = stackalloc byte[64];
        source.Slice(from, count).CopyTo(piece);
        pdu[at..length].CopyTo(pdu[(at + count)..]);
        piece[..count].CopyTo(pdu[at..]);
        return length + count;
    }
}
