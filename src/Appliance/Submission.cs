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

    /// <summary>No route has this destination.</summary>
    NoRoute,
}

/// <summary>Someone outside the SMPP sessions who waits for the ring's answer.</summary>
public abstract class PendingAnswer
{
    /// <summary>The message is durable.</summary>
    public abstract void Accepted(ulong position, long unixMs);

    /// <summary>Nothing was kept.</summary>
    public abstract void Refused(Refusal refusal);

    /// <summary>Answers a query: the message's last event if it is live, else 0.</summary>
    public virtual void Located(ulong last) => throw new NotSupportedException();
}
