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
    /// <param name="synced">RocksDB's sequence number up to which is known to have been synced.</param>
    internal static bool TryCut(string path, ulong synced)
    {
        var logs = WalFile.In(path);
        if (logs.Length == 0)
        {
            return false;
        }
        var bytes = File.ReadAllBytes(logs[^1]);
        var report = WalFile.Read(bytes);
        var last = report.LastSequence > 0 || logs.Length == 1 ? report.LastSequence
            : WalFile.Read(logs[^2]).LastSequence;
        if (!report.IsTorn || last < synced)
        {
            return false;
        }
        using (var saved = new FileStream(logs[^1] + ".torn", FileMode.Create, FileAccess.Write))
        {
            saved.Write(bytes.AsSpan((int)report.GoodLength));
            saved.Flush(flushToDisk: true);
        }
        using var file = new FileStream(logs[^1], FileMode.Open, FileAccess.Write);
        file.SetLength(report.GoodLength);
        file.Flush(flushToDisk: true);
        return true;
    }
}
