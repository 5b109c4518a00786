namespace Appliance;

/// <summary>Why a submission was not taken; each ingress says it in its own protocol.</summary>
public enum Refusal : byte
{
    None,

    /// <summary>The ring has no room: too much at once.</summary>
    RingFull,

    /// <summary>As many messages are unfinished as the appliance may hold.</summary>
    BacklogFull,

    /// <summary>As many messages are unfinished as the account may hold.</summary>
    AccountFull,

    /// <summary>The account is not configured any more.</summary>
    AccountGone,

    /// <summary>No route has this destination.</summary>
    NoRoute,

    /// <summary>Its sender address sends faster than it may.</summary>
    SenderRate,

    /// <summary>What it is called was used before, for something else.</summary>
    RepeatConflict,

    /// <summary>The disk is nearly full.</summary>
    DiskFull,

    /// <summary>The account's balance and credit do not cover it.</summary>
    BalanceTooLow,

    /// <summary>The account is charged and has no price for it, or its carriers cost more than the account pays.
    /// </summary>
    PriceTooLow,

    /// <summary>The account's traffic to this range of numbers is blocked.</summary>
    BlockedRange,
}

/// <summary>What became of a wish to change a message.</summary>
public enum ChangeResult : byte
{
    Done,

    /// <summary>There is no such message, or not in that list.</summary>
    NotFound,

    /// <summary>A carrier has it already, or it is final.</summary>
    TooLate,

    /// <summary>There is no room for it in memory just now.</summary>
    Busy,

    /// <summary>It is known, but its content and history are not there any more.</summary>
    Gone,

    /// <summary>The account's balance and credit do not cover it.</summary>
    BalanceTooLow,

    /// <summary>What it is called was used before, for something else.</summary>
    NameConflict,

    /// <summary>The amount would take the balance beyond what one can be.</summary>
    OutOfRange,
}

/// <summary>Someone outside the SMPP sessions who waits for the ring's answer.</summary>
public abstract class PendingAnswer
{
    /// <summary>The message is durable.</summary>
    public abstract void Accepted(ulong position, long unixMs);

    /// <summary>Nothing was kept.</summary>
    public abstract void Refused(Refusal refusal);

    /// <summary>
    /// Whether <see cref="Accepted"/> and <see cref="Refused"/> only note the answer, and <see cref="Finish"/> on a
    /// thread of the pool ends the wait.
    /// </summary>
    public virtual bool IsFinishedElsewhere => false;

    /// <summary>Ends the wait; whoever waits goes on in it.</summary>
    public virtual void Finish()
    {
    }

    /// <summary>Answers a query: the message's last event if it is live, else 0.</summary>
    public virtual void Located(ulong last) => throw new NotSupportedException();

    /// <summary>Answers Cancel, Replace, RetryDead and DropDead; what was done is durable.</summary>
    public virtual void Changed(ChangeResult result) => throw new NotSupportedException();
}
