using Appliance.Routing.Live;

namespace Appliance.Operate;

/// <summary>What routes measure; <c>routing</c> in the configuration.</summary>
public sealed class RoutingConfiguration
{
    public LiveStatsOptions Stats { get; init; } = new();

    /// <summary>Numbers whose last carrier is remembered.</summary>
    public int Destinations { get; init; } = 262_144;
}

/// <summary>Reads <c>routing</c> of the configuration.</summary>
internal static class RoutingReader
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(72);

    public static RoutingConfiguration Read(ConfigurationObject routing)
    {
        var stats = new LiveStatsOptions();
        return new RoutingConfiguration
        {
            Stats = stats with
            {
                HalfLife = Time(routing, "half_life", stats.HalfLife, TimeSpan.FromSeconds(10), Longest),
                Late = Time(routing, "receipt_late", stats.Late, TimeSpan.FromSeconds(10), Longest),
                Pairs = routing.Whole("networks", stats.Pairs, 8, 10_000_000),
                Health = routing.Object("health", ReadHealth) ?? stats.Health,
            },
            Destinations = routing.Whole("destinations", new RoutingConfiguration().Destinations, 4, 100_000_000),
        };
    }

    private static HealthOptions ReadHealth(ConfigurationObject health)
    {
        var usual = new HealthOptions();
        return usual with
        {
            BadShare = health.Number("bad_share", usual.BadShare, 0.01, 1),
            Answers = health.Whole("answers", usual.Answers, 1, 1_000_000),
            InARow = health.Whole("in_a_row", usual.InARow, 1, 1_000_000),
            Slow = Time(health, "slow", usual.Slow, Shortest, Hour),
            Pause = Time(health, "pause", usual.Pause, Shortest, Hour),
            LongestPause = Time(health, "longest_pause", usual.LongestPause, Shortest, Hour),
            Recovery = Time(health, "recovery", usual.Recovery, Shortest, Hour),
        };
    }

    private static long Time(
        ConfigurationObject section, string name, long milliseconds, TimeSpan shortest, TimeSpan longest) =>
        (long)section.Duration(name, TimeSpan.FromMilliseconds(milliseconds), shortest, longest).TotalMilliseconds;
}
