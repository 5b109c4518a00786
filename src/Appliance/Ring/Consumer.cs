namespace Appliance.Ring;

/// <summary>What the consumer does with a batch: one call an entry, then one call for the batch.</summary>
public interface IBatchHandler<T> where T : struct
{
    /// <summary>An entry's turn is near: what it will need can be fetched. Changes nothing that shows.</summary>
    void OnComing(ref T entry)
    {
    }

    /// <summary>The same, when what <see cref="OnComing"/> has asked for should be there.</summary>
    void OnNext(ref T entry)
    {
    }

    /// <summary>Decides on one entry; writes nothing to the outside.</summary>
    void OnEvent(ref T entry);

    /// <summary>Makes the batch durable, then acts on it.</summary>
    void OnBatchEnd(int count);
}

/// <summary>The one loop that takes what is published, by the batch, on a thread of its own.</summary>
/// <param name="starting">Called first on that thread.</param>
public sealed class Consumer<T>(RingBuffer<T> ring, IBatchHandler<T> handler, int largestBatch,
    Action<Exception> failed, Action? starting = null)
    where T : struct
{
    private const int WakeAgainMs = 5;

    /// <summary>Entries between the first word of an entry and its turn; memory answers within some six.</summary>
    private const int Ahead = 16;

    private Thread? _thread;
    private volatile bool _stopping;
    private long _progress;

    /// <summary>Batches done; a health check sees by it that the loop moves.</summary>
    public long Progress => Volatile.Read(ref _progress);

    public void Start()
    {
        _thread = new Thread(Do) { Name = "ring", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Ends after what is published now has been handled.</summary>
    public void Stop()
    {
        _stopping = true;
        // A ring of the bell while a batch is being handled is not heard: ring until it ends.
        do ring.Wake();
        while (_thread is { } thread && !thread.Join(WakeAgainMs));
    }

    private void Do()
    {
        try
        {
            starting?.Invoke();
            Process();
        }
        catch (Exception e)
        {
            // A batch that could not be made durable must not be followed by another one.
            failed(e);
        }
    }

    private void Process()
    {
        long next = 0;
        while (true)
        {
            var last = ring.WaitFor(next, largestBatch);
            if (last < next)
            {
                if (_stopping) return;
                continue;
            }

            Handle(next, last);
            handler.OnBatchEnd((int)(last - next + 1));
            ring.Release(last);
            next = last + 1;
            Volatile.Write(ref _progress, _progress + 1);
        }
    }

    private void Handle(long first, long last)
    {
        for (var sequence = first; sequence < first + Ahead && sequence <= last; sequence++)
            handler.OnComing(ref ring[sequence]);
        for (var sequence = first; sequence <= last; sequence++)
        {
            if (sequence + (2 * Ahead) <= last) Memory.FetchStart(ref ring[sequence + (2 * Ahead)]);
            if (sequence + Ahead <= last) handler.OnComing(ref ring[sequence + Ahead]);
            if (sequence + (Ahead / 2) <= last) handler.OnNext(ref ring[sequence + (Ahead / 2)]);
            handler.OnEvent(ref ring[sequence]);
        }
    }
}
