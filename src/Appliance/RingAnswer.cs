namespace Appliance;

/// <summary>Waits for the ring to have done something, off its thread.</summary>
internal sealed class RingAnswer : PendingAnswer
{
    private readonly TaskCompletionSource<ChangeResult> _answer =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when what was done is durable.</summary>
    public Task<ChangeResult> Task => _answer.Task;

    public override void Accepted(ulong position, long unixMs) => throw new InvalidOperationException();

    public override void Refused(Refusal refusal) => throw new InvalidOperationException();

    public override void Changed(ChangeResult result) => _answer.TrySetResult(result);
}
