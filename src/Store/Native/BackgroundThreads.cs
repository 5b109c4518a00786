using System.Globalization;
using System.Runtime.InteropServices;

namespace Store.Native;

/// <summary>
/// RocksDB's threads of flush and compaction, which are the process's own: they give way to the threads a message waits
/// for. Their work is long and nobody waits for it; where it falls behind, RocksDB holds up the writer and so gets its
/// turn. See docs/decisions/0006-journal-of-frames.md.
/// </summary>
internal static partial class BackgroundThreads
{
    /// <summary>How RocksDB names them.</summary>
    private const string Prefix = "rocksdb:";

    private const string Tasks = "/proc/self/task";

    private const int OfThread = 0;

    /// <summary>A tenth of the share of a thread of the usual niceness, where both want the processor: enough to
    /// get on beside a neighbour that never rests.</summary>
    private const int Niceness = 10;

    internal static void GiveWay()
    {
        // Without it, as in some sandboxes, they have the usual share.
        if (!Directory.Exists(Tasks)) return;
        foreach (var task in Directory.EnumerateDirectories(Tasks))
        {
            if (NameOf(task).StartsWith(Prefix, StringComparison.Ordinal)
                && int.TryParse(Path.GetFileName(task), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && GetPriority(OfThread, id) < Niceness)
            {
                // It is a courtesy: a system that refuses loses nothing.
                _ = SetPriority(OfThread, id, Niceness);
            }
        }
    }

    private static string NameOf(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The thread has ended.
            return "";
        }
    }

    [LibraryImport("libc", EntryPoint = "getpriority")]
    private static partial int GetPriority(int which, int id);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int id, int niceness);
}
