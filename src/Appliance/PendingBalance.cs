using Appliance.Money;

namespace Appliance;

/// <summary>Someone who waits for an account's balance, or for a payment to be booked.</summary>
public sealed class PendingBalance : PendingAnswer
{
    private readonly TaskCompletionSource<ChangeResult> _answer =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when it is durable: Done, NameConflict or OutOfRange.</summary>
    public Task<ChangeResult> Task => _answer.Task;

    /// <summary>The account's money as it was when the ring came to it.</summary>
    public BalanceView View { get; private set; }

    /// <summary>The payment had been booked before.</summary>
    public bool IsRepeat { get; set; }

    public void Set(in BalanceView view) => View = view;

    public override void Accepted(ulong position, long unixMs) => throw new InvalidOperationException();

    public override void Refused(Refusal refusal) => throw new InvalidOperationException();

    public override void Changed(ChangeResult result) => _answer.TrySetResult(result);
}
