using System.Diagnostics;
using Store.Native;

namespace Store;

/// <summary>
/// Gets rid of the files that may still hold what frames were before they were rewritten: write-ahead logs by flushing
/// what they are kept for, table files by compacting the frames' ranges.
/// </summary>
internal static class FileErasure
{
    /// <summary>Frames nearer than a table file's worth are compacted together.</summary>
    private const ulong NearFrames = (64 << 20) / Framing.TargetFrame;

    /// <summary>How long a reader may hold a file after it was replaced.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Returns how many files have gone.</summary>
    /// <param name="journal">The open journal.</param>
    /// <param name="frames">The frames, ascending.</param>
    internal static int Run(Journal journal, List<ulong> frames)
    {
        if (frames.Count == 0)
        {
            return 0;
        }
        var db = journal.Database;
        // A flush ends the current log and begins another; a log goes once no family needs it.
        var old = new HashSet<string>(Logs(db.Path), StringComparer.Ordinal);
        for (var family = 0; family < db.FamilyCount; family++)
        {
            db.Flush(family);
        }
        // Listed after the flush, which may have written out what was in memory of the old bytes.
        foreach (var file in TableFile.Of(db).Where(file => file.Family == JournalDatabase.Log))
        {
            if (frames.Exists(file.HasFrame))
            {
                old.Add(Path.Combine(db.Path, file.Name));
            }
        }
        foreach (var (first, last) in Ranges(frames))
        {
            Compact(db, first, last);
        }
        var start = Stopwatch.GetTimestamp();
        while (old.FirstOrDefault(File.Exists) is { } left)
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new StoreException(StoreFault.Failed, $"{left} still holds what was erased: a long read or a "
                    + "backup has it open, or the disk has no room to rewrite it. Run the erasure again later.");
            }
            Task.Delay(20).Wait();
        }
        return old.Count;
    }

    /// <summary>Torn tails too, which a start has put aside.</summary>
    private static string[] Logs(string path)
    {
        foreach (var torn in Directory.GetFiles(path, "*.log.torn"))
        {
            File.Delete(torn);
        }
        return WalFile.In(path);
    }

    private static IEnumerable<(ulong First, ulong Last)> Ranges(List<ulong> frames)
    {
        var first = frames[0];
        for (var i = 1; i <= frames.Count; i++)
        {
            if (i == frames.Count || frames[i] - frames[i - 1] > NearFrames)
            {
                yield return (first, frames[i - 1]);
                first = i < frames.Count ? frames[i] : 0;
            }
        }
    }

    private static unsafe void Compact(Database db, ulong first, ulong last)
    {
        var from = LogKey.Encode(first);
        var to = LogKey.Encode(last);
        db.Compact(JournalDatabase.Log, new ReadOnlySpan<byte>(&from, (int)LogKey.Size),
            new ReadOnlySpan<byte>(&to, (int)LogKey.Size));
    }
}
