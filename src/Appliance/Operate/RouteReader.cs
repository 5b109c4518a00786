using System.Globalization;
using Appliance.Numbering;
using Appliance.Routing;
using MessageClasses = Appliance.Policy.MessageClasses;

namespace Appliance.Operate;

/// <summary>Reads <c>routes</c> of the configuration.</summary>
internal static class RouteReader
{
    private const string Carriers = "a list of carriers' names";
    private const string Network = "a network's MCC and MNC, such as \"26201\" or \"310-260\"";
    private const string Sender = "a sender's address of 1 to 20 ASCII characters, or its beginning and a *";
    private const string Clock = "a time of day, such as \"08:00\"";
    private const int MostWeight = 1_000_000;
    private const int MostOrder = 1_000_000;

    private static readonly TimeSpan LongestKeep = TimeSpan.FromHours(24);

    private static readonly (string, RouteChoice)[] Choices =
    [
        ("score", RouteChoice.Score), ("least_cost", RouteChoice.LeastCost), ("priority", RouteChoice.Priority),
        ("split", RouteChoice.Split), ("sticky", RouteChoice.Sticky),
    ];

    private static readonly (string, MessageClasses)[] Classes =
    [
        ("transactional", MessageClasses.Transactional), ("promotional", MessageClasses.Promotional),
        ("otp", MessageClasses.Otp),
    ];

    private static readonly (string, DayOfWeek)[] Days =
    [
        ("mon", DayOfWeek.Monday), ("tue", DayOfWeek.Tuesday), ("wed", DayOfWeek.Wednesday),
        ("thu", DayOfWeek.Thursday), ("fri", DayOfWeek.Friday), ("sat", DayOfWeek.Saturday),
        ("sun", DayOfWeek.Sunday),
    ];

    private sealed record Item(string Name, RouteCarrierTerms? Terms);

    public static RouteConfiguration Read(ConfigurationObject route)
    {
        var fallback = new RouteConfiguration();
        route.Require("carriers", Carriers);
        var items = route.Items("carriers", Carriers, name => new Item(name, null), ReadCarrier);
        return new RouteConfiguration
        {
            Name = route.Text("name", "", ConfigurationRules.Name, ConfigurationRules.IsName),
            Order = route.Whole("order", fallback.Order, 0, MostOrder),
            Prefix = route.Text("prefix", "", "up to 15 digits", ConfigurationRules.IsPrefix),
            MccMnc = Filled(route, "mcc_mnc", text => RouteRank.NetworkOf(text) == 0 ? Network : null),
            Countries = Filled(route, "countries", text => IsCountry(text) ? null : ConfigurationRules.Country),
            Accounts = Filled(route, "accounts", _ => null),
            Senders = Filled(route, "senders", text => IsSender(text) ? null : Sender),
            Classes = route.Has("classes")
                ? route.Choices("classes", Classes).Aggregate(MessageClasses.None, (all, one) => all | one)
                : MessageClasses.All,
            Time = route.Object("time", ReadTime),
            Carriers = [.. items.Select(item => item.Name)],
            Terms = items.Where(item => item.Terms is not null).DistinctBy(item => item.Name)
                .ToDictionary(item => item.Name, item => item.Terms!, StringComparer.Ordinal),
            Choice = route.Has("choice") ? route.Choice("choice", RouteChoice.Score, Choices) : null,
            Weights = route.Object("weights", ReadWeights) ?? fallback.Weights,
            Explore = route.Share("explore", fallback.Explore),
            Keep = route.Duration("keep", fallback.Keep, TimeSpan.Zero, LongestKeep),
            Overflow = route.Flag("overflow", fallback.Overflow),
            Canary = route.Object("canary", ReadCanary),
        };
    }

    internal static string NameOf(RouteChoice choice) => Array.Find(Choices, one => one.Item2 == choice).Item1;

    /// <summary>A list that says something: an empty one would be a condition that nothing meets.</summary>
    private static IReadOnlyList<string> Filled(
        ConfigurationObject route, string name, Func<string, string?> fault)
    {
        const string Expected = "a list of texts, at least one";
        if (!route.Has(name)) return [];
        if (route.IsEmptyList(name)) route.Note(name, "an empty list", "at least one, or no such member");
        var texts = route.Texts(name, Expected, fault);
        if (texts.Distinct(StringComparer.Ordinal).Count() < texts.Count)
            route.Note(name, "a text a second time", "each once");
        return texts;
    }

    private static Item ReadCarrier(ConfigurationObject carrier)
    {
        var name = carrier.RequiredText("name", "a carrier's name", text => text.Length > 0);
        return new Item(name, new RouteCarrierTerms(
            carrier.Whole("weight", 1, 0, MostWeight), carrier.Amount("cost")));
    }

    private static RouteWeights ReadWeights(ConfigurationObject weights)
    {
        var usual = RouteWeights.Usual;
        var read = new RouteWeights(
            weights.Share("cost", usual.Cost), weights.Share("delivery", usual.Delivery),
            weights.Share("latency", usual.Latency), weights.Share("load", usual.Load));
        if (read.Sum > 0) return read;
        weights.Note("cost", "no weight above 0", "at least one above 0");
        return usual;
    }

    private static RouteCanary ReadCanary(ConfigurationObject canary) => new(
        canary.RequiredText("carrier", "the name of one of the route's carriers", text => text.Length > 0),
        canary.Share("share", 0.05),
        canary.Share("below", 0.1),
        canary.Whole("receipts", 200, 1, 1_000_000));

    private static RouteTimeConfiguration ReadTime(ConfigurationObject time)
    {
        var days = time.Choices("days", Days).Aggregate(0, (all, day) => all | (1 << (int)day));
        var from = Minutes(time, "from", "00:00");
        var to = Minutes(time, "to", "24:00");
        if (from == to) time.Note("to", "the time of from", "another time");
        return new RouteTimeConfiguration
        {
            Days = days == 0 ? new RouteTimeConfiguration().Days : days,
            From = from,
            To = to,
            Zone = time.Text("zone", "UTC", "a time zone of the tz database, such as \"Europe/Paris\"",
                RouteCalendar.IsZone),
        };
    }

    private static int Minutes(ConfigurationObject time, string name, string fallback)
    {
        var text = time.Text(name, fallback, Clock, IsClock);
        return text == "24:00"
            ? 24 * 60
            : (int)TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture).ToTimeSpan().TotalMinutes;

        bool IsClock(string clock) => (clock == "24:00" && name == "to")
            || TimeOnly.TryParseExact(clock, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
    }

    private static bool IsCountry(string text) => ConfigurationRules.IsCountry(text) && CountryKey.Of(text) != 0;

    private static bool IsSender(string text)
    {
        var address = text.EndsWith('*') ? text[..^1] : text;
        return text.Length > 0 && address.Length <= SenderKeys.Longest && address.All(c => c is >= ' ' and < '\x7f');
    }
}
