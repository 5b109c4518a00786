using Appliance.Ring;

namespace Appliance.Act;

/// <summary>
/// The last part of a batch's journey: it is made durable and heard, while the ring's thread decides the next ones.
/// Several that wait share a sync; each is heard in its turn, and none before its sync.
/// </summary>
/// <param name="failed">Is told what ended the stage: nothing more is heard then.</param>
public sealed class ActStage(IEventLog log, SubmissionShare share, Action<Exception> failed) : IActStage
{
    /// <summary>Batches that may wait; a power of two.</summary>
    private const int Depth = 8;

    /// <summary>So few events are not worth waking another thread for.</summary>
    private const int FewEvents = 16;

    private readonly OutgoingBatch[] _line = new OutgoingBatch[Depth];
    private readonly BlockingWait _work = new();
    private readonly BlockingWait _room = new();
    private PaddedLong _put;
    private PaddedLong _done;
    private Thread? _thread;
    private volatile bool _stopping;
    private volatile bool _failed;

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
    public void Take(OutgoingBatch batch, int events)
    {
        var isIdle = Volatile.Read(ref _done.Value) == _put.Value;
        if (!IsDriven && (_thread is null || (isIdle && events <= FewEvents)))
        {
            log.Sync(batch.Mark);
            Hear(batch);
            return;
        }

        while (Waiting == Depth && !_failed) WaitFor(static stage => stage.HasRoom);
        ThrowIfFailed();
        _line[_put.Value % Depth] = batch;
        Volatile.Write(ref _put.Value, _put.Value + 1);
        _work.Signal();
    }

    /// <inheritdoc/>
    public void Settle()
    {
        while (Waiting > 0 && !_failed) WaitFor(static stage => stage.IsSettled);
        ThrowIfFailed();
    }

    /// <summary>Ends after all that was taken has been heard; the ring's thread has ended.</summary>
    public void Stop()
    {
        _stopping = true;
        while (_thread is { } thread && !thread.Join(5)) _work.Signal();
    }

    private bool HasRoom => _failed || Waiting < Depth;

    private bool IsSettled => _failed || Waiting == 0;

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
            _failed = true;
            _room.Signal();
            failed(e);
        }
    }

    private void WaitFor(Func<ActStage, bool> enough)
    {
        if (IsDriven) Step();
        else _room.Wait(enough, this);
    }

    /// <summary>Makes durable and lets be heard all that waits.</summary>
    /// <returns>False if nothing does.</returns>
    public bool Step()
    {
        var end = Volatile.Read(ref _put.Value);
        if (end == _done.Value) return false;
        var mark = default(LogMark);
        for (var at = _done.Value; at < end; at++) mark = _line[at % Depth].Mark.After(mark);
        log.Sync(mark);
        while (_done.Value < end)
        {
            Hear(_line[_done.Value % Depth]);
            Volatile.Write(ref _done.Value, _done.Value + 1);
            _room.Signal();
        }

        return true;
    }

    private void Hear(OutgoingBatch batch)
    {
        share.Durable(batch.Submissions, batch.FirstSubmission, batch.Mark.Started);
        batch.Release();
    }

    private void ThrowIfFailed()
    {
        if (_failed) throw new InvalidOperationException("the act stage has ended");
    }
}
