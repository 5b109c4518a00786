namespace Store;

/// <summary>
/// Where a message's story ends as far as it is known: accepted position -> position of its last event. For what is
/// finished, and for what memory has let go of before it is; of two entries for a message the later one counts. What
/// came lately is in memory; a background thread writes it to the database in sorted runs
/// (<see cref="BufferedIndex{T}"/>).
/// </summary>
public sealed class FinishedIndex : IDisposable
{
    /// <summary>
    /// Buffers of 1 MiB at most; when all wait for the disk, <see cref="Add(ulong, ulong)"/> waits as well.
    /// </summary>
    private const int MaxBuffers = 16;

    private readonly Journal _journal;
    private readonly FinishedWriter _writer;
    private readonly BufferedIndex<FinishedBuffer> _buffers;

    public FinishedIndex(Journal journal)
    {
        _journal = journal;
        _writer = new FinishedWriter(journal);
        _buffers = new BufferedIndex<FinishedBuffer>(journal, MaxBuffers, () => new FinishedBuffer(), _writer.Write);
    }

    /// <summary>Why the last write failed, while it does; it is tried again every second.</summary>
    public StoreException? LastError => _buffers.LastError;

    /// <summary>
    /// The smallest accepted position that is not in the database yet; <see cref="ulong.MaxValue"/> when all are.
    /// </summary>
    public ulong UnflushedFloor => _buffers.UnflushedFloor;

    public IndexLag Lag => _buffers.Lag;

    /// <summary>
    /// Notes how far a message's story has come: a later call for the same message wins over an earlier one, and its
    /// position is not below. What a recovery tells again is not written again. Journal's thread only; allocates
    /// nothing but a new buffer.
    /// </summary>
    /// <param name="accepted">The position of the message's acceptance.</param>
    /// <param name="last">The position of its last event; not below <paramref name="accepted"/>.</param>
    public void Add(ulong accepted, ulong last) => Add(accepted, last, accepted);

    /// <inheritdoc cref="Add(ulong, ulong)"/>
    /// <param name="floor">The journal position from which a recovery would come to this call again.</param>
    public void Add(ulong accepted, ulong last, ulong floor)
    {
        _buffers.Active.Add(accepted, last, floor);
        if (_buffers.Active.IsFull)
        {
            _buffers.Rotate();
        }
    }

    /// <summary>
    /// Hands what has come so far to the background thread. Journal's thread, once a second or so, after a commit: what
    /// is not committed yet waits in its buffer for the commit.
    /// </summary>
    public void Rotate() => _buffers.Rotate();

    /// <summary>The last event of a message, from any thread; false when the index has not heard of it.</summary>
    public bool TryFind(ulong accepted, out ulong last)
    {
        while (true)
        {
            var live = _buffers.Live;
            var found = TryFindLive(live, accepted, out last)
                || FinishedRun.TryFind(_journal.Database, accepted, out last);
            if (!_buffers.Changed(live))
            {
                return found;
            }
        }
    }

    /// <summary>
    /// Waits until everything added before is in the database. After a commit, and not for the journal's thread under
    /// load.
    /// </summary>
    /// <exception cref="StoreException">The write fails.</exception>
    public void Flush() => _buffers.Flush();

    /// <summary>
    /// Writes what is left of what is committed; a disk that fails leaves it to the next recovery.
    /// </summary>
    public void Dispose()
    {
        _buffers.Dispose();
        _writer.Dispose();
    }

    private static bool TryFindLive(FinishedBuffer[] live, ulong accepted, out ulong last)
    {
        for (var i = live.Length - 1; i >= 0; i--)
        {
            if (live[i].TryFind(accepted, out last))
            {
                return true;
            }
        }
        last = 0;
        return false;
    }
}
