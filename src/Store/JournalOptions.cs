namespace Store;

/// <summary>
/// Where the journal lies and how much memory it may take. The native memory is bounded by the sum of
/// <see cref="NativeMemoryBound"/>.
/// </summary>
public sealed record JournalOptions
{
    /// <summary>The folder; it is made when absent and holds nothing but this journal.</summary>
    public required string Path { get; init; }

    /// <summary>This node's number, 0 to 4095; a folder belongs to the node that made it.</summary>
    public int Node { get; init; }

    /// <summary>Bytes of log that are kept in memory before they are flushed to a file.</summary>
    public long LogWriteBuffer { get; init; } = 32L << 20;

    /// <summary>Log buffers at most, the one being filled included; more would be waiting for the disk.</summary>
    public int LogWriteBuffers { get; init; } = 3;

    /// <summary>Bytes of the buffer of the small column families (meta and the indexes), two buffers each.</summary>
    public long SmallWriteBuffer { get; init; } = 4L << 20;

    /// <summary>Bytes of cached blocks and block indexes.</summary>
    public long BlockCache { get; init; } = 32L << 20;

    /// <summary>
    /// Write-ahead logs beyond this are cut by flushing what they still hold; bounds the time of a start.
    /// </summary>
    public long MaxWal { get; init; } = 256L << 20;

    /// <summary>Files of the database that are held open.</summary>
    public int MaxOpenFiles { get; init; } = 256;

    /// <summary>Threads of flush and compaction.</summary>
    public int BackgroundJobs { get; init; } = 2;

    /// <summary>The log's compression on disk.</summary>
    public LogCompression Compression { get; init; } = LogCompression.Lz4;

    /// <summary>The most native memory these options allow, in bytes.</summary>
    public long NativeMemoryBound =>
        (LogWriteBuffer * LogWriteBuffers)  // memtables of the log
        + (SmallWriteBuffer * 2 * JournalDatabase.SmallFamilies) // memtables of meta and the indexes, two each
        + BlockCache                        // blocks, indexes
        + (2L << 20);                       // the batch: RocksDB's copy and our frames, at their usual size
}

/// <summary>How the log's blocks are compressed.</summary>
public enum LogCompression
{
    None,
    Lz4,
    Zstd,
}
