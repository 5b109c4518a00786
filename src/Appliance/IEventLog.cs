using Store;

namespace Appliance;

/// <summary>
/// The journal as the deciding stage sees it: records go in, get their position at once, can be read after the batch
/// and are durable after its sync. The seam at which a simulation puts a virtual disk.
/// </summary>
public interface IEventLog
{
    /// <summary>The position the next record gets, at the least.</summary>
    ulong NextPosition { get; }

    /// <summary>Room for a record in this batch; the position never changes and only grows.</summary>
    Span<byte> Reserve(int size, out ulong position);

    /// <summary>Reads a record of an earlier batch.</summary>
    /// <returns>Its length, of which as much as fits was copied; -1 where there is none.</returns>
    int Read(ulong position, Span<byte> destination);

    /// <summary>Writes the batch: it can be read, and is durable once <see cref="Sync"/> has returned. The ring's
    /// thread.</summary>
    LogMark Write();

    /// <summary>Makes durable all that was written up to a mark; returns only when it is. Any one thread.</summary>
    void Sync(in LogMark mark);

    /// <summary>A message is finished or outside memory: its history is found from its last event.</summary>
    /// <param name="floor">The record from which a restart comes to this call again.</param>
    void File(ulong accepted, ulong last, ulong floor);

    /// <summary>The last event known of a message that is not in memory.</summary>
    bool TryFindFiled(ulong accepted, out ulong last);

    /// <summary>Notes that nothing before <paramref name="oldest"/> is needed to start again.</summary>
    void Checkpoint(ulong oldest);

    /// <summary>Sets a small fact with this batch.</summary>
    void SetFact(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    void RemoveFact(ReadOnlySpan<byte> key);

    /// <summary>Whether there is such a fact; one of this batch counts only after it.</summary>
    bool HasFact(ReadOnlySpan<byte> key);
}

/// <summary>How far the journal was written.</summary>
/// <param name="Journal">The journal's own mark.</param>
/// <param name="Records">Written by the batch.</param>
/// <param name="Started">Stopwatch ticks at which the writing began; 0 where there was nothing to write.</param>
public readonly record struct LogMark(JournalMark Journal, int Records, long Started);

/// <summary>An entry of an index whose keys do not grow.</summary>
/// <param name="Position">Where the message was accepted.</param>
public readonly record struct Keyed(ulong Position, ulong First, ulong Second);

/// <summary>
/// What the deciding stage finds by keys that do not grow, and is too much for memory. Whatever is put here comes again
/// from the journal after a crash.
/// </summary>
public interface IKeyedState
{
    /// <summary>A message outside memory awaits a receipt under this key. First: the last event; Second: the
    /// hash of the id as it was written, and the seconds since 1970 at which the carrier took it.</summary>
    /// <param name="floor">The record from which a restart comes to this call again.</param>
    void Await(ulong key, in Keyed entry, ulong floor);

    void Unawait(ulong key, ulong position);

    /// <returns>How many, the newest first.</returns>
    int FindAwaited(ulong key, Span<Keyed> found);

    /// <summary>Goes on through all that is awaited, round and round, a few at a time.</summary>
    /// <returns>How many.</returns>
    int SweepAwaited(Span<(ulong Key, Keyed Entry)> found);

    /// <summary>A submission with a name of its own. First: its milliseconds; Second: the hash of its
    /// content.</summary>
    void Name(ulong key, in Keyed entry);

    int FindNamed(ulong key, Span<Keyed> found);

    /// <summary>A message of an account to a destination, for the history.</summary>
    void Index(ushort account, ulong destination, ulong position);
}
