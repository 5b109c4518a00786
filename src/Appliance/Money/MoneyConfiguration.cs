using Appliance.Records;

namespace Appliance.Money;

/// <summary>What is done with a message whose price is below what its carrier costs.</summary>
public enum MarginPolicy : byte
{
    /// <summary>It goes out.</summary>
    Allow,

    /// <summary>It goes to the next carrier of its route that does not cost more; refused where there is none.
    /// </summary>
    NextCarrier,

    /// <summary>It is refused where the carrier that was chosen costs more.</summary>
    Refuse,
}

/// <summary>Which final states give the price back. The bits are those of <see cref="State"/>.</summary>
[Flags]
public enum RefundStates
{
    None = 0,
    Undelivered = 1 << State.Undelivered,
    Expired = 1 << State.Expired,
    Rejected = 1 << State.Rejected,
    Unknown = 1 << State.Unknown,
    Failed = 1 << State.Failed,
    Cancelled = 1 << State.Cancelled,
    Blocked = 1 << State.Blocked,

    /// <summary>What never reached a handset's network: no carrier took it, it was taken back, or a rule
    /// stopped it.</summary>
    Usual = Failed | Cancelled | Blocked,
}

/// <summary>Prices and costs; <c>money</c> in the configuration.</summary>
public sealed class MoneyConfiguration
{
    /// <summary>ISO 4217. All amounts are in it.</summary>
    public string Currency { get; init; } = "EUR";

    public MarginPolicy Margin { get; init; }

    public RefundStates Refund { get; init; } = RefundStates.Usual;

    public IReadOnlyList<RateConfiguration> Prices { get; init; } = [];

    public IReadOnlyList<RateConfiguration> Costs { get; init; } = [];

    /// <summary>Paths of CSV files.</summary>
    public IReadOnlyList<string> PriceFiles { get; init; } = [];

    public IReadOnlyList<string> CostFiles { get; init; } = [];
}

/// <summary>An amount a segment for a destination; without network, prefix and country for any.</summary>
/// <param name="Party">An account's or a carrier's name; empty for all accounts.</param>
/// <param name="MccMnc">5 or 6 digits, or empty.</param>
/// <param name="Amount">Micro-units.</param>
public sealed record RateConfiguration(string Party, string MccMnc, string Prefix, string Country, long Amount);

/// <summary>How an account pays; <c>accounts[].billing</c>.</summary>
public sealed class BillingConfiguration
{
    /// <summary>The credit of an account that pays later and has no limit.</summary>
    public const long Unlimited = long.MaxValue / 4;

    /// <summary>Micro-units that the balance may be below 0.</summary>
    public long CreditLimit { get; init; }

    public bool IsLimited => CreditLimit < Unlimited;
}
