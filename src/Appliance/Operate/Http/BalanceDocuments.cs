using System.Text.Json.Serialization;

namespace Appliance.Operate.Http;

/// <summary>GET /admin/v1/balances: every account's money. Amounts are texts, null where there are none.</summary>
public sealed record BalancesDocument
{
    public required string Currency { get; init; }

    public required IReadOnlyList<AccountBalance> Accounts { get; init; }
}

/// <param name="Balance">Null where no balance is kept and nothing is left of one.</param>
/// <param name="CreditLimit">How far it may be below 0; null for no limit, or no balance.</param>
/// <param name="Available">What can still be spent; null for no limit, or no balance.</param>
/// <param name="IsCharged">Whether its messages are charged.</param>
/// <param name="Configured">False for an account that is gone from the configuration and has money, or owes some.
/// </param>
public sealed record AccountBalance(
    string Account, string? Balance, string? CreditLimit, string? Available, bool IsCharged, bool Configured = true);

/// <summary>POST /admin/v1/balances/{account}: a payment or a correction.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PaymentRequest
{
    /// <summary>With a point; below 0 to take away.</summary>
    public string? Amount { get; init; }

    /// <summary>What the payment is called: under one name it is booked once, for good.</summary>
    public string? Name { get; init; }

    /// <summary>Who books it.</summary>
    public string? By { get; init; }

    public string? Note { get; init; }
}

/// <param name="Result">booked, or repeated where it had been booked before.</param>
/// <param name="Balance">The balance after it; of a repeat as it is now.</param>
public sealed record PaymentResult(string Account, string Name, string Amount, string Balance, string Result);

/// <summary>GET /admin/v1/payments?account=&amp;after=&amp;limit=: what was booked, the oldest first.</summary>
public sealed record PaymentsDocument
{
    public required IReadOnlyList<PaymentEntry> Payments { get; init; }

    /// <summary>What to give as <c>after</c> for the next page; null on the last.</summary>
    public string? Next { get; init; }
}

/// <param name="Balance">The account's balance after it.</param>
/// <param name="From">The address that it was booked from.</param>
public sealed record PaymentEntry(
    DateTimeOffset At, string Account, string Amount, string Balance, string Name, string? By, string? From,
    string? Note);
