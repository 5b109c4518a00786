using System.Text;
using Appliance.Money;
using Appliance.Operate;

namespace Appliance.Routing.Explain;

/// <summary>
/// Says how a message would be routed. The same code decides as for messages, nothing is changed by it. To be asked on
/// the decide thread, which owns what carriers have done lately.
/// </summary>
/// <param name="accountIds">An account's persistent id by its name; 0 for none.</param>
/// <param name="isThere">Whether a carrier, by its persistent id, takes messages at all.</param>
public sealed class RouteExplainer(
    Routes routes, RouteChooser chooser, MoneyTables money, Func<string, ushort> accountIds,
    Func<ushort, bool> isThere)
{
    /// <summary>Routes that are shown before the one that counts, and behind it.</summary>
    private const int MostBefore = 20;
    private const int MostBehind = 5;

    /// <param name="now">Milliseconds since 1970.</param>
    public RouteExplanation Explain(ExplainRequest request, ExplainedNumber number, long now)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(number);
        var bare = new RouteExplanation { Request = request, Number = number, RouteCount = routes.Rules.Count };
        if (number.Digits.Length == 0) return bare;
        var query = new RouteQuery
        {
            Destination = Encoding.Latin1.GetBytes(number.Digits),
            Network = number.Network,
            Country = number.Country,
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
        var pick = rule is null ? bare.Pick
            : chooser.Explain(rule, in query, (ushort)(tooDear | Gone(rule)), scores);
        return bare with
        {
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

    private ushort Gone(RouteRule rule)
    {
        var gone = 0;
        for (var i = 0; i < rule.Carriers.Length; i++)
            if (!isThere(rule.Carriers[i].Id)) gone |= 1 << i;
        return (ushort)gone;
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
