using System.Text;
using Appliance.Money;
using Appliance.Numbering;
using Appliance.Numbering.Lookups;
using Appliance.Operate;

namespace Appliance.Routing.Explain;

/// <summary>
/// Says how a message would be routed. The same code decides as for messages, nothing is changed by it. To be asked on
/// the decide thread, which owns what carriers have done lately.
/// </summary>
/// <param name="accountIds">An account's persistent id by its name; 0 for none.</param>
public sealed class RouteExplainer(
    Routes routes, RouteChooser chooser, MoneyTables money, Func<string, ushort> accountIds)
{
    /// <summary>Routes that are shown before the one that counts, and behind it.</summary>
    private const int MostBefore = 20;
    private const int MostBehind = 5;

    /// <param name="lookup">What is known of the number.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    public RouteExplanation Explain(ExplainRequest request, LookupAnswer lookup, long now)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(lookup);
        var bare = new RouteExplanation { Request = request, Lookup = lookup, RouteCount = routes.Rules.Count };
        if (!lookup.Valid) return bare;
        var query = new RouteQuery
        {
            Destination = Encoding.Latin1.GetBytes(lookup.Number),
            Network = Network.CodeOf(lookup.Mcc, lookup.Mnc),
            Country = CountryKey.Of(lookup.Country),
            Account = request.Account.Length == 0 ? (ushort)0 : accountIds(request.Account),
            Sender = Encoding.Latin1.GetBytes(request.Sender),
            Class = request.Class,
            Now = now,
            Seed = request.Seed,
        };
        var rule = routes.Find(in query);
        var quote = money.Quote(in query, request.Segments);
        var scores = new CarrierScore[RouteConfiguration.MostCarriers];
        var tooDear = rule is null ? (ushort)0 : money.TooDear(rule, in query, in quote);
        var pick = rule is null ? bare.Pick : chooser.Explain(rule, in query, tooDear, scores);
        return new RouteExplanation
        {
            Request = request,
            Lookup = lookup,
            RouteCount = routes.Rules.Count,
            Routes = Consider(in query, rule),
            Rule = rule,
            Quote = quote,
            Currency = money.Currency,
            Carriers = rule is null ? [] : Carriers(rule, scores, tooDear, pick.Place),
            Pick = pick,
            IsBelowCost = rule is not null && pick.Place >= 0
                && !money.MayTake(rule, pick.Place, in query, in quote),
        };
    }

    private List<ConsideredRoute> Consider(in RouteQuery query, RouteRule? chosen)
    {
        var considered = new List<ConsideredRoute>();
        var behind = 0;
        foreach (var rule in routes.Rules)
        {
            var isBehind = chosen is null || rule.Rank > chosen.Rank;
            if (rule != chosen && (isBehind ? behind >= MostBehind : considered.Count >= MostBefore)) continue;
            var fault = routes.FaultOf(rule, in query);
            // One for another destination says nothing about this message.
            if (fault is RouteFault.Network or RouteFault.Prefix or RouteFault.Country) continue;
            if (isBehind) behind++;
            considered.Add(new ConsideredRoute(
                rule.Name, rule.Rank, rule.Configured.Order, RouteConditions.Write(rule.Configured), fault));
        }

        return considered;
    }

    private static List<ConsideredCarrier> Carriers(
        RouteRule rule, CarrierScore[] scores, ushort tooDear, int chosen)
    {
        var carriers = new List<ConsideredCarrier>();
        for (var i = 0; i < rule.Carriers.Length; i++)
            carriers.Add(new ConsideredCarrier(
                rule.Carriers[i].Name, scores[i], (tooDear >> i & 1) != 0, i == chosen));
        return carriers;
    }
}
