using System.Globalization;
using System.Text;
using Appliance.Decide;
using Appliance.Money;
using Appliance.Operate;
using Appliance.Routing;

namespace Appliance.Tests.Decide;

/// <summary>A route in its short form, by its carriers' ids.</summary>
internal sealed record Route(string Prefix, ushort[] Carriers);

/// <summary>Routes without a configuration: a carrier's name is its id.</summary>
internal static class TestRoutes
{
    public static LiveTables Of(params Route[] routes) => Of([.. routes.Select(route => new RouteConfiguration
    {
        Prefix = route.Prefix,
        Carriers = [.. route.Carriers.Select(id => id.ToString(CultureInfo.InvariantCulture))],
    })]);

    public static LiveTables Of(params RouteConfiguration[] routes) => new(Tables(0, routes));

    /// <summary>Of one route to any number, with what money says.</summary>
    public static LiveTables Of(MoneyTables money, params ushort[] carriers) => new(Tables(0, money, new RouteConfiguration
    {
        Carriers = [.. carriers.Select(id => id.ToString(CultureInfo.InvariantCulture))],
    }));

    /// <inheritdoc cref="Of(MoneyTables, ushort[])"/>
    public static RoutingTables Of(MoneyTables money, int number, IReadOnlyList<ushort> carriers) =>
        Tables(number, money, new RouteConfiguration
        {
            Carriers = [.. carriers.Select(id => id.ToString(CultureInfo.InvariantCulture))],
        });

    public static RoutingTables Tables(int number, params RouteConfiguration[] routes) =>
        Tables(number, new MoneyTables(new MoneyConfiguration(), RateCard.Empty, RateCard.Empty), routes);

    private static RoutingTables Tables(int number, MoneyTables money, params RouteConfiguration[] routes) =>
        new(number, RouteCompiler.Compile(routes, Id, Id), money);

    /// <summary>What whoever takes a message in puts into its slot.</summary>
    public static void Set(ref Slot slot, Decider decider, string to)
    {
        var query = new RouteQuery
        {
            Destination = Encoding.ASCII.GetBytes(to),
            Account = slot.Account,
            Network = slot.Network,
            Now = slot.UnixMs,
        };
        var tables = decider.Options.Tables.Current;
        slot.Tables = tables.Number;
        slot.Route = tables.Routes.Find(in query)!.Rank;
    }

    private static ushort Id(string name) => ushort.Parse(name, CultureInfo.InvariantCulture);
}
