using Rig;
using Store;

namespace Load.Bare;

/// <summary>
/// The journal with the records of a message's life (268, 56, 56 and 36 octets), 1,000 messages a synced batch;
/// flushing and compacting are in it. Nothing else is done with them.
/// </summary>
internal static class StoreLoop
{
    private const int MessagesACommit = 1000;

    private static readonly int[] Records = [268, 56, 56, 36];

    /// <returns>Messages written in the time.</returns>
    public static long Run(TimeSpan time)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Place.Root, "artifacts", "perf", $"bare-{Guid.NewGuid():n}"));
        try
        {
            using var journal = Journal.Open(new JournalOptions { Path = Path.Combine(folder.FullName, "journal") });
            var random = new Random(1);
            var end = Environment.TickCount64 + (long)time.TotalMilliseconds;
            long messages = 0;
            while (Environment.TickCount64 < end)
            {
                for (var i = 0; i < MessagesACommit; i++) Write(journal, random);
                journal.Commit();
                messages += MessagesACommit;
            }

            return messages;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Write(Journal journal, Random random)
    {
        foreach (var size in Records)
        {
            var record = journal.Reserve(size, out var position);
            // A text of words packs well, ids and times don't.
            record.Fill((byte)'e');
            BitConverter.TryWriteBytes(record, position);
            random.NextBytes(record.Slice(8, 12));
        }
    }
}
