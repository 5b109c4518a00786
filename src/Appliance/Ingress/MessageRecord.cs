namespace Appliance.Ingress;

/// <summary>A message as its account may see it; states in snake_case as in DESIGN.md section 5.</summary>
public sealed record MessageRecord
{
    public required Guid MessageId { get; init; }

    public required string Status { get; init; }

    public required string From { get; init; }

    public required string To { get; init; }

    /// <summary>Null for a binary body, and for one whose retention is over.</summary>
    public string? Body { get; init; }

    /// <summary>gsm7, latin1, ucs2 or binary.</summary>
    public required string Encoding { get; init; }

    public required int SegmentCount { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it expires, or null where nobody said.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>The carrier that has it, or null.</summary>
    public string? Carrier { get; init; }

    /// <summary>Oldest first.</summary>
    public required IReadOnlyList<MessageEvent> History { get; init; }
}

/// <summary>One change of a message's state.</summary>
/// <param name="Code">The carrier's error code where there is one.</param>
/// <param name="Reason">What happened, in words.</param>
public sealed record MessageEvent(
    DateTimeOffset Time, string State, string? Carrier = null, string? Code = null, string? Reason = null);
