using Appliance.Numbering;
using Appliance.Operate;
using MessageClasses = Appliance.Policy.MessageClasses;

namespace Appliance.Routing;

/// <summary>
/// Which of two routes is asked first: the lower order; then the more specific about the destination (network, longer
/// prefix, country, any), about the account, about the sender (an address, a longer beginning), about class, about
/// time; then the first in the list.
/// </summary>
public static class RouteRank
{
    private const int WholeSender = 100;

    private const int MccDigits = 3;

    /// <summary>Below 0 where the first comes before the second; 0 where only their places tell.</summary>
    public static int Compare(RouteConfiguration first, RouteConfiguration second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var order = first.Order.CompareTo(second.Order);
        if (order != 0) return order;
        return SpecificityOf(second).CompareTo(SpecificityOf(first));
    }

    private static (bool, int, bool, bool, int, bool, bool) SpecificityOf(RouteConfiguration route) => (
        route.MccMnc.Count > 0,
        route.Prefix.Length,
        route.Countries.Count > 0,
        route.Accounts.Count > 0,
        route.Senders.Count == 0 ? 0
            : route.Senders.Min(sender => sender.EndsWith('*') ? sender.Length : WholeSender),
        route.Classes != MessageClasses.All,
        route.Time is not null);

    /// <summary>A network's code of 5 or 6 digits, a - between MCC and MNC allowed; 0 for what is none.</summary>
    public static uint NetworkOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length < MccDigits) return 0;
        var mnc = text.AsSpan(MccDigits);
        return Network.CodeOf(text.AsSpan(0, MccDigits), mnc.Length > 0 && mnc[0] == '-' ? mnc[1..] : mnc);
    }
}
