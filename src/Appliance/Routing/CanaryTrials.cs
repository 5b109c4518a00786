using Appliance.Operate;

namespace Appliance.Routing;

/// <summary>
/// Which trial goes on under which route when the routes change. A route is known by its name; one that had none, or
/// has none, by its conditions, of which two routes never have the same: its place says nothing, since routes before it
/// come and go.
/// </summary>
/// <param name="routes">Those to come.</param>
/// <param name="previous">Those in force until then; null for none.</param>
/// <param name="late">Milliseconds after which a message without a receipt counts against its canary.</param>
internal sealed class CanaryTrials(IReadOnlyList<RouteConfiguration> routes, Routes? previous, long late)
{
    private readonly HashSet<string> _names = [.. routes.Select(route => route.Name)];
    private readonly List<RouteRule> _trials = [.. previous?.Rules.Where(rule => rule.Trial is not null) ?? []];

    /// <summary>The trial of a route's canary: the one that is under way where the canary is the same, else a new one.
    /// </summary>
    public CanaryTrial Of(RouteConfiguration route, RouteCanary canary)
    {
        if (Before(route) is not { Trial: { } trial } before || trial.Canary != canary)
            return new CanaryTrial(canary, late);
        // It is one route's.
        _trials.Remove(before);
        return trial;
    }

    private RouteRule? Before(RouteConfiguration route)
    {
        var named = route.Name.Length == 0 ? null : _trials.Find(rule => rule.Configured.Name == route.Name);
        // One that goes on under its own name is not another's.
        return named ?? _trials.Find(rule => (route.Name.Length == 0 || rule.Configured.Name.Length == 0)
            && (rule.Configured.Name.Length == 0 || !_names.Contains(rule.Configured.Name))
            && HasSameConditions(rule.Configured, route));
    }

    private static bool HasSameConditions(RouteConfiguration one, RouteConfiguration other) =>
        one.Prefix == other.Prefix && one.Classes == other.Classes && Equals(one.Time, other.Time)
        && IsSame(one.MccMnc, other.MccMnc) && IsSame(one.Countries, other.Countries)
        && IsSame(one.Accounts, other.Accounts) && IsSame(one.Senders, other.Senders);

    private static bool IsSame(IReadOnlyList<string> one, IReadOnlyList<string> other) =>
        one.Count == other.Count && one.ToHashSet(StringComparer.Ordinal).SetEquals(other);
}
