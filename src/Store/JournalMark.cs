namespace Store;

/// <summary>How far the journal was written, for the sync that follows. The default is nothing written.</summary>
/// <param name="Number">Of the write, counted from 1.</param>
/// <param name="End">Everything below was written.</param>
/// <param name="Sequence">RocksDB's sequence number then.</param>
/// <param name="Started">Stopwatch ticks at which the write began.</param>
public readonly record struct JournalMark(long Number, ulong End, ulong Sequence, int Frames, long Bytes, long Started)
{
    /// <summary>This write and an earlier one seen as one.</summary>
    public JournalMark After(in JournalMark earlier) =>
        earlier.Number == 0 ? this
        : Number == 0 ? earlier
        : this with
        {
            Frames = Frames + earlier.Frames,
            Bytes = Bytes + earlier.Bytes,
            Started = earlier.Started,
        };
}
