using System.Buffers.Binary;

namespace Store;

/// <summary>
/// A piece of a list, newest first.
/// <code>
///  value: position u64 LE | [tail u64 LE] | (difference to the next older position, LEB128 | [tail u64 LE]) ...
/// </code>
/// Tails (<see cref="HistoryKey.Tail"/>) are in destinations' lists only.
/// </summary>
internal ref struct HistoryPiece
{
    /// <summary>Bytes of an entry at most: a difference of 62 bits and a tail.</summary>
    internal const int MaxEntry = 9 + sizeof(ulong);

    private readonly bool _tails;
    private ReadOnlySpan<byte> _left;
    private bool _started;

    internal HistoryPiece(byte list, ReadOnlySpan<byte> value)
    {
        _tails = list == HistoryKey.ByDestination;
        _left = value;
    }

    internal ulong Position { get; private set; }

    internal ulong Tail { get; private set; }

    /// <summary>The bytes do not form a list; it ended before them.</summary>
    internal bool IsDamaged { get; private set; }

    /// <summary>The first position of a value, which is its newest.</summary>
    internal static ulong Newest(ReadOnlySpan<byte> value) =>
        value.Length >= sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(value) : 0;

    internal bool MoveNext()
    {
        if (_left.IsEmpty)
        {
            return false;
        }
        IsDamaged = !(_started ? TryTakeDifference() : TryTakeFirst()) || (_tails && !TryTakeTail());
        _started = true;
        return !IsDamaged;
    }

    /// <summary>Appends an entry, older than the one before, of which <paramref name="newer"/> is the position (0 for
    /// none). Returns the bytes written.</summary>
    internal static int Write(Span<byte> to, byte list, ulong newer, ulong position, ulong tail)
    {
        var at = 0;
        if (newer == 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to, position);
            at = sizeof(ulong);
        }
        else
        {
            var difference = newer - position;
            for (; difference >= 0x80; difference >>= 7)
            {
                to[at++] = (byte)(difference | 0x80);
            }
            to[at++] = (byte)difference;
        }
        if (list == HistoryKey.ByDestination)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to[at..], tail);
            at += sizeof(ulong);
        }
        return at;
    }

    private bool TryTakeFirst()
    {
        if (_left.Length < sizeof(ulong))
        {
            return false;
        }
        Position = Newest(_left);
        _left = _left[sizeof(ulong)..];
        return Position != 0;
    }

    private bool TryTakeDifference()
    {
        ulong difference = 0;
        for (var i = 0; i < Math.Min(9, _left.Length); i++)
        {
            difference |= (_left[i] & 0x7FUL) << (7 * i);
            if (_left[i] < 0x80)
            {
                _left = _left[(i + 1)..];
                Position -= difference;
                return difference > 0 && Position > 0 && Position + difference > Position;
            }
        }
        return false;
    }

    private bool TryTakeTail()
    {
        if (_left.Length < sizeof(ulong))
        {
            return false;
        }
        Tail = BinaryPrimitives.ReadUInt64LittleEndian(_left);
        _left = _left[sizeof(ulong)..];
        return true;
    }
}
