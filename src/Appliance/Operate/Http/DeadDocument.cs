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
