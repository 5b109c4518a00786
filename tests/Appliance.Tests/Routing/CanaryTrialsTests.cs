using Appliance.Operate;
using Appliance.Routing;
using Xunit;
using static Appliance.Tests.Routing.RouteSamples;

namespace Appliance.Tests.Routing;

/// <summary>A canary's trial goes on under its own route, wherever that stands among the others.</summary>
public class CanaryTrialsTests
{
    private static readonly RouteCanary Canary = new("c2", 0.1, 0.1, 100);

    private readonly Routes _before = Compile(With("", "DE", "FR"), With("", "GB"), With("named", "US"));

    [Fact]
    public void Routes_without_a_name_are_known_by_their_conditions()
    {
        var after = Compile(
            previous: _before, With("", "GB"), With("", "ES"), With("", "FR", "DE"), With("named", "CA"));
        Assert.Same(TrialOf(_before, "GB"), TrialOf(after, "GB"));
        Assert.Same(TrialOf(_before, "DE"), TrialOf(after, "DE"));
        Assert.Same(TrialOf(_before, "US"), TrialOf(after, "CA"));
        Assert.All(_before.Rules, rule => Assert.NotSame(rule.Trial, TrialOf(after, "ES")));
    }

    [Fact]
    public void A_route_that_gets_a_name_or_loses_it_keeps_its_trial()
    {
        var after = Compile(previous: _before, With("", "US"), With("british", "GB"));
        Assert.Same(TrialOf(_before, "US"), TrialOf(after, "US"));
        Assert.Same(TrialOf(_before, "GB"), TrialOf(after, "GB"));
    }

    [Fact]
    public void A_name_that_goes_to_other_conditions_takes_its_trial_along_and_nobody_else_has_it()
    {
        var after = Compile(previous: _before, With("", "US"), With("named", "CA"));
        Assert.Same(TrialOf(_before, "US"), TrialOf(after, "CA"));
        Assert.NotSame(TrialOf(_before, "US"), TrialOf(after, "US"));
    }

    [Fact]
    public void Another_canary_is_another_trial()
    {
        var after = Compile(previous: _before, With(Canary with { Share = 0.2 }, "", "GB"), With(Canary, "named", "US"));
        Assert.NotSame(TrialOf(_before, "GB"), TrialOf(after, "GB"));
        Assert.Same(TrialOf(_before, "US"), TrialOf(after, "US"));
    }

    private static CanaryTrial TrialOf(Routes routes, string country) =>
        routes.Rules.First(rule => rule.Configured.Countries.Contains(country)).Trial!;

    private static RouteConfiguration With(string name, params string[] countries) => With(Canary, name, countries);

    private static RouteConfiguration With(RouteCanary canary, string name, params string[] countries) =>
        new() { Name = name, Countries = countries, Carriers = ["c1", "c2"], Canary = canary };

    private static Routes Compile(params RouteConfiguration[] routes) => Compile(null, routes);

    private static Routes Compile(Routes? previous, params RouteConfiguration[] routes) =>
        RouteCompiler.Compile(routes, IdOf, IdOf, previous: previous);
}
