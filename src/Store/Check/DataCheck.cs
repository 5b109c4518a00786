using Store.Native;

namespace Store;

/// <summary>
/// Verifies a journal's folder without changing anything in it: every checksum of logs and tables, the framing of every
/// record, and what must hold between them. It names all damage it can find, not only the first. The folder may be in
/// use; then what is being written meanwhile may or may not be looked at.
/// </summary>
public static class DataCheck
{
    /// <summary>Opens it whatever tables are missing or damaged, so that all of them are found.</summary>
    private const string Lenient = "paranoid_checks=false";

    /// <summary>How often a folder is looked at whose files change meanwhile.</summary>
    private const int Looks = 10;

    /// <summary>Whether there is anything of a journal in a folder; a mistyped or empty one has nothing.</summary>
    public static bool IsThere(string path)
    {
        try
        {
            return Directory.Exists(path)
                && (File.Exists(Path.Combine(path, DataFolder.FormatFile)) || DataFolder.HasData(path));
        }
        catch (UnauthorizedAccessException)
        {
            return true; // the check says that it cannot be read
        }
    }

    /// <summary>Checks a journal's folder.</summary>
    /// <param name="records">Makes what looks at each record; again for each look at the folder. Null for nothing.
    /// </param>
    public static CheckReport Run(string path, Func<IRecordCheck>? records = null)
    {
        for (var look = 1; ; look++)
        {
            var files = Files(path);
            var report = Look(path, records);
            // Who writes meanwhile moves records from logs to tables, and deletes the logs: what was read of the old
            // files and the new together may look like damage.
            if (report.IsWhole || look == Looks || files.SetEquals(Files(path)))
            {
                return report;
            }
        }
    }

    private static HashSet<string> Files(string path)
    {
        try
        {
            return [.. Directory.EnumerateFiles(path)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return []; // the check says so
        }
    }

    private static CheckReport Look(string path, Func<IRecordCheck>? records)
    {
        var findings = new List<CheckFinding>();
        long walRecords = 0;
        Mark mark;
        try
        {
            CheckFolder(path);
            mark = ReadMark(path);
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
            return Open(options, cache, mark, report, records, findings);
        }
        finally
        {
            RocksDb.CacheDestroy(cache);
        }
    }

    private static CheckReport Open(JournalOptions options, nint cache, Mark mark, CheckReport report,
        Func<IRecordCheck>? records, List<CheckFinding> findings)
    {
        try
        {
            using var db = JournalDatabase.Open(options, cache, create: false, readOnly: true);
            return CheckDatabase(db, mark, report, records, findings);
        }
        catch (StoreException error)
        {
            // The error names the first table that stood in the way; a walk through all of them names each.
            var before = findings.Count;
            try
            {
                using var db = JournalDatabase.Open(options, cache, create: false, readOnly: true, Lenient);
                report = CheckDatabase(db, mark, report, records, findings);
            }
            catch (StoreException)
            {
                // What names the tables is damaged itself.
            }
            if (!findings[before..].Exists(finding => finding.Severity == CheckSeverity.Damage))
            {
                Add(findings, error);
            }
            return report;
        }
    }

    /// <summary>Read before the log: a running node's goes on meanwhile.</summary>
    private static Mark ReadMark(string path)
    {
        using var watermark = new Watermark(path, readOnly: true);
        return new Mark(watermark.Frame);
    }

    /// <summary>The last frame that was known to have been synced when the check began.</summary>
    private readonly record struct Mark(ulong Frame);

    internal static void CheckFolder(string path)
    {
        if (!IsThere(path))
        {
            throw new StoreException(StoreFault.MissingFile,
                $"There is no data folder at {path}: no journal's folder is there, or it is empty.");
        }
        if (!File.Exists(Path.Combine(path, DataFolder.FormatFile)))
        {
            throw DataFolder.Missing(path, DataFolder.FormatFile);
        }
        DataFolder.Prepare(path, JournalDatabase.Kind, JournalDatabase.Version, DataFolder.NodeOf(path),
            JournalDatabase.OldestRead);
    }

    private static long CheckLog(string log, ref ulong last, List<CheckFinding> findings)
    {
        var report = WalFile.Read(log, last);
        last = Math.Max(last, report.LastSequence);
        if (report.IsDamaged)
        {
            findings.Add(CheckFinding.Damage(StoreFault.Corrupt,
                $"{log} is damaged at byte {report.DamagedAt}: whole records follow, so this had been synced."));
        }
        else if (report.IsTorn)
        {
            findings.Add(new CheckFinding(CheckSeverity.Note,
                $"{log} ends in a torn record at byte {report.GoodLength}, as a power cut leaves it.",
                "Nothing: the next start cuts it, unless it had been synced.", StoreFault.Corrupt));
        }
        return report.Records;
    }

    private static CheckReport CheckDatabase(Database db, Mark mark, CheckReport report,
        Func<IRecordCheck>? records, List<CheckFinding> findings)
    {
        var files = TableFile.Of(db);
        var tables = new TableCheck(db, findings);
        foreach (var file in files)
        {
            tables.Check(file);
        }
        var damaged = tables.DamagedFiles;
        var log = new LogCheck(db, records?.Invoke(), findings);
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
            CheckWatermark(db, mark, log.LastFrame, findings);
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

    private static void CheckWatermark(Database db, Mark mark, ulong lastFrame, List<CheckFinding> findings)
    {
        var last = Math.Max(lastFrame, FrameFloor.Read(db));
        if (last < mark.Frame)
        {
            findings.Add(new CheckFinding(CheckSeverity.Damage,
                $"The log ends with frame {last}, but frame {mark.Frame} had been synced: a .log file of "
                + $"{db.Path} was deleted, cut or overwritten.", CheckFinding.AdviceFor(StoreFault.MissingFile)
                + " To go on without what is lost, delete the file WATERMARK.", StoreFault.MissingFile));
        }
    }

    private static void Add(List<CheckFinding> findings, StoreException error) =>
        findings.Add(CheckFinding.Damage(error));
}
