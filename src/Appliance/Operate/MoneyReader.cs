using Appliance.Money;

namespace Appliance.Operate;

/// <summary>Reads <c>money</c> and <c>accounts[].billing</c> of the configuration.</summary>
internal static class MoneyReader
{
    private const string Currency = "a currency's three letters by ISO 4217, such as \"EUR\"";
    private const string Files = "a list of CSV files' paths";

    private static readonly (string, MarginPolicy)[] Margins =
    [
        ("allow", MarginPolicy.Allow), ("next_carrier", MarginPolicy.NextCarrier), ("refuse", MarginPolicy.Refuse),
    ];

    private static readonly (string, RefundStates)[] Refunds =
    [
        ("undelivered", RefundStates.Undelivered), ("expired", RefundStates.Expired),
        ("rejected", RefundStates.Rejected), ("unknown", RefundStates.Unknown), ("failed", RefundStates.Failed),
        ("cancelled", RefundStates.Cancelled), ("blocked", RefundStates.Blocked),
    ];

    public static MoneyConfiguration Read(ConfigurationObject money)
    {
        var fallback = new MoneyConfiguration();
        return new MoneyConfiguration
        {
            Currency = money.Text("currency", fallback.Currency, Currency,
                text => text.Length == 3 && text.All(char.IsAsciiLetterUpper)),
            Margin = money.Choice("margin", fallback.Margin, Margins),
            Refund = money.Has("refund")
                ? money.Choices("refund", Refunds).Aggregate(RefundStates.None, (all, one) => all | one)
                : fallback.Refund,
            Prices = money.Objects("prices", rate => ReadRate(rate, "account", "price")),
            Costs = money.Objects("costs", rate => ReadRate(rate, "carrier", "cost")),
            PriceFiles = money.Texts("price_files", Files, PathFault),
            CostFiles = money.Texts("cost_files", Files, PathFault),
        };
    }

    public static BillingConfiguration ReadBilling(ConfigurationObject billing)
    {
        var isPrepaid = billing.Choice("mode", true, [("prepaid", true), ("postpaid", false)]);
        return new BillingConfiguration
        {
            CreditLimit = billing.Amount("credit_limit") ?? (isPrepaid ? 0 : BillingConfiguration.Unlimited),
        };
    }

    private static string? PathFault(string path) => ConfigurationRules.IsPath(path) ? null : "a file's path";

    private static RateConfiguration ReadRate(ConfigurationObject rate, string party, string amount)
    {
        rate.Require(amount, Micros.Expected);
        return new RateConfiguration(
            rate.Text(party, "", "a name", _ => true),
            rate.Text("mcc_mnc", "", "an MCC and MNC of 5 or 6 digits", text => text.Length > 0),
            rate.Text("prefix", "", "up to 15 digits", ConfigurationRules.IsPrefix),
            rate.Text("country", "", ConfigurationRules.Country, ConfigurationRules.IsCountry),
            rate.Amount(amount) ?? 0);
    }
}
