namespace Appliance.Operate.Http;

/// <summary>
/// GET /admin/v1/messages/{id}: one message's story for an operator, whoever's it is. Without its text: that is between
/// the customer and the recipient.
/// </summary>
public sealed record TraceDocument
{
    public required string MessageId { get; init; }

    public required string Account { get; init; }

    /// <summary>outbound, or inbound for a mobile's message to the account.</summary>
    public required string Direction { get; init; }

    public required string From { get; init; }

    public required string To { get; init; }

    /// <summary>As the customer sees it.</summary>
    public required string Status { get; init; }

    /// <summary>The carrier that has or had it last; null for none.</summary>
    public string? Carrier { get; init; }

    /// <summary>What carriers have called its parts, in the order of their answers.</summary>
    public required IReadOnlyList<string> CarrierIds { get; init; }

    public required string Encoding { get; init; }

    public required int Parts { get; init; }

    public required int Priority { get; init; }

    /// <summary>The priority that was asked for and not granted.</summary>
    public int? PriorityAsked { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    public DateTimeOffset? SendAt { get; init; }

    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>Whether a part was sent again after a carrier may have had it.</summary>
    public required bool PossibleDuplicate { get; init; }

    /// <summary>Whether it is among the dead letters.</summary>
    public required bool Dead { get; init; }

    /// <summary>Oldest first.</summary>
    public required IReadOnlyList<TraceEvent> Events { get; init; }
}

/// <summary>One thing that happened.</summary>
/// <param name="SecondsAfter">Since the message was accepted.</param>
/// <param name="Part">1 for the only one.</param>
/// <param name="Attempt">How often the part had been handed to a carrier by then.</param>
/// <param name="Code">The command_status by name, or the receipt's error; null where there is none.</param>
/// <param name="PossibleDuplicate">From here on the recipient may get it twice.</param>
public sealed record TraceEvent(
    DateTimeOffset Time, double SecondsAfter, string State, int Part, int Attempt, string? Carrier, int? Session,
    string? Code, string Reason, bool PossibleDuplicate);

/// <summary>GET /admin/v1/messages?to=NUMBER or ?carrier_id=ID: messages, by their stories.</summary>
public sealed record TraceList
{
    /// <summary>To a number the newest first, by a carrier's id the oldest first.</summary>
    public required IReadOnlyList<TraceDocument> Messages { get; init; }

    /// <summary>What to give as <c>after</c> for the rest; null where there is none.</summary>
    public string? Next { get; init; }
}
