using Store.Native;

namespace Store;

/// <summary>
/// Looks at a folder before RocksDB opens it to write. An open that goes through rewrites the folder: what was missing
/// could not be put back any more. And logs that contradict themselves end a librocksdb that was built with
/// assertions, as Debian's is, without a word of ours.
/// </summary>
internal static class OpenTrial
{
    /// <exception cref="StoreException">Something that had been synced is damaged or missing; nothing was changed.
    /// </exception>
    internal static void Run(JournalOptions options, nint cache, Watermark watermark)
    {
        Lengths.Check(options.Path);
        var logs = WalFile.In(options.Path);
        ulong last = 0;
        for (var i = 0; i < logs.Length; i++)
        {
            var report = Read(logs[i], last, options.Path);
            last = Math.Max(last, report.LastSequence);
            if (report.IsDamaged || (report.IsTorn && i < logs.Length - 1))
            {
                throw Damaged(logs[i], report);
            }
            if (report.IsTorn)
            {
                TornTail.TryCut(options.Path, watermark.Sequence);
            }
        }
        // What is synced may have left the logs for the tables; then an open that writes nothing has to tell.
        if (last < watermark.Sequence)
        {
            using var db = JournalDatabase.Open(options, cache, create: false, readOnly: true);
            var frame = Math.Max(Journal.LastFrame(db), FrameFloor.Read(db));
            if (frame < watermark.Frame)
            {
                throw NotWhole(options.Path, frame, watermark.Frame);
            }
        }
    }

    internal static StoreException NotWhole(string path, ulong last, ulong synced) => new(StoreFault.MissingFile,
        $"{path} is not whole: its log ends with frame {last}, but frame "
            + $"{synced} had been synced. A .log file was deleted, cut or overwritten. Put it back, or restore the "
            + "folder from a backup or another node. To go on without what is lost, delete the file WATERMARK.");

    private static StoreException Damaged(string log, WalReport report) => new(StoreFault.Corrupt,
        $"{log} is damaged at byte {report.DamagedAt}, and what follows "
            + "had been synced. Restore the folder from a backup or another node; `appliance check --data` lists the "
            + "damage.");

    private static WalReport Read(string log, ulong after, string path)
    {
        try
        {
            return WalFile.Read(log, after);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault.Describe(error, path);
        }
    }
}
