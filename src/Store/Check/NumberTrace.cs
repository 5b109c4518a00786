using System.Buffers;
using Store.Native;

namespace Store;

/// <summary>What a data folder still has of a number.</summary>
/// <param name="Records">Records of the log that have it as an address.</param>
/// <param name="Texts">Other records in which its digits stand, such as a message's text.</param>
/// <param name="HistoryEntries">Messages to it in the history's index.</param>
/// <param name="Facts">Small facts in which its digits stand.</param>
/// <param name="Files">Files in whose bytes its digits stand; of compressed tables that finds only some.</param>
/// <param name="RecordsRead">Records looked at.</param>
/// <param name="FilesRead">Files looked at.</param>
public sealed record NumberTrace(
    long Records, long Texts, long HistoryEntries, long Facts, IReadOnlyList<string> Files, long RecordsRead,
    long FilesRead)
{
    /// <summary>Whether a record has the number as an address.</summary>
    public delegate bool RecordTest(ulong position, ReadOnlySpan<byte> record);

    private const int Chunk = 1 << 20;

    public bool IsClean => Records + Texts + HistoryEntries + Facts + Files.Count == 0;

    /// <summary>Reads all of a data folder, which may be in use, and changes nothing: the log with its write-ahead
    /// part, the history, the facts, and the bytes of every file.</summary>
    /// <param name="path">The data folder.</param>
    /// <param name="digits">The number in ASCII, which counts where no other digit stands beside it.</param>
    /// <param name="hash">What the history knows it by.</param>
    /// <param name="test">Looks at a record.</param>
    /// <exception cref="StoreException">The folder is none, or damaged.</exception>
    public static NumberTrace Run(string path, ReadOnlySpan<byte> digits, ulong hash, RecordTest test)
    {
        DataCheck.CheckFolder(path);
        var options = new JournalOptions { Path = path };
        var cache = RocksDb.CacheCreate(8 << 20);
        try
        {
            using var db = JournalDatabase.Open(options, cache, create: false, readOnly: true);
            long records = 0, texts = 0, read = 0;
            using (var scanner = new JournalScanner(db, Position.None))
            {
                for (; scanner.MoveNext(); read++)
                {
                    var record = scanner.Record;
                    var names = record.Length > 0 && test(scanner.Position, record);
                    records += names ? 1 : 0;
                    texts += !names && Has(record, digits) ? 1 : 0;
                }
            }
            var files = FindFiles(path, digits, out var filesRead);
            return new NumberTrace(records, texts, CountHistory(db, hash), CountFacts(db, digits), files, read,
                filesRead);
        }
        finally
        {
            RocksDb.CacheDestroy(cache);
        }
    }

    private static long CountHistory(Database db, ulong hash)
    {
        if (JournalDatabase.History >= db.FamilyCount)
        {
            return 0; // written by a version that did not have it
        }
        Span<byte> start = stackalloc byte[HistoryKey.Size];
        new HistoryKey(HistoryKey.ByDestination, HistoryKey.Bucket(hash), 0, 0).Write(start);
        var tail = HistoryKey.Tail(hash, 0);
        long count = 0;
        using var iterator = new Iterator(db, JournalDatabase.History);
        for (var more = iterator.Seek(start);
            more && iterator.Key.StartsWith(start[..HistoryKey.GroupSize]);
            more = iterator.Next())
        {
            var piece = new HistoryPiece(HistoryKey.ByDestination, iterator.Value);
            while (piece.MoveNext())
            {
                count += (piece.Tail & ~(ulong)ushort.MaxValue) == tail ? 1 : 0;
            }
        }
        return count;
    }

    private static long CountFacts(Database db, ReadOnlySpan<byte> digits)
    {
        long count = 0;
        using var iterator = new Iterator(db, JournalDatabase.Meta);
        for (var more = iterator.SeekToFirst(); more; more = iterator.Next())
        {
            count += Has(iterator.Key, digits) || Has(iterator.Value, digits) ? 1 : 0;
        }
        return count;
    }

    private static List<string> FindFiles(string path, ReadOnlySpan<byte> digits, out long read)
    {
        var found = new List<string>();
        read = 0;
        foreach (var file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order())
        {
            try
            {
                // An empty one may be a lock that somebody holds.
                if (new FileInfo(file).Length > 0 && FileHas(file, digits))
                {
                    found.Add(Path.GetRelativePath(path, file));
                }
                read++;
            }
            catch (FileNotFoundException)
            {
                // Compaction has taken it meanwhile; what replaced it was, or will be, listed too or is in the log.
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw Fault.Describe(error, path);
            }
        }
        return found;
    }

    private static bool FileHas(string path, ReadOnlySpan<byte> digits)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete, 0);
        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            // The end of a piece is looked at again with the next, so that nothing is cut in two.
            var kept = 0;
            for (int read; (read = file.Read(buffer, kept, buffer.Length - kept)) > 0;)
            {
                var bytes = buffer.AsSpan(0, kept + read);
                if (Has(bytes, digits))
                {
                    return true;
                }
                kept = Math.Min(bytes.Length, digits.Length + 1);
                bytes[^kept..].CopyTo(buffer);
            }
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Whether the digits stand there by themselves, not as part of a longer number.</summary>
    private static bool Has(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> digits)
    {
        for (var from = 0; bytes[from..].IndexOf(digits) is var at and >= 0;)
        {
            var (start, end) = (from + at, from + at + digits.Length);
            if ((start == 0 || !char.IsAsciiDigit((char)bytes[start - 1]))
                && (end == bytes.Length || !char.IsAsciiDigit((char)bytes[end])))
            {
                return true;
            }
            from = start + 1;
        }
        return false;
    }
}
