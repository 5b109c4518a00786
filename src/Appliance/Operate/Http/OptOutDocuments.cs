using System.Text.Json.Serialization;

namespace Appliance.Operate.Http;

/// <summary>
/// POST /admin/v1/opt-outs: changes of one account's list, all or none. A member it does not know is an error.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record OptOutRequest
{
    /// <summary>Changes one call may bring.</summary>
    public const int Most = 5000;

    /// <summary>Its name.</summary>
    public required string Account { get; init; }

    public required IReadOnlyList<OptOutRequestEntry> OptOuts { get; init; }

    /// <summary>Whether they are taken off the list.</summary>
    public bool Remove { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record OptOutRequestEntry
{
    public required string Number { get; init; }

    /// <summary>Null or empty for all senders of the account.</summary>
    public string? Sender { get; init; }
}

/// <summary>All of them are durable and in force.</summary>
public sealed record OptOutResult(int Taken);
