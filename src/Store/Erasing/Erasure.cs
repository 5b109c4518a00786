namespace Store;

/// <summary>
/// Overwrites what must go in a record's bytes, in place; the length stays. Returns whether anything was changed.
/// </summary>
public delegate bool Redactor(ulong position, Span<byte> record);

/// <summary>What an erasure has done.</summary>
/// <param name="Records">Records that the redactor changed.</param>
/// <param name="Unchanged">Records that it left as they were.</param>
/// <param name="Absent">Positions at which no committed record is; retention has taken them, as a rule.</param>
/// <param name="Frames">Frames rewritten.</param>
/// <param name="Files">Files that held the old bytes and are gone.</param>
public readonly record struct ErasureReport(long Records, long Unchanged, long Absent, long Frames, int Files);

/// <summary>
/// Erases data from committed records: rewrites the frames they are in, and then every file that may hold the old
/// bytes, so that a scan of the folder does not find them. Backups are files of their own and are not touched.
/// <para>
/// Runs on any thread but the journal's, beside its work: a committed frame is never written by anyone else. A frame
/// that retention drops meanwhile may come back with its redacted content and goes with the next retention.
/// </para>
/// </summary>
public static class Erasure
{
    /// <summary>Bytes of frames in one synced write.</summary>
    private const int BatchBytes = 1 << 20;

    /// <summary>Redacts records and waits until their old bytes are in no file.</summary>
    /// <param name="journal">The open journal.</param>
    /// <param name="positions">The records, in any order.</param>
    /// <param name="redact">Called once for each record that is there.</param>
    /// <exception cref="StoreException">The disk failed, or a file with old bytes is still held open by a reader: what
    /// was redacted stays so; run it again.</exception>
    public static ErasureReport Run(Journal journal, IEnumerable<ulong> positions, Redactor redact)
    {
        journal.ThrowIfFailed();
        using var rewrite = new FrameRewrite(journal, redact);
        foreach (var frame in positions.Distinct().Order().GroupBy(Position.Frame))
        {
            rewrite.Redact(frame.Key, frame);
            if (rewrite.PendingBytes >= BatchBytes)
            {
                rewrite.Write();
            }
        }
        rewrite.Write();
        // Also when nothing was changed now: an earlier run may have been cut short before its files were gone.
        var files = FileErasure.Run(journal, rewrite.Touched);
        return rewrite.Report with { Files = files };
    }
}
