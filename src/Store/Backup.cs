using System.Buffers.Binary;
using Store.Native;
using Store.Numbers;

namespace Store;

/// <summary>One backup of the journal and, where there were any, of the ported numbers.</summary>
public sealed record BackupInfo(int Id, DateTime Time, long Bytes);

/// <summary>
/// Hot, incremental backups: the databases go on working, and only table files that the folder does not have yet are
/// copied. A backup folder holds journal/ and numbers/, each with RocksDB's backups and a copy of FORMAT.
/// </summary>
public static class Backup
{
    /// <summary>
    /// Backs up. Call from any thread but the journal's; what was committed before the call is in it.
    /// </summary>
    /// <param name="journal">The open journal.</param>
    /// <param name="numbers">The open store of ported numbers, if there is one.</param>
    /// <param name="folder">Where backups are; made when absent.</param>
    /// <param name="keep">Backups kept; older ones go, with the files that only they had.</param>
    /// <param name="bytesASecond">How fast to copy; 0 for no limit.</param>
    /// <exception cref="StoreException">The folder cannot be written, or belongs to another node.</exception>
    public static BackupInfo Create(Journal journal, NumberStore? numbers, string folder, int keep = 7,
        long bytesASecond = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        journal.ThrowIfFailed();
        long numbersBytes = 0;
        if (numbers != null)
        {
            // First the numbers: a journal without them misses nothing, numbers without a journal are no backup.
            numbersBytes = Create(
                numbers.Database, numbers.StorePath, Path.Combine(folder, "numbers"), keep, bytesASecond).Bytes;
        }
        var made = Create(journal.Database, journal.Options.Path, JournalIn(folder), keep, bytesASecond);
        return made with { Bytes = made.Bytes + numbersBytes };
    }

    /// <summary>The backups in a folder, the oldest first.</summary>
    /// <exception cref="StoreException">There are none.</exception>
    public static IReadOnlyList<BackupInfo> List(string folder)
    {
        RequireBackups(folder);
        using var engine = new BackupEngine(JournalIn(folder));
        var numbersFrom = Path.Combine(folder, "numbers");
        using var numbers = Directory.Exists(numbersFrom) ? new BackupEngine(numbersFrom) : null;
        return [.. engine.List().Select(b => new BackupInfo((int)b.Id, b.Time,
            b.Bytes + (numbers == null ? 0 : NumbersOf(numbers, b.Time).Bytes)))];
    }

    /// <summary>
    /// Restores a backup into folders that are absent or empty: dataPath/journal and dataPath/numbers. Checksums are
    /// checked on the way.
    /// </summary>
    /// <param name="folder">Where the backups are.</param>
    /// <param name="journalPath">The journal's folder to be.</param>
    /// <param name="numbersPath">The ported numbers' folder to be; null leaves them out.</param>
    /// <param name="id">Which backup; null for the latest.</param>
    /// <exception cref="StoreException">No such backup, it is damaged, or there is data where it should go.</exception>
    public static BackupInfo Restore(string folder, string journalPath, string? numbersPath, int? id = null)
    {
        var backups = List(folder);
        var backup = id == null ? backups[^1] : backups.FirstOrDefault(b => b.Id == id)
            ?? throw new StoreException(StoreFault.MissingFile, $"{folder} has no backup {id}; there are "
                + string.Join(", ", backups.Select(b => b.Id)) + ".");
        RequireEmpty(journalPath);
        var numbersFrom = Path.Combine(folder, "numbers");
        var withNumbers = numbersPath != null && Directory.Exists(numbersFrom);
        if (withNumbers)
        {
            RequireEmpty(numbersPath!);
        }
        Restore(JournalIn(folder), (uint)backup.Id, journalPath);
        SkipFrames(journalPath);
        if (withNumbers)
        {
            using var engine = new BackupEngine(numbersFrom);
            var match = NumbersOf(engine, backup.Time);
            if (match.Id != 0)
            {
                Restore(numbersFrom, match.Id, numbersPath!);
            }
        }
        return backup;
    }

    /// <summary>
    /// The backup of numbers that goes with a journal's: they change seldom and are backed up just before it, so it is
    /// the latest not younger. Id 0 for none.
    /// </summary>
    private static (uint Id, DateTime Time, long Bytes) NumbersOf(BackupEngine numbers, DateTime time) =>
        numbers.List().LastOrDefault(b => b.Time <= time);

    private static BackupInfo Create(Database db, string from, string folder, int keep, long bytesASecond)
    {
        try
        {
            Directory.CreateDirectory(folder);
            CopyFormat(from, folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault.Describe(error, folder);
        }
        using var engine = new BackupEngine(folder, bytesASecond);
        engine.Create(db);
        engine.Purge(keep);
        var (id, time, bytes) = engine.List()[^1];
        engine.Verify(id);
        return new BackupInfo((int)id, time, bytes);
    }

    /// <summary>A backup folder belongs to one node, as a data folder does.</summary>
    private static void CopyFormat(string from, string folder)
    {
        var source = File.ReadAllText(Path.Combine(from, DataFolder.FormatFile));
        var copy = Path.Combine(folder, DataFolder.FormatFile);
        // After an upgrade the backups of before are kept beside those to come, and are still read.
        if (File.Exists(copy) && File.ReadAllText(copy) is var present && present != source
            && !DataFolder.IsOlder(present, source))
        {
            throw new StoreException(StoreFault.WrongVersion, $"{folder} holds backups of \"{present.Trim()}\", not of "
                + $"\"{source.Trim()}\". Use another folder.");
        }
        File.WriteAllText(copy, source);
    }

    private static void Restore(string from, uint id, string to)
    {
        try
        {
            Directory.CreateDirectory(to);
            using var engine = new BackupEngine(from);
            engine.Restore(id, to);
            File.Copy(Path.Combine(from, DataFolder.FormatFile), Path.Combine(to, DataFolder.FormatFile));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault.Describe(error, to);
        }
    }

    private static void SkipFrames(string journalPath)
    {
        using var journal = Journal.Open(new JournalOptions { Path = journalPath,
            Node = DataFolder.NodeOf(journalPath) });
        Span<byte> floor = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(floor, Position.Frame(journal.NextPosition) + FrameFloor.RestoreGap);
        journal.PutMeta(FrameFloor.Key, floor);
        journal.Commit();
    }

    private static string JournalIn(string folder) => Path.Combine(folder, "journal");

    private static void RequireBackups(string folder)
    {
        if (!File.Exists(Path.Combine(JournalIn(folder), DataFolder.FormatFile)))
        {
            throw new StoreException(StoreFault.MissingFile,
                $"There are no backups in {folder}. Is it the right folder?");
        }
    }

    private static void RequireEmpty(string path)
    {
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            throw new StoreException(StoreFault.Failed,
                $"{path} is not empty, and a restore overwrites nothing. Move it away first.");
        }
    }
}
