using Store.Native;

namespace Store;

/// <summary>
/// Verifies a journal's folder without changing anything in it: every checksum of logs and tables, the framing of every
/// record, and what must hold between them. It names all damage it can find, not only the first. The folder may be in
/// use; then what is being written meanwhile may or may not be looked at.
/// </summary>
public static class DataCheck
{
    private const string Restore = "Restore the folder from a backup or another node.";

    /// <summary>Checks a journal's folder.</summary>
    public static CheckReport Run(string path)
    {
        var findings = new List<CheckFinding>();
        long walRecords = 0;
        try
        {
            CheckFolder(path);
            Lengths.Check(path);
            ulong last = 0;
            foreach (var log in WalFile.In(path))
            {
                walRecords += CheckLog(log, ref last, findings);
            }
        }
        catch (Exception error) when (error is StoreException or IOException or UnauthorizedAccessException)
        {
            Add(findings, Fault.Describe(error, path));
            return new CheckReport { Findings = findings };
        }
        var report = new CheckReport { Findings = findings, WriteAheadRecords = walRecords };
        var options = new JournalOptions { Path = path };
        var cache = RocksDb.CacheCreate(8 << 20);
        try
        {
            using var db = JournalDatabase.Open(options, cache, create: false, readOnly: true);
            return CheckDatabase(db, report, findings);
        }
        catch (StoreException error)
        {
            Add(findings, error);
            return report;
        }
        finally
        {
            RocksDb.CacheDestroy(cache);
        }
    }

    internal static void CheckFolder(string path)
    {
        if (!Directory.Exists(path) || !File.Exists(Path.Combine(path, DataFolder.FormatFile)))
        {
            throw new StoreException(StoreFault.MissingFile, $"{path} is no journal's folder: it has no FORMAT.");
        }
        DataFolder.Prepare(path, JournalDatabase.Kind, JournalDatabase.Version, DataFolder.NodeOf(path));
    }

    private static long CheckLog(string log, ref ulong last, List<CheckFinding> findings)
    {
        var report = WalFile.Read(log, last);
        last = Math.Max(last, report.LastSequence);
        if (report.IsDamaged)
        {
            findings.Add(new CheckFinding(CheckSeverity.Damage,
                $"{log} is damaged at byte {report.DamagedAt}: whole records follow, so this had been synced.",
                    Restore));
        }
        else if (report.IsTorn)
        {
            findings.Add(new CheckFinding(CheckSeverity.Note,
                $"{log} ends in a torn record at byte {report.GoodLength}, as a power cut leaves it.",
                "Nothing: the next start cuts it, unless it had been synced."));
        }
        return report.Records;
    }

    private static CheckReport CheckDatabase(Database db, CheckReport report, List<CheckFinding> findings)
    {
        var files = TableFile.Of(db);
        var tables = new TableCheck(db, findings);
        foreach (var file in files)
        {
            tables.Check(file);
        }
        var damaged = tables.DamagedFiles;
        var log = new LogCheck(db, findings);
        var finished = new FinishedCheck(db, findings);
        var keyed = new KeyedCheck(db, findings);
        var history = new HistoryCheck(db, findings);
        // Where a table is damaged a scan ends there: its records have been read table by table already.
        if (damaged == 0)
        {
            log.Run();
            finished.Run(log.LastFrame);
            keyed.Run(JournalDatabase.Awaiting, log.LastFrame);
            keyed.Run(JournalDatabase.Repeats, log.LastFrame);
            history.Run(log.LastFrame);
            CheckWatermark(db, log.LastFrame, findings);
        }
        return report with
        {
            TableFiles = files.Count,
            Frames = log.Frames,
            Records = log.Records,
            Bytes = log.Bytes,
            FinishedMessages = finished.Messages,
            KeyedEntries = keyed.Entries,
            HistoryMessages = history.Messages,
            LastPosition = log.LastPosition,
        };
    }

    private static void CheckWatermark(Database db, ulong lastFrame, List<CheckFinding> findings)
    {
        using var watermark = new Watermark(db.Path, readOnly: true);
        var last = Math.Max(lastFrame, FrameFloor.Read(db));
        if (last < watermark.Frame)
        {
            findings.Add(new CheckFinding(CheckSeverity.Damage,
                $"The log ends with frame {last}, but frame {watermark.Frame} had been synced: a .log file of "
                + $"{db.Path} was deleted, cut or overwritten.",
                "Put it back. " + Restore + " To go on without what is lost, delete the file WATERMARK."));
        }
    }

    private static void Add(List<CheckFinding> findings, StoreException error) =>
        findings.Add(new CheckFinding(CheckSeverity.Damage, error.Message, Restore));
}
