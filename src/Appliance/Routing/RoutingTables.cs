using Appliance.Money;

namespace Appliance.Routing;

/// <summary>Routes and prices that are in force together. Immutable.</summary>
/// <param name="number">The version; a message that was taken in under another one is looked up again.</param>
public sealed class RoutingTables(int number, Routes routes, MoneyTables money)
{
    public int Number => number;

    public Routes Routes => routes;

    public MoneyTables Money => money;

    /// <summary>Whether it is known of any carrier what it costs.</summary>
    public bool HasCosts { get; } = money.Costs.Count > 0
        || routes.Rules.SelectMany(rule => rule.Carriers.ToArray()).Any(carrier => carrier.Cost >= 0);

    /// <summary>Whether any route tries a canary.</summary>
    public bool HasTrials { get; } = routes.Rules.Any(rule => rule.Trial is not null);
}

/// <summary>The tables in force: read by any thread, exchanged as a whole by the decide thread.</summary>
public sealed class LiveTables(RoutingTables tables)
{
    private RoutingTables _tables = tables;

    /// <summary>Whoever reads it sees tables that are complete: the write below publishes what was built before it.
    /// </summary>
    public RoutingTables Current => Volatile.Read(ref _tables);

    public void Replace(RoutingTables tables) => Volatile.Write(ref _tables, tables);
}
