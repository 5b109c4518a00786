namespace Appliance.Policy.Fraud;

public enum FraudMode : byte
{
    Off,

    /// <summary>Found, counted and told; nothing is stopped.</summary>
    Monitor,

    /// <summary>Messages to a range that was found are refused for a time.</summary>
    Block,
}

/// <summary>What counts as inflated traffic, and as fake receipts.</summary>
public sealed record FraudRules
{
    /// <summary>Digits that numbers of a range differ in, 2 to 4: 3 for ranges of 1,000 numbers.</summary>
    public int RangeDigits { get; init; } = 3;

    /// <summary>Ranges watched closely at a time.</summary>
    public int Ranges { get; init; } = 16_384;

    /// <summary>Of accounts that have none of their own.</summary>
    public RangeLimits Limits { get; init; } = new();

    /// <summary>By the account's name.</summary>
    public IReadOnlyDictionary<string, RangeLimits> Accounts { get; init; } = new Dictionary<string, RangeLimits>();

    public ReceiptLimits Receipts { get; init; } = new();
}

/// <summary>
/// When an account's traffic to one range is taken for inflated: there is much of it, it goes to ever other numbers or
/// up or down the range, and where receipts or conversions are known, few of the numbers do anything with it.
/// </summary>
public sealed record RangeLimits
{
    public FraudMode Mode { get; init; } = FraudMode.Off;

    /// <summary>Messages to the range in the window.</summary>
    public int Messages { get; init; } = 200;

    public TimeSpan Window { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Of the messages, those to a number that had none before in the window.</summary>
    public double DistinctShare { get; init; } = 0.7;

    /// <summary>Of the messages, those to one of the next three numbers up or down from the one before.</summary>
    public double SequentialShare { get; init; } = 0.5;

    /// <summary>With more of its receipts saying delivered, the range is not suspected; 1 to suspect it anyhow.
    /// </summary>
    public double DeliveredShare { get; init; } = 1;

    /// <summary>With more of its messages converted, the range is not suspected. Only asked where the account reports
    /// conversions.</summary>
    public double ConvertedShare { get; init; } = 0.1;

    /// <summary>How long a range stays blocked after it was last found.</summary>
    public TimeSpan BlockFor { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>When a carrier's receipts on a route are taken for made up.</summary>
public sealed record ReceiptLimits
{
    public FraudMode Mode { get; init; } = FraudMode.Off;

    /// <summary>No handset answers sooner.</summary>
    public TimeSpan Floor { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Receipts that a judgement is made on.</summary>
    public int Receipts { get; init; } = 500;

    /// <summary>0 to 1; from here on it is told.</summary>
    public double Score { get; init; } = 0.7;
}
