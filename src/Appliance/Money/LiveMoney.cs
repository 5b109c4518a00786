using Appliance.Routing;

namespace Appliance.Money;

/// <summary>The prices and costs in force: read by any thread, exchanged as a whole.</summary>
public sealed class LiveMoney(MoneyTables tables)
{
    private MoneyTables _tables = tables;

    public MoneyTables Current => Volatile.Read(ref _tables);

    /// <summary>Puts others in their place; what was charged before stays as it was.</summary>
    public void Replace(MoneyTables tables) => Volatile.Write(ref _tables, tables);

    /// <summary>What a segment costs an account: micro-units, <see cref="RateCard.None"/> where there is no price.
    /// </summary>
    /// <param name="number">ASCII digits of the international number; a leading + makes no difference.</param>
    public long PriceOf(ushort account, uint network, ushort country, ReadOnlySpan<byte> number)
    {
        var prices = Current.Prices;
        if (prices.Count == 0) return RateCard.None;
        var query = new RouteQuery
        {
            Destination = number, Network = network, Country = country, Account = account, Now = 0,
        };
        return Current.Quote(in query, 1).Price;
    }

    /// <summary>What a segment costs at a carrier; as <see cref="PriceOf"/>.</summary>
    public long CostOf(ushort carrier, uint network, ushort country, ReadOnlySpan<byte> number)
    {
        var costs = Current.Costs;
        if (costs.Count == 0) return RateCard.None;
        Span<int> keys = stackalloc int[Numbering.DestinationKeys.Most];
        return costs.Find(carrier, keys[..costs.Locate(network, number, country, keys)]);
    }
}
