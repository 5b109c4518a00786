namespace Store;

/// <summary>What kind of trouble a store met; the exit code and the metric's label derive from it.</summary>
public enum StoreFault
{
    /// <summary>Another process has the folder open.</summary>
    Locked,
    /// <summary>The data was written by a newer version, or belongs to another node.</summary>
    WrongVersion,
    /// <summary>A checksum, a framing or an invariant does not hold.</summary>
    Corrupt,
    /// <summary>A file that the data needs is not there.</summary>
    MissingFile,
    /// <summary>The user may not read or write, or the file system is read-only.</summary>
    PermissionDenied,
    /// <summary>No space is left.</summary>
    DiskFull,
    /// <summary>Any other failure of the disk or of RocksDB.</summary>
    Failed,
}

/// <summary>
/// The one exception of the store. Its message says what is wrong, where, and what the operator can do.
/// </summary>
public sealed class StoreException : Exception
{
    public StoreException(StoreFault fault, string message, Exception? inner = null) : base(message, inner) =>
        Fault = fault;

    public StoreFault Fault { get; }
}
