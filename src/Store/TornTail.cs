using Store.Native;

namespace Store;

/// <summary>
/// What a power cut may leave at the end of the last write-ahead log beyond what RocksDB cuts by itself: a last record
/// of the right length whose bytes never reached the disk. It was never acknowledged, since its sync never returned.
/// It is moved to a file beside the log, so that nothing is thrown away.
/// </summary>
internal static class TornTail
{
    /// <summary>
    /// Cuts the tail of the last log when it is torn and everything up to the watermark is before it; else changes
    /// nothing and returns false.
    /// </summary>
    /// <param name="path">The database's folder, which no one has open.</param>
    /// <exception cref="StoreException">The disk is full or may not be written; the log is as it was.</exception>
    /// <param name="synced">RocksDB's sequence number up to which is known to have been synced.</param>
    internal static bool TryCut(string path, ulong synced)
    {
        var logs = WalFile.In(path);
        if (logs.Length == 0)
        {
            return false;
        }
        var bytes = File.ReadAllBytes(logs[^1]);
        var before = logs.Length > 1 ? WalFile.Read(logs[^2]).LastSequence : 0;
        var report = WalFile.Read(bytes, before);
        if (!report.IsTorn || Math.Max(before, report.LastSequence) < synced)
        {
            return false;
        }
        try
        {
            Cut(logs[^1], bytes, report.GoodLength);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault.Describe(error, path);
        }
    }

    private static void Cut(string log, byte[] bytes, long good)
    {
        using (var saved = new FileStream(log + ".torn", FileMode.Create, FileAccess.Write))
        {
            saved.Write(bytes.AsSpan((int)good));
            saved.Flush(flushToDisk: true);
        }
        using var file = new FileStream(log, FileMode.Open, FileAccess.Write);
        file.SetLength(good);
        file.Flush(flushToDisk: true);
    }
}
