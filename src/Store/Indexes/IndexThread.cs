namespace Store;

/// <summary>What the indexes' thread does for one index.</summary>
internal abstract class IndexWork
{
    /// <summary>Waits for nothing: asked again when there is something to write.</summary>
    protected static readonly TimeSpan WhenSignalled = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// Writes the oldest buffer if there is one to write. Returns how long to wait before asking again: zero when more
    /// is ready, <see cref="WhenSignalled"/> when nothing is.
    /// </summary>
    internal abstract TimeSpan WriteOne();
}

/// <summary>
/// The one thread that writes all indexes of a journal, a buffer of each in turn. One thread, so that a commit waits
/// for at most one small batch of it, and so that two cores are left to what must not wait.
/// </summary>
internal sealed class IndexThread : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<IndexWork> _works = [];
    private readonly AutoResetEvent _signal = new(false);
    private readonly Thread _thread;
    private volatile bool _stopped;

    internal IndexThread()
    {
        _thread = new Thread(Run) { Name = "index-writer", IsBackground = true };
        _thread.Start();
    }

    internal void Add(IndexWork work)
    {
        lock (_lock)
        {
            _works.Add(work);
        }
    }

    /// <summary>There is something to write.</summary>
    internal void Signal() => _signal.Set();

    /// <summary>Writes all that one index has ready, on the calling thread.</summary>
    internal void WriteNow(IndexWork work)
    {
        lock (_lock)
        {
            while (work.WriteOne() == TimeSpan.Zero)
            {
            }
        }
    }

    /// <summary>Does something while no index is being written.</summary>
    internal void BetweenWrites(Action action)
    {
        lock (_lock)
        {
            action();
        }
    }

    /// <summary>Writes all that one index has ready and forgets the index.</summary>
    internal void Remove(IndexWork work)
    {
        lock (_lock)
        {
            while (work.WriteOne() == TimeSpan.Zero)
            {
            }
            _works.Remove(work);
        }
    }

    public void Dispose()
    {
        _stopped = true;
        _signal.Set();
        _thread.Join();
        _signal.Dispose();
    }

    private void Run()
    {
        ThreadName.Set("index-writer");
        var wait = Timeout.InfiniteTimeSpan;
        while (!_stopped)
        {
            _signal.WaitOne(wait);
            wait = WriteOneOfEach();
        }
    }

    private TimeSpan WriteOneOfEach()
    {
        var wait = Timeout.InfiniteTimeSpan;
        lock (_lock)
        {
            foreach (var work in _works)
            {
                var next = work.WriteOne();
                if (next >= TimeSpan.Zero && (wait < TimeSpan.Zero || next < wait))
                {
                    wait = next;
                }
            }
        }
        return wait;
    }
}
