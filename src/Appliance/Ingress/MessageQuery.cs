namespace Appliance.Ingress;

/// <summary>Which of an account's messages are listed.</summary>
public sealed record MessageQuery
{
    /// <summary>Accepted at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Accepted before this time.</summary>
    public DateTimeOffset? To { get; init; }

    public string? Status { get; init; }

    /// <summary>Digits, with or without + before them.</summary>
    public string? Destination { get; init; }

    /// <summary>What the last page's cursor stands for; 0 for the first page.</summary>
    public ulong Before { get; init; }

    public int Limit { get; init; } = 100;
}

/// <summary>Messages, the newest first.</summary>
/// <param name="Next">The cursor of the next page; null on the last.</param>
public sealed record MessagePage(IReadOnlyList<MessageSummary> Messages, string? Next);
