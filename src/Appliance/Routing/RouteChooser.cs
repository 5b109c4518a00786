using Appliance.Money;
using Appliance.Numbering;
using Appliance.Routing.Live;

namespace Appliance.Routing;

/// <summary>
/// Chooses the carrier of a message among those of its route. Chance is a hash of the message's seed or its number, so
/// the same events lead to the same choices. Changes nothing: who takes the choice tells <see cref="Chosen"/>.
/// </summary>
/// <param name="costs">By carrier.</param>
/// <param name="memory">Null to keep nothing.</param>
public sealed class RouteChooser(LiveStats stats, RateCard costs, DestinationMemory? memory)
{
    /// <summary>Seconds that two latencies must differ by before it counts.</summary>
    private const float LatencyScale = 1;

    private const ulong CanarySalt = 1;
    private const ulong ExploreSalt = 2;
    private const ulong ExploredSalt = 3;
    private const ulong SplitSalt = 4;

    /// <param name="refused">Bit n: the carrier at place n will not have the message.</param>
    /// <param name="scores">Room for the route's carriers; what was found of each.</param>
    public RoutePick Choose(RouteRule rule, in RouteQuery query, ushort refused, Span<CarrierScore> scores)
    {
        scores = scores[..rule.Carriers.Length];
        var number = NumberOf(in query);
        var canary = IsCanaryTurn(rule, query.Seed);
        var level = Stand(rule, in query, number, refused, canary, scores);
        if (level == CarrierStanding.Refused) return new RoutePick(-1, PickReason.None, level);
        if (level == CarrierStanding.Usable && Kept(rule, query.Now, number, scores) is var kept and >= 0)
            return new RoutePick(kept, PickReason.Kept, scores[kept].Standing);
        if (canary && scores[rule.Canary].Standing == CarrierStanding.Usable)
            return new RoutePick(rule.Canary, PickReason.Canary, CarrierStanding.Usable);
        var (place, reason) = rule.Choice switch
        {
            RouteChoice.Score => ByScore(rule, in query, level, scores),
            RouteChoice.LeastCost => (ByCost(rule, in query, level, scores), PickReason.LeastCost),
            RouteChoice.Split => (BySplit(rule, query.Seed, level, scores), PickReason.Split),
            RouteChoice.Sticky => (BySticky(rule, number, level, scores), PickReason.Sticky),
            _ => (First(level, scores), PickReason.First),
        };
        return new RoutePick(place, reason, level);
    }

    /// <summary>The same with all numbers of all carriers, for people.</summary>
    public RoutePick Explain(RouteRule rule, in RouteQuery query, ushort refused, Span<CarrierScore> scores)
    {
        var pick = Choose(rule, in query, refused, scores);
        Cost(rule, in query, scores[..rule.Carriers.Length]);
        Score(rule, in query, scores[..rule.Carriers.Length], null);
        return pick;
    }

    /// <summary>The message goes to this carrier: the next ones to its number follow.</summary>
    public void Chosen(in RouteQuery query, ushort carrier) =>
        memory?.Remember(NumberOf(in query), carrier, query.Now);

    private static ulong NumberOf(in RouteQuery query) =>
        query.Number != 0 ? query.Number : AddressHash.Long(query.Destination);

    /// <returns>The best standing of all.</returns>
    private CarrierStanding Stand(
        RouteRule rule, in RouteQuery query, ulong number, ushort refused, bool canary, Span<CarrierScore> scores)
    {
        var best = CarrierStanding.Refused;
        for (var i = 0; i < scores.Length; i++)
        {
            ref var score = ref scores[i];
            score = new CarrierScore { Carrier = rule.Carriers[i].Id, Cost = RateCard.None };
            var health = stats.Health(score.Carrier);
            score.Health = (float)health.Factor(query.Now);
            score.Standing = (refused >> i & 1) != 0 ? CarrierStanding.Refused
                : !health.IsUp ? CarrierStanding.Down
                : score.Health <= 0 ? CarrierStanding.Unhealthy
                : i == rule.Canary && rule.Trial!.IsRolledBack ? CarrierStanding.RolledBack
                : i == rule.Canary && !canary ? CarrierStanding.Aside
                : score.Health < 1 && Chance.Of(number, score.Carrier) >= score.Health ? CarrierStanding.HeldBack
                : rule.Overflow && health.IsFull ? CarrierStanding.Full
                : CarrierStanding.Usable;
            if (score.Standing < best) best = score.Standing;
        }

        return best;
    }

    private static bool IsCanaryTurn(RouteRule rule, ulong seed) =>
        rule.Canary >= 0 && Chance.Of(seed, CanarySalt) < rule.Configured.Canary!.Share;

    private int Kept(RouteRule rule, long now, ulong number, ReadOnlySpan<CarrierScore> scores)
    {
        if (memory is null || rule.KeepMilliseconds == 0) return -1;
        var carrier = memory.Find(number, now - rule.KeepMilliseconds);
        var place = carrier == 0 ? -1 : rule.PlaceOf(carrier);
        return place >= 0 && scores[place].Standing is CarrierStanding.Usable or CarrierStanding.Aside ? place : -1;
    }

