using System.Runtime.CompilerServices;
using Appliance.Numbering;

namespace Appliance.Routing;

/// <summary>
/// All routes, and which of them a message takes: of those whose conditions hold the one with the lowest rank. Rank is
/// by <c>order</c>, then the most specific first (<see cref="RouteRank"/>). Immutable: any thread may ask.
/// </summary>
/// <remarks>
/// Routes stand in buckets by (destination, account, sender), each sorted by rank. A message has few of each: the
/// keys of its number (<see cref="DestinationKeys"/>), its account or none, its sender, the beginnings of it that
/// occur, or none. A destination knows the lowest rank of its buckets, so most combinations are not looked up.
/// </remarks>
public sealed class Routes
{
    internal const int NoSender = 0;
    internal const int NoAccount = 0;
    internal const int NoRank = int.MaxValue;

    /// <summary>No route.</summary>
    public const int None = -1;

    private readonly RouteRule[] _rules;

    /// <summary>By rank: whether a route holds for whatever message its keys lead to.</summary>
    private readonly bool[] _hold;
    private readonly RouteHead[] _heads;
    private readonly DestinationKeys _destinations;
    private readonly SenderKeys _senders;
    private readonly RouteCalendar _calendar;
    private readonly RouteBuckets _buckets;

    internal Routes(
        RouteRule[] rules, DestinationKeys destinations, SenderKeys senders, RouteCalendar calendar,
        RouteBuckets buckets)
    {
        _rules = rules;
        _hold = Array.ConvertAll(rules, rule => rule.HoldsByKeysAlone);
        _heads = Array.ConvertAll(rules, rule => new RouteHead(rule));
        _destinations = destinations;
        _senders = senders;
        _calendar = calendar;
        _buckets = buckets;
    }

    /// <summary>By rank.</summary>
    public IReadOnlyList<RouteRule> Rules => _rules;

    /// <summary>The route of a rank.</summary>
    public RouteRule At(int rank) => _rules[rank];

    /// <summary>What is needed first of the route of a rank.</summary>
    internal ref readonly RouteHead HeadOf(int rank) => ref _heads[rank];

    /// <summary>The route of a message; null where none holds.</summary>
    public RouteRule? Find(in RouteQuery query) => FindRank(in query) is var rank and not None ? _rules[rank] : null;

    /// <summary>The rank of a message's route; <see cref="None"/> where none holds.</summary>
    [SkipLocalsInit]
    public int FindRank(in RouteQuery query)
    {
        Span<int> keys = stackalloc int[DestinationKeys.Most];
        Span<int> senders = stackalloc int[SenderKeys.Most];
        var count = _destinations.Find(query.Network, query.Destination, query.Country, keys);
        var senderCount = _senders.Find(query.Sender, senders);
        var best = NoRank;
        foreach (var key in keys[..count])
        {
            ref readonly var lowest = ref _buckets.LowestOf(key);
            if (lowest.Plain < best)
            {
                // Mostly the first of them holds, and then neither the bucket nor the route itself is looked at.
                if (_hold[lowest.Plain]) best = lowest.Plain;
                else Look(key, NoAccount, NoSender, in query, ref best);
            }

            if (lowest.Account < best) Look(key, query.Account, NoSender, in query, ref best);
            if (senderCount == 0 || lowest.AnySender >= best) continue;
            foreach (var sender in senders[..senderCount])
            {
                if (lowest.Sender < best) Look(key, NoAccount, sender, in query, ref best);
                if (lowest.Both < best) Look(key, query.Account, sender, in query, ref best);
            }
        }

        return best == NoRank ? None : best;
    }

    /// <summary>Whether a route's conditions hold for a message, whatever other routes say.</summary>
    public bool Holds(RouteRule rule, in RouteQuery query)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return RouteFaults.Of(rule, in query, _calendar) == RouteFault.None;
    }

    /// <summary>Why a route does not hold: the first of its conditions that fails.</summary>
    public RouteFault FaultOf(RouteRule rule, in RouteQuery query) => RouteFaults.Of(rule, in query, _calendar);

    private void Look(int destination, ushort account, int sender, in RouteQuery query, ref int best)
    {
        foreach (var rank in _buckets.Find(destination, account, sender))
        {
            if (rank >= best) return;
            if (!_rules[rank].HoldsBeyondKeys(in query, _calendar)) continue;
            best = rank;
            return;
        }
    }
}
