using System.Diagnostics;

namespace Store;

/// <summary>
/// Messages by account and by destination number, in the order of acceptance. The journal's thread adds each message as
/// it is accepted, any thread asks for pages. A large buffer is filled in memory and written by a background thread as
/// one run of lists (<see cref="BufferedIndex{T}"/>), so that a message costs a fraction of a put. Measurements are in
/// docs/decisions/0009-indexes.md.
/// </summary>
public sealed class HistoryIndex : IDisposable
{
    /// <summary>18 MiB of buffers at most; when all wait for the disk, <see cref="Add"/> waits as well.</summary>
    private const int MaxBuffers = 4;

    /// <summary>
    /// A buffer that does not fill is written after this time. Only slow traffic comes to it: few runs a day, and
    /// little to add again after a crash.
    /// </summary>
    private static readonly TimeSpan OldEnough = TimeSpan.FromMinutes(10);

    private readonly Journal _journal;
    private readonly HistoryWriter _writer;
    private readonly BufferedIndex<HistoryBuffer> _buffers;
    private ulong _last;
    private long _looked;

    public HistoryIndex(Journal journal)
    {
        _journal = journal;
        _writer = new HistoryWriter(journal);
        _last = HistoryWriter.WrittenThrough(journal);
        _buffers = new BufferedIndex<HistoryBuffer>(journal, MaxBuffers, () => new HistoryBuffer(), _writer.Write);
    }

    /// <summary>Why the last write failed, while it does; it is tried again every second.</summary>
    public StoreException? LastError => _buffers.LastError;

    /// <summary>
    /// The lowest position that is not in the database yet; <see cref="ulong.MaxValue"/> when all are. A recovery that
    /// begins here or earlier adds what a crash has taken.
    /// </summary>
    public ulong UnflushedFloor => _buffers.UnflushedFloor;

    /// <summary>What is found in memory only; pages include it.</summary>
    public IndexLag Lag => _buffers.Lag;

    /// <summary>
    /// Adds a message. Journal's thread, in the order of acceptance; allocates nothing but a new buffer. What a
    /// recovery adds a second time is passed over.
    /// </summary>
    /// <param name="account">The account's number; 0 for no one's, which is found by destination and among all.</param>
    /// <param name="destinationHash">A 64-bit hash whose top bits are spread evenly; not 0.</param>
    /// <param name="position">The position of its acceptance.</param>
    public void Add(ushort account, ulong destinationHash, ulong position)
    {
        if (position <= _last)
        {
            return;
        }
        _last = position;
        _buffers.Active.Add(account, destinationHash, position);
        if (_buffers.Active.IsFull)
        {
            _buffers.Rotate();
        }
    }

    /// <summary>
    /// Hands what has come so far to the background thread, if it is old enough; until then it is found in memory.
    /// Journal's thread, once a second or so, after a commit.
    /// </summary>
    public void Rotate() => Rotate(OldEnough);

    internal void Rotate(TimeSpan oldEnough)
    {
        var active = _buffers.Active;
        if (active.Count > 0 && (_buffers.Hurry || Stopwatch.GetElapsedTime(active.Since) >= oldEnough))
        {
            _buffers.Rotate();
        }
    }

    /// <summary>
    /// A page of positions, newest first and each once, from any thread: what is not written yet included, what is
    /// before the retention's cut not. Returns how many; fewer than asked for are the last ones.
    /// </summary>
    /// <exception cref="StoreException">The database is damaged.</exception>
    public int Page(in HistoryQuery query, Span<ulong> positions)
    {
        var wanted = query with { From = Math.Max(query.From, _journal.DroppedBefore) };
        while (true)
        {
            var live = _buffers.Live;
            var count = PageLive(live, ref wanted, positions);
            var reader = new HistoryReader(wanted, positions[count..]);
            reader.Read(_journal.Database);
            if (!_buffers.Changed(live))
            {
                return count + reader.Count;
            }
            wanted = wanted with { Before = query.Before };
        }
    }

    /// <summary>
    /// A page of an account's positions, oldest first and each once, from any thread: what is not written yet included,
    /// what is before the retention's cut not. Returns how many; fewer than asked for are the last ones. It costs what
    /// is on the page, wherever <see cref="HistoryQuery.From"/> is.
    /// </summary>
    /// <param name="query">Of an account, and of any destination.</param>
    /// <exception cref="StoreException">The database is damaged.</exception>
    public int PageForward(in HistoryQuery query, Span<ulong> positions)
    {
        if (query.DestinationHash != 0)
        {
            throw new ArgumentException("Lists of destinations are read newest first.", nameof(query));
        }
        var wanted = query with { From = Math.Max(query.From, _journal.DroppedBefore) };
        while (true)
        {
            var live = _buffers.Live;
            // A buffer may be half written: of the database only what is before all of them counts.
            var written = wanted.Before;
            foreach (var buffer in live)
            {
                written = Math.Min(written, buffer.Floor);
            }
            var reader = new HistoryForwardReader(wanted with { Before = written }, positions);
            reader.Read(_journal.Database);
            var (count, looked) = (reader.Count, reader.Looked);
            foreach (var buffer in live)
            {
                var more = buffer.PageForward(wanted, positions[count..]);
                (count, looked) = (count + more, looked + more);
            }
            Interlocked.Add(ref _looked, looked);
            if (!_buffers.Changed(live))
            {
                return count;
            }
        }
    }

    /// <summary>Entries of lists that <see cref="PageForward"/> has looked at so far.</summary>
    public long Looked => Interlocked.Read(ref _looked);

    /// <summary>
    /// Takes messages out of the lists, and the old lists out of the table files. Returns how many were there. Any
    /// thread but the journal's, which goes on rotating meanwhile: what is in memory is written first.
    /// </summary>
    /// <param name="messages">Committed messages: position to the hash of the destination it was added with.</param>
    /// <exception cref="StoreException">The disk failed, or the journal's thread does not rotate.</exception>
    public long Erase(IReadOnlyDictionary<ulong, ulong> messages)
    {
        _buffers.WaitUntilWritten(buffer => buffer.Holds(messages.Keys));
        using var erasure = new HistoryErasure(_journal, messages);
        _buffers.BetweenWrites(erasure.Run);
        erasure.Compact();
        return erasure.Erased;
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

    /// <summary>
    /// What the buffers have. Of the database only what is before them is wanted then: a buffer may be half written.
    /// </summary>
    private static int PageLive(HistoryBuffer[] live, ref HistoryQuery wanted, Span<ulong> positions)
    {
        var count = 0;
        for (var i = live.Length - 1; i >= 0; i--)
        {
            var first = live[i].Floor;
            count += live[i].Page(wanted, positions[count..]);
            wanted = wanted with { Before = Math.Min(wanted.Before, first) };
        }
        return count;
    }
}
