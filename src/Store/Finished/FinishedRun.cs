using System.Buffers.Binary;
using Store.Native;

namespace Store;

/// <summary>
/// How finished messages lie in the database. All pairs of one buffer whose acceptance is in the same frame are one
/// put, because messages accepted together tend to finish together: tens of messages a put under load.
/// <code>
///  key:   frame u64 BE | run u64 BE                        (a later run is newer)
///  value: n x offset/4 u16 LE, ascending | n x last position u64 LE
/// </code>
/// </summary>
internal static class FinishedRun
{
    internal const int KeySize = 16;
    private const int EntrySize = sizeof(ushort) + sizeof(ulong);

    /// <summary>
    /// Takes the pairs of one frame from the head of sorted arrays. Returns how many; the value's bytes are in
    /// <paramref name="value"/>.
    /// </summary>
    internal static int Encode(ReadOnlySpan<ulong> accepted, ReadOnlySpan<ulong> last, ref byte[] value, out int length)
    {
        var frame = Position.Frame(accepted[0]);
        var count = 1;
        while (count < accepted.Length && Position.Frame(accepted[count]) == frame)
        {
            count++;
        }
        length = count * EntrySize;
        if (value.Length < length)
        {
            value = new byte[Math.Max(length, value.Length * 2)];
        }
        var lasts = value.AsSpan(count * sizeof(ushort));
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(value.AsSpan(i * sizeof(ushort)), (ushort)accepted[i]);
            BinaryPrimitives.WriteUInt64LittleEndian(lasts[(i * sizeof(ulong))..], last[i]);
        }
        return count;
    }

    internal static void WriteKey(Span<byte> key, ulong frame, ulong run)
    {
        BinaryPrimitives.WriteUInt64BigEndian(key, frame);
        BinaryPrimitives.WriteUInt64BigEndian(key[8..], run);
    }

    /// <summary>Looks through the runs of the position's frame, the newest first.</summary>
    internal static bool TryFind(Database db, ulong accepted, out ulong last)
    {
        Span<byte> key = stackalloc byte[KeySize];
        WriteKey(key, Position.Frame(accepted), ulong.MaxValue);
        using var iterator = new Iterator(db, JournalDatabase.Finished);
        for (var found = iterator.SeekForPrevious(key); found; found = iterator.Previous())
        {
            if (!iterator.Key.StartsWith(key[..8]))
            {
                break;
            }
            if (TryFind(iterator.Value, (ushort)accepted, out last))
            {
                return true;
            }
        }
        last = 0;
        return false;
    }

    /// <summary>
    /// What the newest runs say of messages accepted in one frame; what they do not know stays as it is, which is 0.
    /// </summary>
    internal static void FindAll(Iterator iterator, ReadOnlySpan<ulong> accepted, Span<ulong> last)
    {
        Span<byte> key = stackalloc byte[KeySize];
        WriteKey(key, Position.Frame(accepted[0]), ulong.MaxValue);
        for (var found = iterator.SeekForPrevious(key); found && iterator.Key.StartsWith(key[..8]);
            found = iterator.Previous())
        {
            for (var i = 0; i < accepted.Length; i++)
            {
                if (last[i] == 0 && TryFind(iterator.Value, (ushort)accepted[i], out var newest))
                {
                    last[i] = newest;
                }
            }
        }
    }

    private static bool TryFind(ReadOnlySpan<byte> value, ushort offset, out ulong last)
    {
        var count = value.Length / EntrySize;
        int low = 0, high = count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (BinaryPrimitives.ReadUInt16LittleEndian(value[(middle * sizeof(ushort))..]) < offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        last = 0;
        if (low == count || BinaryPrimitives.ReadUInt16LittleEndian(value[(low * sizeof(ushort))..]) != offset)
        {
            return false;
        }
        last = BinaryPrimitives.ReadUInt64LittleEndian(value[((count * sizeof(ushort)) + (low * sizeof(ulong)))..]);
        return true;
    }

    /// <summary>How many messages an entry holds; -1 when it cannot be right.</summary>
    internal static int Check(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ulong lastFrame)
    {
        var count = value.Length / EntrySize;
        if (key.Length != KeySize || count == 0 || value.Length % EntrySize != 0)
        {
            return -1;
        }
        var frame = BinaryPrimitives.ReadUInt64BigEndian(key);
        var before = -1;
        for (var i = 0; i < count; i++)
        {
            var place = BinaryPrimitives.ReadUInt16LittleEndian(value[(i * sizeof(ushort))..]);
            var last = BinaryPrimitives.ReadUInt64LittleEndian(value[((count * sizeof(ushort))
                + (i * sizeof(ulong)))..]);
            if (place <= before || last < Position.Of(frame, place * 4) || Position.Frame(last) > lastFrame)
            {
                return -1;
            }
            before = place;
        }
        return frame > 0 && frame <= lastFrame ? count : -1;
    }

    /// <summary>The highest run number in the database, so that a new process goes on above it.</summary>
    internal static ulong LastRun(Journal journal)
    {
        var value = journal.GetMeta(RunKey);
        return value is { Length: sizeof(ulong) } ? BinaryPrimitives.ReadUInt64LittleEndian(value) : 0;
    }

    internal static ReadOnlySpan<byte> RunKey => "\0finished run"u8;
}
