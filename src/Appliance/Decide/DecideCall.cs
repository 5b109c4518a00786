namespace Appliance.Decide;

/// <summary>Something to be done, or looked at, on the decide thread; whoever asks waits for it.</summary>
/// <param name="run">Gets the stage and its time, in milliseconds since 1970. Short: nothing else moves.</param>
public sealed class DecideCall(Action<Decider, long> run) : PendingAnswer
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _fault;

    /// <summary>Ends when it is done and the batch it was done in is durable; with what it threw.</summary>
    public Task Task => _done.Task;

    public override void Accepted(ulong position, long unixMs) => throw new InvalidOperationException();

    public override void Refused(Refusal refusal) => throw new InvalidOperationException();

    public override void Changed(ChangeResult result)
    {
        if (_fault is null) _done.TrySetResult();
        else _done.TrySetException(_fault);
    }

    internal void Run(Decider decider, long now)
    {
        try
        {
            run(decider, now);
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or FormatException)
        {
            // The asker's, not the ring's.
            _fault = fault;
        }
    }
}
