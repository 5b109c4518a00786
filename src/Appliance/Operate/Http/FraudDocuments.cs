using System.Text.Json.Serialization;

namespace Appliance.Operate.Http;

/// <summary>GET /admin/v1/fraud: what looks like fraud.</summary>
public sealed record FraudDocument
{
    /// <summary>The last ranges that were found, the newest last.</summary>
    public required IReadOnlyList<FraudRangeDocument> Found { get; init; }

    /// <summary>Ranges whose messages are refused now.</summary>
    public required IReadOnlyList<FraudRangeDocument> Blocked { get; init; }

    /// <summary>The newest judgement of each carrier and network.</summary>
    public required IReadOnlyList<FraudReceiptsDocument> Receipts { get; init; }
}

public sealed record FraudRangeDocument
{
    public required string Account { get; init; }

    /// <summary>The digits its numbers begin with, after a +.</summary>
    public required string Range { get; init; }

    public required int Messages { get; init; }

    /// <summary>Of those, the ones to a number that had none before.</summary>
    public required int Distinct { get; init; }

    /// <summary>Of those, the ones to a neighbour of the number before.</summary>
    public required int Sequential { get; init; }

    public required int Receipts { get; init; }

    public required int Delivered { get; init; }

    public required int Converted { get; init; }

    /// <summary>When it was found; null in the list of those blocked.</summary>
    public DateTimeOffset? At { get; init; }

    public required bool Blocked { get; init; }
}

public sealed record FraudReceiptsDocument
{
    public required string Carrier { get; init; }

    /// <summary>MCC and MNC; null where not known.</summary>
    public string? Network { get; init; }

    /// <summary>0 to 1; from the configured score on they are told.</summary>
    public required double Score { get; init; }

    public required bool Suspected { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>POST /admin/v1/fraud/release: lets an account's messages to a number's range pass again.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FraudRelease(string Account, string Number);

/// <param name="Released">False where the range was not blocked.</param>
public sealed record FraudReleased(bool Released);
