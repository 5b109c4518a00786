using System.Runtime.InteropServices;
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
    /// <summary>Changes that are counted one by one: their number is the square of the routes'.</summary>
    private const int MostRows = 10_000;

    private const string Others = "others";

    private readonly Side _old;
    private readonly Side _changed;
    private readonly Dictionary<(string Before, string After), long> _rows = [];
    private long _others;

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

    /// <summary>Ways that changed and how many messages did so, the most first; what went other ways than those that
    /// were counted one by one stands in a row of its own.</summary>
    public IReadOnlyList<ReplayRow> Rows =>
    [
        .. _rows.Select(row => new ReplayRow(row.Key.Before, row.Key.After, row.Value))
            .Concat(_others > 0 ? [new ReplayRow(Others, Others, _others)] : [])
            .OrderByDescending(row => row.Messages),
    ];

    public void Add(in RouteQuery query)
    {
        var before = _old.Decide(in query);
        var after = _changed.Decide(in query);
        Messages++;
        if (before.Cost != RateCard.None && after.Cost != RateCard.None)
            Costs = (Costs.Before + before.Cost, Costs.After + after.Cost);
        if (before.Carrier != after.Carrier) Changed++;
        if (before.Way == after.Way) return;
        var way = (before.Way, after.Way);
        if (_rows.Count >= MostRows && !_rows.ContainsKey(way)) _others++;
        else CollectionsMarshal.GetValueRefOrAddDefault(_rows, way, out _)++;
    }

    private readonly record struct Decision(string Carrier, string Way, long Cost);

    private sealed class Side
    {
        private readonly RoutingTables _tables;
        private readonly RouteChooser _chooser;
        private readonly CarrierScore[] _scores = new CarrierScore[RouteConfiguration.MostCarriers];

        /// <summary>By the route's rank and the carrier's place; a place behind them for no carrier. Made once: a
        /// message allocates nothing.</summary>
        private readonly string[][] _ways;

        public Side(RoutingTables tables, IReadOnlyCollection<ushort> carriers)
        {
            _tables = tables;
            var stats = new LiveStats(new LiveStatsOptions { Pairs = 8 });
            foreach (var carrier in carriers) stats.Health(carrier).Bound(0);
            _chooser = new RouteChooser(stats, tables.Money.Costs, null);
            _ways = [.. tables.Routes.Rules.Select(WaysOf)];
        }

        private static string[] WaysOf(RouteRule rule)
        {
            var ways = new string[rule.Carriers.Length + 1];
            for (var i = 0; i < rule.Carriers.Length; i++) ways[i] = $"{rule.Name}: {rule.Carriers[i].Name}";
            ways[^1] = $"{rule.Name}: too dear";
            return ways;
        }

        public Decision Decide(in RouteQuery query)
        {
            if (_tables.Routes.Find(in query) is not { } rule) return new Decision("", "no route", RateCard.None);
            var quote = _tables.Money.Quote(in query, 1);
            var pick = _chooser.Choose(rule, in query, _tables.Money.TooDear(rule, in query, in quote), _scores);
            if (pick.Place < 0) return new Decision("", _ways[rule.Rank][^1], RateCard.None);
            var name = rule.Carriers[pick.Place].Name;
            return new Decision(name, _ways[rule.Rank][pick.Place], _tables.Money.Cost(rule, pick.Place, in query));
        }
    }
}

/// <summary>Messages that went one way and would go another.</summary>
/// <param name="Before">Route and carrier.</param>
/// <param name="After">Those of the other tables.</param>
public sealed record ReplayRow(string Before, string After, long Messages);
