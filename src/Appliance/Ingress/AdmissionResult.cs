using Appliance.Policy;

namespace Appliance.Ingress;

/// <summary>Why a message was not taken. Each is one problem type of the HTTP API.</summary>
public enum AdmissionRefusal
{
    None,

    /// <summary>No slot of the ring is free: come back in a moment.</summary>
    RingFull,

    /// <summary>Too many messages wait: come back later.</summary>
    BacklogFull,

    /// <summary>The account has as many unfinished messages as it may have.</summary>
    AccountLimit,

    /// <summary>The account was taken out of the configuration a moment ago.</summary>
    AccountGone,

    /// <summary>The account's balance and credit do not cover it.</summary>
    BalanceTooLow,

    /// <summary>The carriers that could take it cost more than the account pays.</summary>
    PriceTooLow,

    /// <summary>The account sends faster than it may.</summary>
    Throttled,

    /// <summary>No route leads to that number.</summary>
    NoRoute,

    /// <summary>The destination can be no number.</summary>
    InvalidDestination,

    /// <summary>The source address is not one this account may use.</summary>
    InvalidSource,

    /// <summary>A rule about messages refuses it; <see cref="AdmissionResult.Code"/> and
    /// <see cref="AdmissionResult.Rule"/> say which.</summary>
    Policy,

    /// <summary>The request has the name of an earlier one, and another content.</summary>
    RepeatConflict,

    /// <summary>The disk is nearly full: what was taken has to fit first.</summary>
    DiskFull,

    /// <summary>The appliance is shutting down.</summary>
    Draining,

    /// <summary>The appliance is starting, or its journal cannot be written.</summary>
    Unavailable,
}

/// <summary>What became of a submission.</summary>
public readonly record struct AdmissionResult
{
    private AdmissionResult(
        AdmissionRefusal refusal, TimeSpan retryAfter, Guid messageId, int segmentCount, DateTimeOffset acceptedAt)
    {
        Refusal = refusal;
        RetryAfter = retryAfter;
        MessageId = messageId;
        SegmentCount = segmentCount;
        AcceptedAt = acceptedAt;
    }

    /// <summary>None for an accepted message.</summary>
    public AdmissionRefusal Refusal { get; }

    /// <summary>When to try again, for refusals that pass; zero for the problem type's usual time.</summary>
    public TimeSpan RetryAfter { get; }

    /// <summary>Of a refusal by a rule: its kind.</summary>
    public PolicyCode Code { get; private init; }

    /// <summary>Of a refusal by a rule: its name in the configuration.</summary>
    public string? Rule { get; private init; }

    public Guid MessageId { get; }

    public int SegmentCount { get; }

    public DateTimeOffset AcceptedAt { get; }

    public bool IsAccepted => Refusal == AdmissionRefusal.None;

    public static AdmissionResult Accepted(Guid messageId, int segmentCount, DateTimeOffset acceptedAt) =>
        new(AdmissionRefusal.None, TimeSpan.Zero, messageId, segmentCount, acceptedAt);

    public static AdmissionResult RefusedBy(PolicyCode code, string rule) =>
        Refused(AdmissionRefusal.Policy) with { Code = code, Rule = rule };

    public static AdmissionResult Refused(AdmissionRefusal refusal, TimeSpan retryAfter = default) =>
        new(refusal, retryAfter, Guid.Empty, 0, default);
}
