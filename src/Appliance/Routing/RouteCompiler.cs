using Appliance.Numbering;
using Appliance.Operate;

namespace Appliance.Routing;

/// <summary>What was configured as tables.</summary>
public static class RouteCompiler
{
    /// <summary>Buckets that one route may stand in: the product of its networks, accounts and senders.</summary>
    public const int MostKeys = 100_000;

    private const long DefaultLate = 30 * 60_000;

    /// <param name="routes">Without faults, as the configuration's reader leaves them.</param>
    /// <param name="carrierIds">A carrier's persistent id by its name.</param>
    /// <param name="accountIds">An account's.</param>
    /// <param name="hasCost">Whether a price list has costs of a carrier, by its name.</param>
    /// <param name="previous">What was in force: trials of canaries that are the same go on.</param>
    /// <param name="late">Milliseconds after which a message without a receipt counts against its canary.</param>
    public static Routes Compile(
        IReadOnlyList<RouteConfiguration> routes, Func<string, ushort> carrierIds, Func<string, ushort> accountIds,
        Func<string, bool>? hasCost = null, Routes? previous = null, long late = DefaultLate)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var calendar = new RouteCalendar();
        var trials = new CanaryTrials(routes, previous, late);
        var rules = routes.Select((route, index) => new RouteRule(route, index, carrierIds)
        {
            Time = route.Time is { } time ? calendar.Add(time) : RouteRule.Always,
            Accounts = route.Accounts.Count == 0 ? null : [.. route.Accounts.Select(accountIds)],
            Choice = route.Choice ?? ChoiceOf(route, hasCost),
            Trial = route.Canary is { } canary ? trials.Of(route, canary) : null,
        }).ToArray();
        Array.Sort(rules, (one, other) =>
            RouteRank.Compare(one.Configured, other.Configured) is var way && way != 0
                ? way
                : one.Index.CompareTo(other.Index));
        var destinations = new DestinationKeys.Builder();
        var senders = new SenderKeys.Builder();
        var buckets = new Dictionary<ulong, List<int>>();
        for (var rank = 0; rank < rules.Length; rank++)
        {
            rules[rank].Rank = rank;
            Add(rules[rank], destinations, senders, buckets);
        }

        var keys = destinations.Build();
        return new Routes(rules, keys, senders.Build(), calendar, new RouteBuckets(buckets, keys.Count));
    }

    /// <summary>Costs are there to be compared: score where two or more carriers have one.</summary>
    private static RouteChoice ChoiceOf(RouteConfiguration route, Func<string, bool>? hasCost)
    {
        var costs = route.Carriers.Count(name =>
            (route.Terms.TryGetValue(name, out var terms) && terms.Cost is not null) || hasCost?.Invoke(name) == true);
        return costs > 1 ? RouteChoice.Score : RouteChoice.Priority;
    }

    private static void Add(
        RouteRule rule, DestinationKeys.Builder destinations, SenderKeys.Builder senders,
        Dictionary<ulong, List<int>> buckets)
    {
        var configured = rule.Configured;
        int[] senderKeys = configured.Senders.Count == 0
            ? [Routes.NoSender]
            : [.. configured.Senders.Select(senders.Of).Distinct()];
        foreach (var destination in DestinationsOf(configured, destinations).Distinct())
            foreach (var account in rule.Accounts ?? [Routes.NoAccount])
                foreach (var sender in senderKeys)
                {
                    var key = RouteBuckets.KeyOf(destination, account, sender);
                    if (!buckets.TryGetValue(key, out var ranks)) buckets.Add(key, ranks = []);
                    ranks.Add(rule.Rank);
                }
    }

    /// <summary>By the most specific of its conditions; the others are compared when it is met.</summary>
    private static IEnumerable<int> DestinationsOf(RouteConfiguration route, DestinationKeys.Builder keys)
    {
        if (route.MccMnc.Count > 0)
            return route.MccMnc.Select(text => keys.OfNetwork(RouteRank.NetworkOf(text)));
        if (route.Prefix.Length > 0) return [keys.OfPrefix(route.Prefix)];
        return route.Countries.Count > 0
            ? route.Countries.Select(country => keys.OfCountry(CountryKey.Of(country)))
            : [DestinationKeys.Any];
    }
}
