using System.Text;
using Appliance.Numbering;
using MessageClasses = Appliance.Policy.MessageClasses;

namespace Appliance.Routing;

/// <summary>The condition of a route that a message does not meet.</summary>
public enum RouteFault : byte
{
    None,
    Network,
    Prefix,
    Country,
    Account,
    Sender,
    Class,
    Time,
}

/// <summary>
/// Conditions one by one, by what was configured. Explanations ask it, and tests compare the tables with it.
/// </summary>
internal static class RouteFaults
{
    internal static RouteFault Of(RouteRule rule, in RouteQuery query, RouteCalendar calendar)
    {
        var configured = rule.Configured;
        var number = Encoding.Latin1.GetString(RouteRule.Digits(query.Destination));
        if (configured.MccMnc.Count > 0 && !HasNetwork(configured.MccMnc, query.Network)) return RouteFault.Network;
        if (!number.StartsWith(configured.Prefix, StringComparison.Ordinal)) return RouteFault.Prefix;
        if (configured.Countries.Count > 0 && !configured.Countries.Contains(CountryKey.Name(query.Country)))
            return RouteFault.Country;
        if (rule.Accounts is { } accounts && !accounts.Contains(query.Account)) return RouteFault.Account;
        if (configured.Senders.Count > 0 && !HasSender(configured.Senders, query.Sender)) return RouteFault.Sender;
        var asked = query.Class == MessageClasses.None ? MessageClasses.Transactional : query.Class;
        if ((configured.Classes & asked) == 0) return RouteFault.Class;
        return rule.Time != RouteRule.Always && !calendar.Holds(rule.Time, query.Now)
            ? RouteFault.Time
            : RouteFault.None;
    }

    private static bool HasNetwork(IReadOnlyList<string> networks, uint network)
    {
        foreach (var text in networks)
            if (network != 0 && RouteRank.NetworkOf(text) == network) return true;
        return false;
    }

    private static bool HasSender(IReadOnlyList<string> patterns, ReadOnlySpan<byte> sender)
    {
        var address = Encoding.Latin1.GetString(sender);
        if (address.Length > SenderKeys.Longest) return false;
        foreach (var pattern in patterns)
        {
            if (pattern.EndsWith('*')
                ? address.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase)
                : address.Equals(pattern, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
