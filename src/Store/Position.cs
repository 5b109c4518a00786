namespace Store;

/// <summary>
/// A record's address: it grows with the order of appending, is known before the commit and fits 62 bits.
/// <code>
///   63 62 61                                    16 15            0
///  +-----+----------------------------------------+---------------+
///  |  0  | frame number (46 bits, from 1)         | offset / 4    |
///  +-----+----------------------------------------+---------------+
/// </code>
/// The offset is that of the record's length prefix in its frame. Zero is no record.
/// </summary>
public static class Position
{
    /// <summary>No record has this position.</summary>
    public const ulong None = 0;

    /// <summary>The largest position; it fits a message id's 62 bits.</summary>
    public const ulong Max = (1UL << 62) - 1;

    internal const ulong MaxFrame = Max >> OffsetBits;
    private const int OffsetBits = 16;
    private const int OffsetUnit = 4;

    /// <summary>Where a frame begins.</summary>
    public static ulong OfFrame(ulong frame) => frame << OffsetBits;

    internal static ulong Of(ulong frame, int offset) => (frame << OffsetBits) | (uint)(offset / OffsetUnit);

    /// <summary>The number of the frame the record is in.</summary>
    public static ulong Frame(ulong position) => position >> OffsetBits;

    /// <summary>The byte offset of the record's length prefix in its frame.</summary>
    public static int Offset(ulong position) => (int)(position & ((1 << OffsetBits) - 1)) * OffsetUnit;
}
