using System.Text.Json.Serialization;

namespace Appliance.Ingress;

/// <summary>A message as its account sees it in a list; states in snake_case as in DESIGN.md section 5.</summary>
public record MessageSummary
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

    /// <summary>0 to 3, the highest last.</summary>
    public required int Priority { get; init; }

    /// <summary>The priority that was asked for, above what the account may have; null where it got what it asked
    /// for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? PriorityAsked { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>From when it may go out, or null where it might at once.</summary>
    public DateTimeOffset? SendAt { get; init; }

    /// <summary>When it expires, or null for never.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>The carrier that has it, or null.</summary>
    public string? Carrier { get; init; }
}

/// <summary>A message with all that happened to it.</summary>
public sealed record MessageRecord : MessageSummary
{
    /// <summary>Oldest first.</summary>
    [JsonPropertyOrder(1)]
    public required IReadOnlyList<MessageEvent> History { get; init; }
}

/// <summary>One change of a message's state.</summary>
/// <param name="Code">The carrier's error code where there is one.</param>
/// <param name="Reason">What happened, in words.</param>
public sealed record MessageEvent(
    DateTimeOffset Time, string State, string? Carrier = null, string? Code = null, string? Reason = null);
