using System.Runtime.ExceptionServices;
using Appliance.Ring;

namespace Appliance.Act;

/// <summary>
/// The last part of a batch's journey: it is made durable and heard, while the ring's thread decides the next one.
/// </summary>
/// <param name="failed">Is told what ended the stage: nothing more is heard then.</param>
public sealed class ActStage(IEventLog log, SubmissionShare share, Action<Exception> failed) : IActStage
{
    /// <summary>One is being heard while the next waits for its sync; no third is written before that.</summary>
    private const int Depth = 2;

    /// <summary>So few events are decided sooner than synced: while the ring's thread syncs them itself more come
    /// together, which costs fewer syncs than deciding them at once and waiting then.</summary>
    private const int FewEvents = 512;

    private readonly OutgoingBatch[] _line = new OutgoingBatch[Depth];
    private readonly BlockingWait _work = new();
    private readonly BlockingWait _durable = new();
    private PaddedLong _put;
    private PaddedLong _synced;
    private PaddedLong _done;
    private Thread? _thread;
    private volatile bool _stopping;
    private volatile Exception? _failure;

    /// <summary>Whether somebody calls <see cref="Step"/>, as a simulation does, instead of a thread of its
    /// own.</summary>
    public bool IsDriven { get; init; }

    /// <summary>Batches that wait.</summary>
    public int Waiting => (int)(_put.Value - Volatile.Read(ref _done.Value));

    /// <summary>Gives it a thread of its own; without it every batch is durable and heard when it has been
    /// taken.</summary>
    /// <param name="starting">Called first on that thread.</param>
    public void Start(Action? starting = null)
    {
        _thread = new Thread(() => Do(starting)) { Name = "act", IsBackground = true };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void AwaitDurable()
    {
        while (Volatile.Read(ref _synced.Value) != _put.Value && _failure is null)
        {
            if (IsDriven) Step();
            else _durable.Wait(static stage => stage.IsDurable, this);
        }

        ThrowIfFailed();
    }

    /// <inheritdoc/>
    public void Take(OutgoingBatch batch, int events)
    {
        var isIdle = Waiting == 0;
        if (!IsDriven && (_thread is null || (isIdle && events <= FewEvents)))
        {
            log.Sync(batch.Mark);
            Hear(batch);
            return;
        }

        _line[_put.Value % Depth] = batch;
        Volatile.Write(ref _put.Value, _put.Value + 1);
        _work.Signal();
    }

    /// <summary>Ends after all that was taken has been heard; the ring's thread has ended.</summary>
    public void Stop()
    {
        _stopping = true;
        while (_thread is { } thread && !thread.Join(5)) _work.Signal();
    }

    private bool IsDurable => _failure is not null || Volatile.Read(ref _synced.Value) == _put.Value;

    private bool HasWork => _stopping || Volatile.Read(ref _put.Value) != _done.Value;

    private void Do(Action? starting)
    {
        try
        {
            starting?.Invoke();
            while (true)
            {
                _work.Wait(static stage => stage.HasWork, this);
                if (!Step() && _stopping) return;
            }
        }
        catch (Exception e)
        {
            _failure = e;
            _durable.Signal();
            failed(e);
        }
    }

    /// <summary>Makes durable and lets be heard the batch that waits.</summary>
    /// <returns>False if none does.</returns>
    public bool Step()
    {
        if (Volatile.Read(ref _put.Value) == _done.Value) return false;
        var batch = _line[_done.Value % Depth];
        log.Sync(batch.Mark);
        Volatile.Write(ref _synced.Value, _done.Value + 1);
        _durable.Signal();
        Hear(batch);
        Volatile.Write(ref _done.Value, _done.Value + 1);
        return true;
    }

    private void Hear(OutgoingBatch batch)
    {
        share.Durable(batch.Submissions, batch.Mark.Started);
        batch.Release();
    }

    private void ThrowIfFailed()
    {
        // The very same: whoever hears of it first knows what it was.
        if (_failure is { } failure) ExceptionDispatchInfo.Throw(failure);
    }
}
