using System.Buffers.Binary;
using Store.Native;

namespace Store;

/// <summary>
/// What is known of frame numbers beside the frames themselves, kept among the facts under keys that start with a zero
/// byte and so are no one else's. Frames count on without a gap, but for these: retention removes files before
/// <see cref="DroppedBefore"/>, and a restore from a backup skips <see cref="RestoreGap"/> numbers.
/// </summary>
internal static class FrameFloor
{
    internal static ReadOnlySpan<byte> Key => "\0frame floor"u8;

    internal static ReadOnlySpan<byte> DroppedKey => "\0dropped before"u8;

    /// <summary>
    /// Frame numbers skipped by a restore. Ids given out after the backup was made name frames that are lost; new
    /// frames must not take their numbers, or an old id would show a stranger's message. 2^36 frames are a year and
    /// more.
    /// </summary>
    internal const ulong RestoreGap = 1UL << 36;

    /// <summary>The number that new frames stay above, even when retention has removed every frame.</summary>
    internal static ulong Read(Database db) => Read(db, Key);

    /// <summary>Frames before this one may be gone.</summary>
    internal static ulong DroppedBefore(Database db) => Read(db, DroppedKey);

    private static ulong Read(Database db, ReadOnlySpan<byte> key)
    {
        using var value = Pinned.Get(db, JournalDatabase.Meta, key);
        return value.Bytes.Length == sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(value.Bytes) : 0;
    }
}
