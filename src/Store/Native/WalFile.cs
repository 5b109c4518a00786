using System.Buffers.Binary;
using System.Numerics;

namespace Store.Native;

/// <summary>What reading a write-ahead log file from its start found.</summary>
/// <param name="Records">Whole records before any damage.</param>
/// <param name="GoodLength">Where the last whole record before any damage ends.</param>
/// <param name="DamagedAt">Byte offset of the first damage; -1 without any.</param>
/// <param name="LastSequence">RocksDB's sequence number of the last put in the last whole record; 0 without
/// any.</param>
/// <param name="MoreFollows">A record begins after the damage: what is damaged is not the log's tail.</param>
internal readonly record struct WalReport(
    long Records, long GoodLength, ulong LastSequence, long DamagedAt, bool MoreFollows)
{
    /// <summary>The file ends within a record, or zeros or rubbish stand where the last one should.</summary>
    internal bool IsTorn => DamagedAt >= 0 && !MoreFollows;

    /// <summary>Damage with records after it: bytes that had been synced have changed.</summary>
    internal bool IsDamaged => DamagedAt >= 0 && MoreFollows;
}

/// <summary>
/// Reads RocksDB's write-ahead log format, to say where a file is damaged and whether that is its torn tail. RocksDB
/// itself takes a run of zeros for the end of a block, and cannot tell a bad tail from a bad middle.
/// <code>
///  blocks of 32 KiB; fragments in them:
///  +-----------------+------------+---------+----------------+---------+
///  | masked CRC32C   | length u16 | type u8 | log number u32 | payload |
///  | u32 LE          | LE         |         | types 5-8 only |         |
///  +-----------------+------------+---------+----------------+---------+
///  types: 1, 5 full | 2, 6 first | 3, 7 middle | 4, 8 last; fewer than 7 (11) bytes at a block's end are zeros
/// </code>
/// </summary>
internal static class WalFile
{
    private const int Block = 32 * 1024;
    private const int Header = 7;
    private const int Recyclable = 5;

    /// <summary>Log files of a database, the oldest first.</summary>
    internal static string[] In(string path) =>
        [.. Directory.GetFiles(path, "*.log").Order(StringComparer.Ordinal)];

    internal static WalReport Read(string file, ulong after = 0) => Read(File.ReadAllBytes(file), after);

    /// <param name="log">The file's bytes.</param>
    /// <param name="after">The last sequence number of the log before; a record that is not above what came before it
    /// is what an older file left in that place of the disk, and no part of this log.</param>
    internal static WalReport Read(ReadOnlySpan<byte> log, ulong after = 0) => Read(log, after, batches: true);

    /// <summary>How far a file of this format, whatever its records hold, can be read. MANIFEST is another.</summary>
    internal static long WholeLength(ReadOnlySpan<byte> file) => Read(file, 0, batches: false).GoodLength;

    private static WalReport Read(ReadOnlySpan<byte> log, ulong after, bool batches)
    {
        long records = 0, good = 0;
        ulong sequence = 0, openSequence = 0;
        var open = false;
        for (var at = 0; at < log.Length;)
        {
            var left = Block - (at % Block);
            if (left < Header)
            {
                at += left;
                continue;
            }
            if (!IsWhole(log[at..], left, out var type, out var size) || !Fits(type, open)
                || (batches && !IsNew(log.Slice(at, size), type, Math.Max(after, sequence))))
            {
                return log[at..].ContainsAnyExcept((byte)0) || open
                    ? new WalReport(records, good, sequence, at, RecordFollows(log, at, Math.Max(after, sequence)))
                    : new WalReport(records, good, sequence, -1, false);
            }
            openSequence = batches && (type is 1 or 2) ? LastSequence(log.Slice(at, size)) : openSequence;
            at += size;
            open = type is 2 or 3;
            if (!open)
            {
                records++;
                good = at;
                sequence = openSequence;
            }
        }
        return new WalReport(records, good, sequence, open ? log.Length : -1, false);
    }

    /// <summary>A record is a write batch: first sequence number u64, count of puts u32, the puts.</summary>
    private static ulong LastSequence(ReadOnlySpan<byte> fragment)
    {
        var batch = fragment[(fragment[6] >= Recyclable ? Header + sizeof(uint) : Header)..];
        return batch.Length < 12 ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(batch)
            + Math.Max(1, BinaryPrimitives.ReadUInt32LittleEndian(batch[8..])) - 1;
    }

    /// <summary>A first or full fragment begins a record; a middle or last one goes on with it.</summary>
    private static bool Fits(int type, bool open) => open == type is 3 or 4;

    /// <summary>Whether a fragment that begins a record belongs behind what came before it.</summary>
    private static bool IsNew(ReadOnlySpan<byte> fragment, int type, ulong before) =>
        type is not (1 or 2) || LastSequence(fragment) is var last && (last == 0 || last > before);

    /// <summary>Whether a record of this log begins anywhere after the damage, at any byte.</summary>
    private static bool RecordFollows(ReadOnlySpan<byte> log, int damage, ulong before)
    {
        for (var at = damage + 1; at + Header <= log.Length; at++)
        {
            var left = Block - (at % Block);
            // The type first: the checksum of what cannot be a header need not be looked at.
            if (left >= Header && (log[at + 6] is 1 or 2 or 5 or 6)
                && IsWhole(log[at..], left, out var type, out var size)
                && IsNew(log.Slice(at, size), type, before))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsWhole(ReadOnlySpan<byte> at, int leftInBlock, out int type, out int size)
    {
        type = 0;
        size = 0;
        if (at.Length < Header)
        {
            return false;
        }
        var length = BinaryPrimitives.ReadUInt16LittleEndian(at[4..]);
        var rawType = at[6];
        var header = rawType >= Recyclable ? Header + sizeof(uint) : Header;
        size = header + length;
        if (rawType is < 1 or > 8 || size > leftInBlock || size > at.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(at) != Masked(Crc(at[6..size])))
        {
            return false;
        }
        type = rawType >= Recyclable ? rawType - 4 : rawType;
        return true;
    }

    private static uint Masked(uint crc) => BitOperations.RotateRight(crc, 15) + 0xA282_EAD8;

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }
        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }
        return ~crc;
    }
}
