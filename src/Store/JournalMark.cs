namespace Store;

/// <summary>How far the journal was written, for the sync that follows. The default is nothing written.</summary>
/// <param name="Number">Of the write, counted from 1.</param>
/// <param name="End">Everything below was written.</param>
/// <param name="Sequence">RocksDB's sequence number then.</param>
/// <param name="Started">Stopwatch ticks at which the write began.</param>
public readonly record struct JournalMark(long Number, ulong End, ulong Sequence, int Frames, long Bytes, long Started);
