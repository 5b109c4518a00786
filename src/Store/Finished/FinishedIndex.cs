namespace Store;

/// <summary>
/// Where a finished message's story ends: accepted position -> position of its last event. What finished lately is in
/// memory; a background thread writes it to the database in sorted runs. These writes are not synced: the log has it
/// all, and a recovery begins at a checkpoint that is not above <see cref="UnflushedFloor"/>. A checkpoint that is
/// committed after the index was written covers it, since both go through the one write-ahead log in that order.
/// </summary>
public sealed class FinishedIndex : IDisposable
{
    /// <summary>Buffers of 1 MiB at most; when all wait for the disk, <see cref="Add"/> waits as well.</summary>
    private const int MaxBuffers = 16;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Journal _journal;
    private readonly FinishedWriter _writer;
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _written = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Queue<FinishedBuffer> _free = new();

    /// <summary>
    /// Buffers not yet in the database, the oldest first, the one being filled last. Never changed in place.
    /// </summary>
    private FinishedBuffer[] _live;
    private FinishedBuffer _active;
    private StoreException? _lastError;

    public FinishedIndex(Journal journal)
    {
        _journal = journal;
        _writer = new FinishedWriter(journal);
        _active = new FinishedBuffer();
        _live = [_active];
        _thread = new Thread(WriteBuffers) { Name = "finished-index", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Why the last write failed, while it does; it is tried again every second.</summary>
    public StoreException? LastError => Volatile.Read(ref _lastError);

    /// <summary>
    /// The smallest accepted position that is not in the database yet; <see cref="ulong.MaxValue"/> when all are.
    /// </summary>
    public ulong UnflushedFloor
    {
        get
        {
            var floor = ulong.MaxValue;
            foreach (var buffer in Volatile.Read(ref _live))
            {
                floor = Math.Min(floor, buffer.Min);
            }
            return floor;
        }
    }

    /// <summary>Notes that a message is finished. Journal's thread only; allocates nothing.</summary>
    public void Add(ulong accepted, ulong last)
    {
        if (_active.IsFull)
        {
            Rotate();
        }
        _active.Add(accepted, last);
    }

    /// <summary>Hands what has come so far to the background thread. Journal's thread, once a second or so.</summary>
    public void Rotate()
    {
        if (_active.Count == 0)
        {
            return;
        }
        while (!TryStartBuffer())
        {
            _written.Wait();
        }
        _work.Release();
    }

    /// <summary>The last event of a finished message, from any thread; false when it is not finished.</summary>
    public bool TryFind(ulong accepted, out ulong last)
    {
        while (true)
        {
            var live = Volatile.Read(ref _live);
            if (!TryFindLive(live, accepted, out last, out var reused))
            {
                if (reused)
                {
                    continue; // a buffer was written and filled anew while we looked; what it held is elsewhere now
                }
                // Buffers leave the list after they are in the database, so nothing can be in between.
                return FinishedRun.TryFind(_journal.Database, accepted, out last);
            }
            if (!reused)
            {
                return true;
            }
        }
    }

    /// <summary>
    /// Waits until everything added before is in the database. Not for the journal's thread under load.
    /// </summary>
    /// <exception cref="StoreException">The write fails.</exception>
    public void Flush()
    {
        Rotate();
        while (Volatile.Read(ref _live).Length > 1)
        {
            _written.Wait();
            if (LastError is { } error)
            {
                throw error;
            }
            lock (_lock)
            {
                if (_live.Length > 1)
                {
                    _written.Reset();
                }
            }
        }
    }

    /// <summary>Writes what is left and stops the thread; a disk that fails leaves it to the next recovery.</summary>
    public void Dispose()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }
        if (_active.Count > 0)
        {
            TryStartBuffer(); // or not, when the disk has failed for so long that all buffers wait
        }
        _stop.Cancel();
        _work.Release();
        _thread.Join();
        _writer.Dispose();
    }

    private static bool TryFindLive(FinishedBuffer[] live, ulong accepted, out ulong last, out bool reused)
    {
        reused = false;
        for (var i = live.Length - 1; i >= 0; i--)
        {
            var generation = live[i].Generation;
            var found = live[i].TryFind(accepted, out last);
            Interlocked.MemoryBarrier(); // the pair is read before the generation is looked at again
            reused |= live[i].Generation != generation;
            if (found)
            {
                return true;
            }
        }
        last = 0;
        return false;
    }

    private bool TryStartBuffer()
    {
        lock (_lock)
        {
            if (_live.Length == MaxBuffers)
            {
                _written.Reset();
                return false;
            }
            _active = _free.TryDequeue(out var free) ? free : new FinishedBuffer();
            Volatile.Write(ref _live, [.. _live, _active]);
            return true;
        }
    }

    private void WriteBuffers()
    {
        while (true)
        {
            _work.Wait();
            while (Volatile.Read(ref _live) is { Length: > 1 } live)
            {
                if (!TryWrite(live[0]) && _stop.Token.WaitHandle.WaitOne(RetryAfter))
                {
                    return;
                }
            }
            if (_stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private bool TryWrite(FinishedBuffer buffer)
    {
        try
        {
            _writer.Write(buffer);
        }
        catch (StoreException error)
        {
            Volatile.Write(ref _lastError, error);
            _written.Set();
            return false;
        }
        Volatile.Write(ref _lastError, null);
        lock (_lock)
        {
            Volatile.Write(ref _live, _live[1..]);
            buffer.Reset();
            _free.Enqueue(buffer);
        }
        _written.Set();
        return true;
    }
}
