using System.Buffers.Binary;
using Store.Native;

namespace Store;

/// <summary>
/// The number that new frames stay above even when retention has removed every frame: kept among the facts, under a key
/// that starts with a zero byte and so is no one else's.
/// </summary>
internal static class FrameFloor
{
    internal static ReadOnlySpan<byte> Key => "\0frame floor"u8;

    internal static ulong Read(Database db)
    {
        using var value = Pinned.Get(db, JournalDatabase.Meta, Key);
        return value.Bytes.Length == sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(value.Bytes) : 0;
    }
}
