using Appliance.Numbering.Lookups;

namespace Appliance.Operate;

/// <summary>Reads <c>numbers</c> of the configuration.</summary>
internal static class NumbersReader
{
    private const string Sources = "mnp, hlr or prefix";
    private const string Address =
        "an http or https address with {number} in it, such as \"https://hlr.example/v1/{number}\"";

    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestTtl = TimeSpan.FromDays(30);

    public static NumbersConfiguration Read(ConfigurationObject numbers) => new()
    {
        Order = numbers.Has("order") ? ReadOrder(numbers) : new NumbersConfiguration().Order,
        Hlr = numbers.Object("hlr", ReadHlr),
    };

    private static List<LookupSource> ReadOrder(ConfigurationObject numbers)
    {
        var order = new List<LookupSource>();
        foreach (var name in numbers.Texts("order", $"a list of {Sources}"))
        {
            var source = Array.FindIndex(Enum.GetValues<LookupSource>(), one => NumberLookup.NameOf(one) == name);
            if (source < 0) numbers.Note("order", $"\"{name}\"", Sources);
            else if (order.Contains((LookupSource)source))
                numbers.Note("order", $"\"{name}\" a second time", "each once");
            else order.Add((LookupSource)source);
        }

        return order;
    }

    private static HlrConfiguration ReadHlr(ConfigurationObject hlr)
    {
        var fallback = new HlrConfiguration { Url = "" };
        return new HlrConfiguration
        {
            Url = hlr.RequiredText("url", Address, IsAddress),
            Key = hlr.Secret("key", ConfigurationRules.Key, ConfigurationRules.IsKey),
            Timeout = hlr.Duration("timeout", fallback.Timeout, ShortestTimeout, LongestTimeout),
            CacheTtl = hlr.Duration("cache_ttl", fallback.CacheTtl, TimeSpan.Zero, LongestTtl),
            CacheSize = hlr.Whole("cache_size", fallback.CacheSize, 2, 10_000_000),
            Messages = hlr.Flag("messages", fallback.Messages),
            Fields = hlr.Object("fields", ReadFields) ?? fallback.Fields,
        };
    }

    private static HlrFields ReadFields(ConfigurationObject fields)
    {
        var fallback = new HlrFields();
        return new HlrFields
        {
            Mcc = Field("mcc", fallback.Mcc),
            Mnc = Field("mnc", fallback.Mnc),
            Carrier = Field("carrier", fallback.Carrier),
            Ported = Field("ported", fallback.Ported),
        };

        string Field(string name, string otherwise) =>
            fields.Text(name, otherwise, "a member's name, such as \"mcc\" or \"network.mcc\"",
                text => text.Length > 0);
    }

    private static bool IsAddress(string text) =>
        text.Contains(HlrConfiguration.NumberPlace, StringComparison.Ordinal)
        && Uri.TryCreate(text.Replace(HlrConfiguration.NumberPlace, "0", StringComparison.Ordinal), UriKind.Absolute,
            out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);
}
