using Appliance.Numbering;
using Appliance.Records;
using Appliance.Routing;

namespace Appliance.Money;

/// <summary>What a message costs its account.</summary>
/// <param name="Price">Micro-units a segment; <see cref="RateCard.None"/> where there is no price.</param>
/// <param name="Amount">Micro-units of all segments; 0 where there is no price.</param>
public readonly record struct Quote(long Price, long Amount)
{
    public bool IsPriced => Price != RateCard.None;
}

/// <summary>Prices, costs and what is done with them. Immutable: a reload makes another one.</summary>
public sealed class MoneyTables(MoneyConfiguration configured, RateCard prices, RateCard costs)
{
    public string Currency => configured.Currency;

    public MarginPolicy Margin => configured.Margin;

    public RateCard Prices => prices;

    public RateCard Costs => costs;

    /// <param name="segments">1 to 255.</param>
    public Quote Quote(in RouteQuery query, int segments)
    {
        Span<int> keys = stackalloc int[DestinationKeys.Most];
        var count = prices.Locate(query.Network, query.Destination, query.Country, keys);
        var price = prices.Find(query.Account, keys[..count]);
        // An amount is a million units at the most and a message 255 segments: the product fits.
        return price == RateCard.None ? new Quote(price, 0) : new Quote(price, price * segments);
    }

    /// <summary>Micro-units a segment, or <see cref="RateCard.None"/>.</summary>
    public long PriceOf(in RouteQuery query) => prices.Count == 0 ? RateCard.None : Quote(in query, 1).Price;

    /// <summary>The carriers of a route that cost more than the price: bits for <see cref="RouteChooser.Choose"/>.
    /// </summary>
    /// <returns>0 where the policy is another one, or there is no price. Carriers without a cost are not among them.
    /// </returns>
    public ushort TooDear(RouteRule rule, in RouteQuery query, in Quote quote) =>
        configured.Margin == MarginPolicy.NextCarrier ? Dearer(rule, in query, quote.Price) : (ushort)0;

    /// <summary>The carriers of a route that cost more than a price, whatever the policy.</summary>
    public ushort Dearer(RouteRule rule, in RouteQuery query, long price)
    {
        if (price == RateCard.None) return 0;
        Span<int> keys = stackalloc int[DestinationKeys.Most];
        var count = costs.Locate(query.Network, query.Destination, query.Country, keys);
        var mask = 0;
        for (var i = 0; i < rule.Carriers.Length; i++)
            if (CostOf(rule.Carriers[i], keys[..count]) > price) mask |= 1 << i;
        return (ushort)mask;
    }

    /// <summary>Whether a carrier that was chosen may take the message at its price.</summary>
    public bool MayTake(RouteRule rule, int place, in RouteQuery query, in Quote quote) =>
        configured.Margin == MarginPolicy.Allow || !quote.IsPriced || Cost(rule, place, in query) <= quote.Price;

    /// <summary>Micro-units a segment of a route's carrier, or <see cref="RateCard.None"/>.</summary>
    public long Cost(RouteRule rule, int place, in RouteQuery query)
    {
        Span<int> keys = stackalloc int[DestinationKeys.Most];
        var count = costs.Locate(query.Network, query.Destination, query.Country, keys);
        return CostOf(rule.Carriers[place], keys[..count]);
    }

    /// <summary>Micro-units a segment of a carrier, whatever the route, or <see cref="RateCard.None"/>.</summary>
    public long Cost(ushort carrier, in RouteQuery query)
    {
        Span<int> keys = stackalloc int[DestinationKeys.Most];
        return costs.Find(carrier, keys[..costs.Locate(query.Network, query.Destination, query.Country, keys)]);
    }

    /// <summary>Whether a message that ends so gets its price back.</summary>
    public bool IsRefunded(State state) => ((int)configured.Refund >> (int)state & 1) != 0;

    private long CostOf(in RouteCarrier carrier, ReadOnlySpan<int> keys) =>
        carrier.Cost >= 0 ? carrier.Cost : costs.Find(carrier.Id, keys);
}
