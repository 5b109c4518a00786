using System.Diagnostics;

namespace Store;

/// <summary>How far an index's writing is behind. What is not written yet is found in memory all the same.</summary>
/// <param name="Entries">Entries that are not in the database yet.</param>
/// <param name="Oldest">The age of the oldest of them; zero when there is none.</param>
/// <param name="Behind">How long what is due to be written waits for it; zero when nothing is due.</param>
public readonly record struct IndexLag(long Entries, TimeSpan Oldest, TimeSpan Behind)
{
    /// <summary>Of two indexes that are seen as one.</summary>
    public static IndexLag Worse(in IndexLag a, in IndexLag b) => new(a.Entries + b.Entries,
        a.Oldest > b.Oldest ? a.Oldest : b.Oldest, a.Behind > b.Behind ? a.Behind : b.Behind);
}

/// <summary>
/// The buffers of an index that is written in the background: the journal's thread fills one, full ones wait for
/// <see cref="IndexThread"/> in order, written ones are used again. The writes are not synced: the log has it all, and
/// a recovery begins at a checkpoint that is not above <see cref="UnflushedFloor"/>. A checkpoint that is committed
/// after the index was written covers it, since both go through the one write-ahead log in that order.
/// <para>
/// A buffer is written only after the commit of everything that was appended before the buffer was closed, so that
/// after a crash no index tells of what the log has lost.
/// </para>
/// <para>
/// Readers take <see cref="Live"/>, look through it, then in the database, and at last ask <see cref="Changed"/>: a
/// buffer leaves the list after its entries are in the database and before it is emptied, so with the list unchanged
/// nothing was missed.
/// </para>
/// </summary>
internal sealed class BufferedIndex<TBuffer> : IndexWork, IDisposable
    where TBuffer : IndexBuffer
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>How long an erasure waits for what is in memory to be written.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>How soon to look again whether the journal has committed.</summary>
    private static readonly TimeSpan CommitWithin = TimeSpan.FromMilliseconds(5);

    private readonly Journal _journal;
    private readonly int _maxBuffers;
    private readonly Func<TBuffer> _make;
    private readonly Action<TBuffer> _write;
    private readonly Lock _lock = new();
    private readonly Queue<TBuffer> _free = new();

    /// <summary>The oldest first, the one being filled last. Never changed in place.</summary>
    private TBuffer[] _live;
    private StoreException? _lastError;
    private volatile bool _hurry;
    private bool _disposed;

    /// <param name="journal">Whose thread fills the buffers.</param>
    /// <param name="maxBuffers">Bounds the memory; when all wait for the disk, the journal's thread waits.</param>
    /// <param name="make">A new buffer.</param>
    /// <param name="write">Writes a whole buffer to the database; when it throws it is called again.</param>
    internal BufferedIndex(Journal journal, int maxBuffers, Func<TBuffer> make, Action<TBuffer> write)
    {
        _journal = journal;
        _maxBuffers = maxBuffers;
        _make = make;
        _write = write;
        Active = make();
        _live = [Active];
        journal.Indexes.Add(this);
    }

    /// <summary>The buffer being filled; never full between calls. Journal's thread only.</summary>
    internal TBuffer Active { get; private set; }

    /// <summary>Buffers whose entries may not be in the database, the newest last.</summary>
    internal TBuffer[] Live => Volatile.Read(ref _live);

    /// <summary>Why the last write failed, while it does. It is tried again every second, unless the journal has
    /// failed: then it is for good.</summary>
    internal StoreException? LastError => Volatile.Read(ref _lastError);

    /// <summary>The lowest floor of what is not in the database yet; <see cref="ulong.MaxValue"/> when all
    /// is.</summary>
    internal ulong UnflushedFloor
    {
        get
        {
            while (true)
            {
                var live = Live;
                var floor = ulong.MaxValue;
                foreach (var buffer in live)
                {
                    floor = Math.Min(floor, buffer.Floor);
                }
                if (!Changed(live))
                {
                    return floor;
                }
            }
        }
    }

    internal IndexLag Lag
    {
        get
        {
            var lag = default(IndexLag);
            foreach (var buffer in Live)
            {
                lag = IndexLag.Worse(lag, new IndexLag(buffer.Count, Age(buffer.Since), Age(buffer.DueSince)));
            }
            return lag;
        }
    }

    private static TimeSpan Age(long since) => since == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(since);

    /// <summary>Whether a buffer may have been emptied since <see cref="Live"/> was read: then look again.</summary>
    internal bool Changed(TBuffer[] live)
    {
        Interlocked.MemoryBarrier(); // what was read of the buffers is read before the list is looked at again
        return !ReferenceEquals(Volatile.Read(ref _live), live);
    }

    /// <summary>Whether the journal's thread is asked to rotate at the next opportunity, however young the buffer is.
    /// </summary>
    internal bool Hurry => _hurry;

    /// <summary>
    /// Waits until no buffer holds what <paramref name="holds"/> says; the journal's thread goes on rotating meanwhile.
    /// Any thread but that one.
    /// </summary>
    /// <exception cref="StoreException">It did not come to that in time.</exception>
    internal void WaitUntilWritten(Func<TBuffer, bool> holds)
    {
        var start = Stopwatch.GetTimestamp();
        while (Array.Exists(Live, buffer => holds(buffer)))
        {
            _journal.ThrowIfFailed();
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new StoreException(StoreFault.Failed, "The index has not been written within "
                    + $"{Patience.TotalSeconds} seconds, and what is to be erased is not in the database yet. "
                    + "Run the erasure again.");
            }
            _hurry = true;
            Task.Delay(20).Wait();
        }
    }

    /// <summary>Does something while no index is being written.</summary>
    internal void BetweenWrites(Action action) => _journal.Indexes.BetweenWrites(action);

    /// <summary>
    /// Hands what has come so far to the background thread. Journal's thread only. Waits for the disk when all buffers
    /// do.
    /// </summary>
    /// <exception cref="StoreException">The journal has failed, or all buffers are in use and cannot be written.
    /// </exception>
    internal void Rotate()
    {
        _journal.ThrowIfFailed();
        _hurry = false;
        if (Active.Count == 0)
        {
            return;
        }
        Active.ReadyAt = _journal.NextPosition;
        Active.DueSince = Stopwatch.GetTimestamp();
        while (Live is var live && live.Length >= _maxBuffers && IsReady(live[0]))
        {
            _journal.Indexes.WriteNow(this);
            if (LastError is { } error)
            {
                throw error;
            }
        }
        lock (_lock)
        {
            // More than the bound only while one batch of the journal outgrows all buffers, as it outgrows its own.
            Active = _free.TryDequeue(out var free) ? free : _make();
            Volatile.Write(ref _live, [.. _live, Active]);
        }
        _journal.Indexes.Signal();
    }

    /// <summary>Waits until all that was added is in the database. Not for the journal's thread under load.</summary>
    /// <exception cref="StoreException">The write fails.</exception>
    internal void Flush()
    {
        Rotate();
        _journal.Indexes.WriteNow(this);
        if (LastError is { } error)
        {
            throw error;
        }
        if (Live.Length > 1)
        {
            throw new InvalidOperationException("An index is flushed after a commit; there are records without one.");
        }
    }

    internal override TimeSpan WriteOne()
    {
        var live = Live;
        if (live.Length == 1)
        {
            return WhenSignalled;
        }
        if (!IsReady(live[0]))
        {
            return CommitWithin;
        }
        try
        {
            _write(live[0]);
        }
        catch (StoreException error)
        {
            Volatile.Write(ref _lastError, error);
            return RetryAfter;
        }
        Volatile.Write(ref _lastError, null);
        Release(live[0]);
        return Live.Length > 1 ? TimeSpan.Zero : WhenSignalled;
    }

    /// <summary>
    /// Writes what is left of what is committed; a disk that fails leaves it to the next recovery.
    /// </summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }
        _disposed = true;
        if (_journal.Failure == null && Active.Count > 0 && Live.Length < _maxBuffers)
        {
            Rotate();
        }
        _journal.Indexes.Remove(this);
    }

    private bool IsReady(TBuffer buffer) => _journal.CommittedEnd >= buffer.ReadyAt;

    private void Release(TBuffer buffer)
    {
        lock (_lock)
        {
            Volatile.Write(ref _live, _live[1..]);
            Interlocked.MemoryBarrier(); // readers see that it has left before they see it empty
            buffer.Reset();
            if (_free.Count < _maxBuffers)
            {
                _free.Enqueue(buffer);
            }
        }
    }
}
