using System.Globalization;
using Appliance.Routing;
using MessageClasses = Appliance.Policy.MessageClasses;

namespace Appliance.Operate;

/// <summary>
/// Routes that contradict: two for the same messages of which only the place in the list tells which counts, and
/// routes that no message can reach because one of a lower order takes all of theirs.
/// </summary>
internal static class RouteConflicts
{
    public static void Check(IReadOnlyList<RouteConfiguration> routes, List<ConfigurationError> errors)
    {
        var unclear = Overlaps(routes, errors);
        Shadows(routes, unclear, errors);
    }

    /// <returns>The places of those that were noted.</returns>
    private static HashSet<int> Overlaps(IReadOnlyList<RouteConfiguration> routes, List<ConfigurationError> errors)
    {
        var noted = new HashSet<int>();
        var seen = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        foreach (var (index, route) in routes.Index())
        {
            foreach (var key in KeysOf(route))
            {
                if (!seen.TryGetValue(key, out var others)) seen.Add(key, others = []);
                var at = others.FindIndex(other => other != index && Overlap(routes[other], route));
                if (at >= 0 && noted.Add(index))
                    errors.Add(Overlapping(index, route, others[at], routes[others[at]]));
                others.Add(index);
            }
        }

        return noted;
    }

    private static ConfigurationError Overlapping(
        int index, RouteConfiguration route, int same, RouteConfiguration other)
    {
        return OnlyPrefix(route) && OnlyPrefix(other)
            ? new ConfigurationError(
                $"routes[{index}].prefix", $"\"{route.Prefix}\", as at routes[{same}]", "each prefix once")
            : new ConfigurationError($"routes[{index}]", $"conditions that hold for messages of routes[{same}] too",
                "conditions that exclude each other, or an order");
    }

    private static bool OnlyPrefix(RouteConfiguration route) =>
        route.MccMnc.Count + route.Countries.Count + route.Accounts.Count + route.Senders.Count == 0
        && route.Classes == MessageClasses.All && route.Time is null;

    private static IEnumerable<string> KeysOf(RouteConfiguration route)
    {
        IEnumerable<string> destinations = route.MccMnc.Count > 0
            ? route.MccMnc.Select(text => "n" + RouteRank.NetworkOf(text).ToString(CultureInfo.InvariantCulture))
            : route.Prefix.Length > 0 ? ["p" + route.Prefix]
            : route.Countries.Count > 0 ? route.Countries.Select(country => "c" + country) : [""];
        IEnumerable<string> accounts = route.Accounts.Count > 0 ? route.Accounts : [""];
        IEnumerable<string> senders = route.Senders.Count > 0
            ? route.Senders.Select(sender => sender.ToLowerInvariant())
            : [""];
        return from destination in destinations
               from account in accounts
               from sender in senders
               select $"{destination}\0{account}\0{sender}";
    }

    /// <summary>Of two that stand under one key.</summary>
    private static bool Overlap(RouteConfiguration one, RouteConfiguration other) =>
        RouteRank.Compare(one, other) == 0
        && (one.Classes & other.Classes) != 0
        && (one.Prefix.StartsWith(other.Prefix, StringComparison.Ordinal)
            || other.Prefix.StartsWith(one.Prefix, StringComparison.Ordinal))
        && (one.Countries.Count == 0 || one.Countries.Intersect(other.Countries).Any())
        && (one.Time is null || other.Time is null || Overlap(one.Time, other.Time));

    /// <summary>Only of times in one zone it is said that they overlap.</summary>
    private static bool Overlap(RouteTimeConfiguration one, RouteTimeConfiguration other)
    {
        if (one.Zone != other.Zone) return false;
        for (var day = 0; day < 7; day++)
            foreach (var minute in (int[])[one.From, other.From, 0])
                if (RouteCalendar.Holds(one, (DayOfWeek)day, minute)
                    && RouteCalendar.Holds(other, (DayOfWeek)day, minute))
                    return true;
        return false;
    }

    private static void Shadows(
        IReadOnlyList<RouteConfiguration> routes, HashSet<int> unclear, List<ConfigurationError> errors)
    {
        var lowest = routes.Count == 0 ? 0 : routes.Min(route => route.Order);
        foreach (var (index, route) in routes.Index())
        {
            if (route.Order == lowest || unclear.Contains(index)) continue;
            for (var other = 0; other < routes.Count; other++)
            {
                if (routes[other].Order >= route.Order || !Covers(routes[other], route)) continue;
                errors.Add(new ConfigurationError($"routes[{index}]",
                    $"a route that no message can take, since routes[{other}] with order {routes[other].Order} "
                    + "takes all of them", "an order below that, or no such route"));
                break;
            }
        }
    }

    /// <summary>Whether the wide route's conditions hold wherever those of the narrow one do.</summary>
    private static bool Covers(RouteConfiguration wide, RouteConfiguration narrow) =>
        narrow.Prefix.StartsWith(wide.Prefix, StringComparison.Ordinal)
        && (narrow.Classes & ~wide.Classes) == 0
        && Covers(wide.MccMnc, narrow.MccMnc)
        && Covers(wide.Countries, narrow.Countries)
        && Covers(wide.Accounts, narrow.Accounts)
        && CoversSenders(wide.Senders, narrow.Senders)
        && (wide.Time is null || (narrow.Time is { } time && wide.Time.Zone == time.Zone
            && wide.Time.Days == time.Days && wide.Time.From == time.From && wide.Time.To == time.To));

    private static bool Covers(IReadOnlyList<string> wide, IReadOnlyList<string> narrow) =>
        wide.Count == 0 || (narrow.Count > 0 && narrow.All(wide.Contains));

    private static bool CoversSenders(IReadOnlyList<string> wide, IReadOnlyList<string> narrow) =>
        wide.Count == 0 || (narrow.Count > 0 && narrow.All(text => wide.Any(pattern => pattern.EndsWith('*')
            ? text.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase)
            : text.Equals(pattern, StringComparison.OrdinalIgnoreCase))));
}
