using Appliance.Routing;

namespace Appliance.Operate;

/// <summary>What must hold between routes, and between them and what they name.</summary>
internal static class RouteRules
{
    public static void Check(Configuration configuration, List<ConfigurationError> errors)
    {
        var carriers = configuration.Carriers.Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        var accounts = configuration.Accounts.Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        ConfigurationRules.Unique(errors, configuration.Routes.Select(route => route.Name), "routes", "name");
        foreach (var (index, route) in configuration.Routes.Index())
        {
            var path = $"routes[{index}]";
            CheckCarriers(path + ".carriers", route.Carriers, carriers, errors);
            foreach (var (place, name) in route.Accounts.Index())
            {
                if (!accounts.Contains(name))
                    errors.Add(new ConfigurationError(
                        $"{path}.accounts[{place}]", $"\"{name}\"", "the name of one of the accounts"));
            }

            CheckChoice(path, route, errors);
            CheckSize(path, route, errors);
        }

        RouteConflicts.Check(configuration.Routes, errors);
    }

    private static void CheckCarriers(
        string path, IReadOnlyList<string> names, HashSet<string> known, List<ConfigurationError> errors)
    {
        if (names.Count == 0 && !errors.Exists(error => error.Path.StartsWith(path, StringComparison.Ordinal)))
            errors.Add(new ConfigurationError(path, "an empty list", "at least one carrier's name"));
        if (names.Count > RouteConfiguration.MostCarriers)
            errors.Add(new ConfigurationError(
                path, $"{names.Count} carriers", $"{RouteConfiguration.MostCarriers} at the most"));
        foreach (var (index, name) in names.Index())
        {
            // An empty name was missing, and is noted already.
            if (name.Length == 0) continue;
            var place = $"{path}[{index}]";
            if (!known.Contains(name))
                errors.Add(new ConfigurationError(place, $"\"{name}\"", "the name of one of the carriers"));
            else if (names.Take(index).Contains(name))
                errors.Add(new ConfigurationError(place, $"\"{name}\" a second time", "each carrier once"));
        }
    }

    private static void CheckChoice(string path, RouteConfiguration route, List<ConfigurationError> errors)
    {
        if (route.Canary is { } canary && !route.Carriers.Contains(canary.Carrier))
            errors.Add(new ConfigurationError(
                path + ".canary.carrier", $"\"{canary.Carrier}\"", "the name of one of the route's carriers"));
        else if (route.Canary is not null && route.Carriers.Count == 1)
            errors.Add(new ConfigurationError(path + ".canary", "a route of one carrier", "another carrier beside it"));
        if (route.Choice is not (RouteChoice.Split or RouteChoice.Sticky) || route.Carriers.Count == 0)
            return;
        if (route.Carriers.All(name => route.Terms.TryGetValue(name, out var terms) && terms.Weight == 0))
            errors.Add(new ConfigurationError(
                path + ".carriers", "no weight above 0", "at least one carrier with a weight above 0"));
    }

    private static void CheckSize(string path, RouteConfiguration route, List<ConfigurationError> errors)
    {
        var keys = (long)Math.Max(1, Math.Max(route.MccMnc.Count, route.Countries.Count))
            * Math.Max(1, route.Accounts.Count) * Math.Max(1, route.Senders.Count);
        if (keys > RouteCompiler.MostKeys)
            errors.Add(new ConfigurationError(path, $"{keys} combinations of network, account and sender",
                $"{RouteCompiler.MostKeys} at the most: more routes, or wider conditions"));
    }
}