    private static int First(CarrierStanding level, ReadOnlySpan<CarrierScore> scores)
    {
        for (var i = 0; i < scores.Length; i++)
            if (scores[i].Standing == level) return i;
        return -1;
    }

    private (int, PickReason) ByScore(
        RouteRule rule, in RouteQuery query, CarrierStanding level, Span<CarrierScore> scores)
    {
        Cost(rule, in query, scores);
        Score(rule, in query, scores, level);
        var best = -1;
        var candidates = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i].Standing != level) continue;
            candidates++;
            if (best < 0 || scores[i].Total > scores[best].Total) best = i;
        }

        var explore = level == CarrierStanding.Usable && candidates > 1
            && Chance.Of(query.Seed, ExploreSalt) < rule.Configured.Explore;
        return explore
            ? (Other(scores, best, (int)(Chance.Of(query.Seed, ExploredSalt) * (candidates - 1))), PickReason.Explored)
            : (best, PickReason.BestScore);
    }

    /// <summary>One of the usable carriers but the best.</summary>
    private static int Other(ReadOnlySpan<CarrierScore> scores, int best, int which)
    {
        for (var i = 0; i < scores.Length; i++)
            if (i != best && scores[i].Standing == CarrierStanding.Usable && which-- == 0) return i;
        return best;
    }

    private int ByCost(RouteRule rule, in RouteQuery query, CarrierStanding level, Span<CarrierScore> scores)
    {
        Cost(rule, in query, scores);
        var best = -1;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i].Standing != level) continue;
            // Unknown costs are the highest: as an unsigned number -1 is.
            if (best < 0 || (ulong)scores[i].Cost < (ulong)scores[best].Cost) best = i;
        }

        return best;
    }

    private static int BySplit(RouteRule rule, ulong seed, CarrierStanding level, ReadOnlySpan<CarrierScore> scores)
    {
        var carriers = rule.Carriers;
        long sum = 0;
        for (var i = 0; i < scores.Length; i++)
            if (scores[i].Standing == level) sum += carriers[i].Weight;
        var draw = Chance.Of(seed, SplitSalt) * sum;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i].Standing != level) continue;
            draw -= carriers[i].Weight;
            if (draw < 0) return i;
        }

        // Only where none that is left has a weight.
        return First(level, scores);
    }

    /// <summary>
    /// Rendezvous hashing with weights: each carrier draws for the number, the highest draw wins; so the numbers of a
    /// carrier that fails are spread over the others, and all others stay.
    /// </summary>
    private static int BySticky(RouteRule rule, ulong number, CarrierStanding level, ReadOnlySpan<CarrierScore> scores)
    {
        var best = -1;
        var highest = double.NegativeInfinity;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i].Standing != level) continue;
            var draw = -rule.Carriers[i].Weight / Math.Log(Chance.Of(number, scores[i].Carrier | 0x10000UL) + 1e-18);
            if (draw <= highest) continue;
            highest = draw;
            best = i;
        }

        return best;
    }

    private void Cost(RouteRule rule, in RouteQuery query, Span<CarrierScore> scores)
    {
        Span<int> keys = stackalloc int[DestinationKeys.Most];
        var count = costs.Locate(query.Network, query.Destination, query.Country, keys);
        for (var i = 0; i < scores.Length; i++)
        {
            var own = rule.Carriers[i].Cost;
            scores[i].Cost = own >= 0 ? own : costs.Find(scores[i].Carrier, keys[..count]);
        }
    }

    /// <summary>
    /// Cost and latency are compared with the best of those that are chosen from: half the cost of another is a term
    /// twice as high. Who has no cost counts as the dearest.
    /// </summary>
    /// <param name="level">Null for all.</param>
    private void Score(RouteRule rule, in RouteQuery query, Span<CarrierScore> scores, CarrierStanding? level)
    {
        long cheapest = long.MaxValue, dearest = RateCard.None;
        var fastest = float.MaxValue;
        foreach (ref var score in scores)
        {
            if (level is { } only && score.Standing != only) continue;
            stats.Expect(score.Carrier, query.Network, query.Now, out score.Rate, out score.Seconds);
            fastest = Math.Min(fastest, score.Seconds);
            if (score.Cost == RateCard.None) continue;
            cheapest = Math.Min(cheapest, score.Cost);
            dearest = Math.Max(dearest, score.Cost);
        }

        var weights = rule.Configured.Weights;
        var sum = (float)weights.Sum;
        foreach (ref var score in scores)
        {
            if (level is { } only && score.Standing != only) continue;
            var cost = score.Cost == RateCard.None ? dearest : score.Cost;
            score.CostTerm = dearest == RateCard.None ? 1 : (1f + cheapest) / (1f + cost);
            score.DeliveryTerm = score.Rate;
            score.LatencyTerm = (LatencyScale + fastest) / (LatencyScale + score.Seconds);
            score.LoadTerm = 1 - (float)Math.Clamp(stats.Health(score.Carrier).Load, 0, 1);
            score.Total = (((float)weights.Cost * score.CostTerm) + ((float)weights.Delivery * score.DeliveryTerm)
                + ((float)weights.Latency * score.LatencyTerm) + ((float)weights.Load * score.LoadTerm)) / sum;
        }
    }
}
