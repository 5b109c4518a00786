using Appliance.Money;
using Appliance.Operate;
using Appliance.Routing.Live;

namespace Appliance.Routing;

/// <summary>
/// What other routes and prices would have made of messages, against those in force. Every carrier counts as usable and
/// as carriers usually are: what differs is the tables' doing.
/// </summary>
public sealed class RouteReplay
{
    private readonly Side _old;
    private readonly Side _changed;
    private readonly Dictionary<(string, string), ReplayRow> _rows = [];

    /// <param name="carriers">Persistent ids of those that count as usable.</param>
    public RouteReplay(RoutingTables old, RoutingTables changed, IReadOnlyCollection<ushort> carriers)
    {
        _old = new Side(old, carriers);
        _changed = new Side(changed, carriers);
    }

    /// <summary>Messages, by their parts.</summary>
    public long Messages { get; private set; }

    /// <summary>Those that would take another carrier, or none, or one where they had none.</summary>
    public long Changed { get; private set; }

    /// <summary>Micro-units that messages whose cost is known in both would have cost.</summary>
    public (long Before, long After) Costs { get; private set; }

    /// <summary>Ways that changed and how many messages did so, the most first.</summary>
    public IReadOnlyList<ReplayRow> Rows => [.. _rows.Values.OrderByDescending(row => row.Messages)];

    public void Add(in RouteQuery query)
    {
        var before = _old.Decide(in query);
        var after = _changed.Decide(in query);
        Messages++;
        if (before.Cost != RateCard.None && after.Cost != RateCard.None)
            Costs = (Costs.Before + before.Cost, Costs.After + after.Cost);
        if (before.Carrier != after.Carrier) Changed++;
        if (before.Way == after.Way) return;
        var known = _rows.GetValueOrDefault((before.Way, after.Way)) ?? new ReplayRow(before.Way, after.Way, 0);
        _rows[(before.Way, after.Way)] = known with { Messages = known.Messages + 1 };
    }

    private readonly record struct Decision(string Carrier, string Way, long Cost);

    private sealed class Side
    {
        private readonly RoutingTables _tables;
        private readonly RouteChooser _chooser;
        private readonly CarrierScore[] _scores = new CarrierScore[RouteConfiguration.MostCarriers];

        public Side(RoutingTables tables, IReadOnlyCollection<ushort> carriers)
        {
            _tables = tables;
            var stats = new LiveStats(new LiveStatsOptions { Pairs = 8 });
            foreach (var carrier in carriers) stats.Health(carrier).Bound(0);
            _chooser = new RouteChooser(stats, tables.Money.Costs, null);
        }

        public Decision Decide(in RouteQuery query)
        {
            if (_tables.Routes.Find(in query) is not { } rule) return new Decision("", "no route", RateCard.None);
            var quote = _tables.Money.Quote(in query, 1);
            var pick = _chooser.Choose(rule, in query, _tables.Money.TooDear(rule, in query, in quote), _scores);
            if (pick.Place < 0) return new Decision("", $"{rule.Name}: too dear", RateCard.None);
            var name = rule.Carriers[pick.Place].Name;
            return new Decision(name, $"{rule.Name}: {name}", _tables.Money.Cost(rule, pick.Place, in query));
        }
    }
}

/// <summary>Messages that went one way and would go another.</summary>
/// <param name="Before">Route and carrier.</param>
/// <param name="After">Those of the other tables.</param>
public sealed record ReplayRow(string Before, string After, long Messages);
