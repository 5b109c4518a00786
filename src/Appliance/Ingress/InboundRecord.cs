namespace Appliance.Ingress;

/// <summary>A mobile's message to one of the account's numbers, as the account sees it.</summary>
public sealed record InboundRecord
{
    public required Guid MessageId { get; init; }

    /// <summary>As the carrier wrote it.</summary>
    public required string From { get; init; }

    /// <summary>The account's number, as the carrier wrote it.</summary>
    public required string To { get; init; }

    /// <summary>Null for a binary one.</summary>
    public string? Body { get; init; }

    /// <summary>gsm7, ia5, latin1, ucs2, another alphabet's name, or binary.</summary>
    public required string Encoding { get; init; }

    public required int DataCoding { get; init; }

    /// <summary>The octets behind the user data header, in hex; null where there is a body.</summary>
    public string? Data { get; init; }

    /// <summary>The user data header with its length, in hex; null for none.</summary>
    public string? UserDataHeader { get; init; }

    /// <summary>Of a part of a longer message: which one, of how many, and what the parts have in common.</summary>
    public int? Part { get; init; }

    public int? Parts { get; init; }

    public int? Reference { get; init; }

    /// <summary>
    /// waiting for an ESME, kept for the account to read, delivered to an ESME, rejected by it, expired untaken.
    /// </summary>
    public required string Status { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>Messages from mobiles, the oldest first.</summary>
/// <param name="Next">
/// What to give as <c>after</c> for those that follow, also for those still to come; null while there never was one.
/// </param>
public sealed record InboundPage(IReadOnlyList<InboundRecord> Messages, string? Next);
