using Appliance.Policy.Fraud;

namespace Appliance.Operate;

/// <summary>The section policy.fraud.</summary>
internal static class FraudReader
{
    private const int MostMessages = 60_000;
    private const int MostRanges = 1 << 20;

    private static readonly TimeSpan ShortestWindow = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestBlock = TimeSpan.FromDays(30);
    private static readonly TimeSpan LongestFloor = TimeSpan.FromMinutes(1);

    private static readonly (string, FraudMode)[] Modes =
        [("off", FraudMode.Off), ("monitor", FraudMode.Monitor), ("block", FraudMode.Block)];

    public static FraudRules Read(ConfigurationObject fraud)
    {
        var fallback = new FraudRules();
        var limits = ReadLimits(fraud, fallback.Limits);
        return new FraudRules
        {
            RangeDigits = fraud.Whole("range_digits", fallback.RangeDigits, 2, 4),
            Ranges = fraud.Whole("ranges", fallback.Ranges, 8, MostRanges),
            Limits = limits,
            Accounts = ReadAccounts(fraud, limits),
            Receipts = fraud.Object("receipts", ReadReceipts) ?? fallback.Receipts,
        };
    }

    /// <summary>What an account does not say is as for all others.</summary>
    private static Dictionary<string, RangeLimits> ReadAccounts(ConfigurationObject fraud, RangeLimits fallback)
    {
        var accounts = new Dictionary<string, RangeLimits>(StringComparer.Ordinal);
        foreach (var (name, limits) in fraud.Objects("accounts", account => (
            Name: account.RequiredText("account", "an account's name", text => text.Length > 0),
            Limits: ReadLimits(account, fallback))))
        {
            if (name.Length > 0 && !accounts.TryAdd(name, limits))
                fraud.Note("accounts", $"\"{name}\" a second time", "each account once");
        }

        return accounts;
    }

    private static RangeLimits ReadLimits(ConfigurationObject section, RangeLimits fallback) => new()
    {
        Mode = section.Choice("mode", fallback.Mode, Modes),
        Messages = section.Whole("messages", fallback.Messages, 10, MostMessages),
        Window = section.Duration("window", fallback.Window, ShortestWindow, LongestWindow),
        DistinctShare = section.Share("distinct_share", fallback.DistinctShare),
        SequentialShare = section.Share("sequential_share", fallback.SequentialShare),
        DeliveredShare = section.Share("delivered_share", fallback.DeliveredShare),
        ConvertedShare = section.Share("converted_share", fallback.ConvertedShare),
        BlockFor = section.Duration("block_for", fallback.BlockFor, ShortestWindow, LongestBlock),
    };

    private static ReceiptLimits ReadReceipts(ConfigurationObject receipts)
    {
        var fallback = new ReceiptLimits();
        return new ReceiptLimits
        {
            Mode = receipts.Choice("mode", fallback.Mode, [("off", FraudMode.Off), ("monitor", FraudMode.Monitor)]),
            Floor = receipts.Duration("floor", fallback.Floor, TimeSpan.Zero, LongestFloor),
            Receipts = receipts.Whole("receipts", fallback.Receipts, 50, MostMessages),
            Score = receipts.Share("score", fallback.Score),
        };
    }
}
