using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Records;
using Store;

namespace Appliance.Operate.Storage;

/// <summary>
/// Lets go of messages that were accepted longer ago than the configuration keeps them, by whole files. Never of
/// anything a restart needs: what is not finished stays, however old.
/// </summary>
public sealed class Retention(Store.Journal journal, int days, Func<ulong> needed, ILogger logger)
{
    private ulong _droppedBefore;

    /// <summary>Messages accepted before this may be gone, in seconds since 1970; 0 until the first run.</summary>
    public double KeptSince { get; private set; }

    /// <summary>One run, hourly or so. Does nothing when nothing is old enough.</summary>
    /// <param name="nowUnixMs">The time of day.</param>
    /// <returns>The position before which messages may be gone now; null where nothing was let go.</returns>
    public ulong? Run(long nowUnixMs)
    {
        var cutoff = nowUnixMs - (days * 86_400_000L);
        var position = Math.Min(needed(), FirstSince(journal, cutoff));
        if (Position.Frame(position) <= Position.Frame(_droppedBefore)) return null;
        journal.DropBefore(position);
        _droppedBefore = position;
        KeptSince = cutoff / 1000.0;
        StorageLog.Dropped(logger, DateTime.UnixEpoch.AddMilliseconds(cutoff), position);
        return position;
    }

    /// <summary>
    /// A frame's start before which every message was accepted earlier than a time; none where there is no such frame.
    /// Frames are in the order of time, so the search halves them: some forty reads for any log.
    /// </summary>
    public static ulong FirstSince(Store.Journal journal, long unixMs)
    {
        var end = Position.Frame(journal.NextPosition);
        ulong first;
        using (var scanner = journal.Scan())
        {
            if (!scanner.MoveNext()) return Position.None;
            first = Position.Frame(scanner.Position);
        }

        var (low, high) = (first, end);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (FirstAccepted(journal, middle) is { } found && found.At < unixMs)
                low = Math.Max(middle, found.Frame) + 1;
            else high = middle;
        }

        // The frame before begins with an older message, but may end with one that is not.
        return low > first ? Position.OfFrame(low - 1) : Position.None;
    }

    /// <summary>The first message accepted in a frame or after it; null where there is none.</summary>
    private static (long At, ulong Frame)? FirstAccepted(Store.Journal journal, ulong frame)
    {
        using var scanner = journal.ScanUntold(Position.OfFrame(frame));
        while (scanner.MoveNext())
        {
            var record = scanner.Record;
            if (record.Length < Unsafe.SizeOf<Accepted>()
                || (RecordKind)record[0] is not (RecordKind.Accepted or RecordKind.Inbound)) continue;
            return (MemoryMarshal.Read<Accepted>(record).At, Position.Frame(scanner.Position));
        }

        return null;
    }
}
