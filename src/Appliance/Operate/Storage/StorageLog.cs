namespace Appliance.Operate.Storage;

/// <summary>What the store's keepers log: event ids from 1301.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(1301, LogLevel.Error,
        "disk of {Path}: {Free} MiB free, less than limits.disk_free_min_mb ({Limit} MiB): new messages are refused. "
        + "Free space or enlarge it; they are taken again from {Again} MiB on")]
    public static partial void DiskLow(ILogger logger, string path, long free, long limit, long again);

    [LoggerMessage(1302, LogLevel.Information, "disk of {Path}: {Free} MiB free: new messages are taken again")]
    public static partial void DiskWell(ILogger logger, string path, long free);

    [LoggerMessage(1303, LogLevel.Error, "the disk of {Path} cannot be looked at: {Why}")]
    public static partial void DiskUnknown(ILogger logger, string path, string why);

    [LoggerMessage(1311, LogLevel.Information, "backup {Id} in {Folder}: {Bytes} bytes in {Milliseconds} ms")]
    public static partial void BackupMade(ILogger logger, int id, string folder, long bytes, long milliseconds);

    [LoggerMessage(1312, LogLevel.Error, "backup in {Folder} failed: {Why}")]
    public static partial void BackupFailed(ILogger logger, string folder, string why);

    [LoggerMessage(1313, LogLevel.Warning,
        "a backup is still being made; the store is left open and its log is read at the next start")]
    public static partial void BackupUnderWay(ILogger logger);

    [LoggerMessage(1321, LogLevel.Information,
        "ported numbers: {Dataset} is now generation {Generation} with {Numbers} numbers and {Blocks} blocks")]
    public static partial void NumbersInEffect(
        ILogger logger, string dataset, long generation, long numbers, long blocks);

    [LoggerMessage(1322, LogLevel.Error, "ported numbers: {Package} was not applied: {Why}")]
    public static partial void NumbersRefused(ILogger logger, string package, string why);

    [LoggerMessage(1325, LogLevel.Error, "ported numbers: every look-up reads, since there is no filter: {Why}")]
    public static partial void NumbersDamaged(ILogger logger, string why);

    [LoggerMessage(1323, LogLevel.Information, "numbering: {Ranges} imported ranges are in effect")]
    public static partial void RangesInEffect(ILogger logger, int ranges);

    [LoggerMessage(1324, LogLevel.Error, "numbering: the imported ranges stay as they were: {Why}")]
    public static partial void RangesRefused(ILogger logger, string why);

    [LoggerMessage(1331, LogLevel.Information,
        "retention: what came before {Before:yyyy-MM-dd'T'HH:mm:ss'Z'} (position {Position}) may go")]
    public static partial void Dropped(ILogger logger, DateTime before, ulong position);

    /// <summary>The audit line: it names no number.</summary>
    [LoggerMessage(1341, LogLevel.Information,
        "erasure: {Messages} messages of one number are gone from {Records} records, {Cancelled} of them did not go "
            + "out; {Pending} are still under way")]
    public static partial void Erased(ILogger logger, int messages, long records, int cancelled, int pending);

    [LoggerMessage(1339, LogLevel.Error, "{Task} failed and is tried again later: {Why}")]
    public static partial void TaskFailed(ILogger logger, string task, string why);
}
