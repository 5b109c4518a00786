using System.Text.Json.Serialization;

namespace Appliance.Operate.Http;

/// <summary>GET /admin/v1/dead?limit=&amp;after=: a page of the messages that no carrier took, oldest first.</summary>
public sealed record DeadDocument
{
    public required IReadOnlyList<DeadLetterDocument> Letters { get; init; }

    /// <summary>What to give as <c>after</c> for the next page; null on the last.</summary>
    public string? Next { get; init; }
}

public sealed record DeadLetterDocument
{
    public required string MessageId { get; init; }

    public required string To { get; init; }

    public required string Account { get; init; }

    /// <summary>The carrier that refused it last; empty where none was asked.</summary>
    public required string Carrier { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    public required DateTimeOffset FailedAt { get; init; }

    /// <summary>The carrier's command_status by name, or in hexadecimal.</summary>
    public required string Reason { get; init; }
}

/// <summary>POST /admin/v1/dead/{id}/retry, DELETE /admin/v1/dead/{id}.</summary>
/// <param name="Result">retried or dropped.</param>
public sealed record DeadResult(string MessageId, string Result);

/// <summary>
/// POST /admin/v1/dead/retry and dead/drop: which letters. A member it does not know is an error, for it may have been
/// meant to narrow the choice.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DeadChangeRequest
{
    /// <summary>All of them; true exactly where there is no filter.</summary>
    public bool All { get; init; }

    public string? Account { get; init; }

    /// <summary>The carrier that refused it last; "none" where none was asked.</summary>
    public string? Carrier { get; init; }

    /// <summary>A command_status by name or as 0x...; "none" where no carrier was asked.</summary>
    public string? Reason { get; init; }

    /// <summary>A time of RFC 3339; those that failed before.</summary>
    public string? Before { get; init; }

    /// <summary>Those after this message_id, which the call before gave as <c>next</c>.</summary>
    public string? After { get; init; }

    /// <summary>How many are changed at most, 1 to 1000.</summary>
    public int? Limit { get; init; }

    /// <summary>Counts, changes nothing.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What one call did.</summary>
public sealed record DeadChangeResult
{
    /// <summary>Letters that were meant, of those it looked at.</summary>
    public required int Matched { get; init; }

    public int Changed { get; init; }

    /// <summary>Letters whose failure is still being told to the customer: another time.</summary>
    public int UnderWay { get; init; }

    /// <summary>Retries that wait for room in memory; they are done when there is some.</summary>
    public int Waiting { get; init; }

    /// <summary>What to give as <c>after</c> for the rest; null where all was looked at.</summary>
    public string? Next { get; init; }
}
