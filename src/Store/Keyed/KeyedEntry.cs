using System.Buffers.Binary;

namespace Store;

/// <summary>What a key leads to: a journal position and two values of the caller's.</summary>
public readonly record struct KeyedEntry(ulong Position, ulong First, ulong Second);

/// <summary>Which index of random keys; each is a column family of the journal's database.</summary>
public enum KeyIndexFamily
{
    /// <summary>Messages that memory has let go of and that something may still come for.</summary>
    Awaiting,
    /// <summary>Submissions that may be repeated.</summary>
    Repeats,
}

/// <summary>Where a piece-by-piece scan goes on; the default is the beginning.</summary>
public readonly record struct KeyedCursor(ulong Key, ulong Position);

/// <summary>
/// How an entry lies in the database.
/// <code>
///  key:   key u64 BE | position u64 BE
///  value: first u64 LE | second u64 LE
/// </code>
/// </summary>
internal static class KeyedFormat
{
    internal const int KeySize = 16;
    internal const int ValueSize = 16;

    internal static int FamilyOf(KeyIndexFamily family) => family switch
    {
        KeyIndexFamily.Awaiting => JournalDatabase.Awaiting,
        KeyIndexFamily.Repeats => JournalDatabase.Repeats,
        _ => throw new ArgumentOutOfRangeException(nameof(family), family, "There is no such index."),
    };

    internal static void WriteKey(Span<byte> bytes, ulong key, ulong position)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, key);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], position);
    }

    internal static void WriteValue(Span<byte> bytes, ulong first, ulong second)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, first);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], second);
    }

    internal static ulong Key(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadUInt64BigEndian(key);

    internal static KeyedEntry Entry(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => new(
        BinaryPrimitives.ReadUInt64BigEndian(key[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(value),
        BinaryPrimitives.ReadUInt64LittleEndian(value[8..]));

    /// <summary>Whether an entry can be right in a log that ends with a frame.</summary>
    internal static bool IsSound(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ulong lastFrame) =>
        key.Length == KeySize && value.Length == ValueSize
        && Position.Frame(BinaryPrimitives.ReadUInt64BigEndian(key[8..])) <= lastFrame;
}
