namespace Store;

/// <summary>How far the journal was written, for the sync that follows. The default is nothing written.</summary>
/// <param name="End">Everything below was written.</param>
/// <param name="Sequence">RocksDB's sequence number then.</param>
/// <param name="Started">Stopwatch ticks at which the write began.</param>
public readonly record struct JournalMark(ulong End, ulong Sequence, int Frames, long Bytes, long Started)
{
    /// <summary>This write and an earlier one seen as one.</summary>
    public JournalMark After(in JournalMark earlier) =>
        earlier.End == 0 ? this
        : End == 0 ? earlier
        : this with
        {
            Frames = Frames + earlier.Frames,
            Bytes = Bytes + earlier.Bytes,
            Started = earlier.Started,
        };
}
