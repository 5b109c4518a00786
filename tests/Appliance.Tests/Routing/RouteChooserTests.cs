using System.Text;
using Appliance.Money;
using Appliance.Operate;
using Appliance.Routing;
using Appliance.Routing.Live;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using static Appliance.Tests.Routing.RouteSamples;

namespace Appliance.Tests.Routing;

/// <summary>Which carrier of a route a message takes.</summary>
public class RouteChooserTests
{
    private readonly LiveStats _stats = new(new LiveStatsOptions());
    private readonly CarrierScore[] _scores = new CarrierScore[RouteConfiguration.MostCarriers];
    private RateCard _costs = RateCard.Empty;
    private DestinationMemory? _memory;

    public RouteChooserTests()
    {
        for (ushort carrier = 1; carrier <= 4; carrier++) _stats.Health(carrier).Bound(Noon);
    }

    [Fact]
    public void The_first_that_is_up_by_priority()
    {
        var rule = Rule(RouteChoice.Priority);
        Assert.Equal((0, PickReason.First), Choose(rule));
        _stats.Health(1).Unbound();
        Assert.Equal((1, PickReason.First), Choose(rule));
        Assert.Equal((2, PickReason.First), Choose(rule, refused: 0b010));
        Assert.Equal(CarrierStanding.Down, _scores[0].Standing);
        Assert.Equal(CarrierStanding.Refused, _scores[1].Standing);
    }

    [Fact]
    public void Without_any_that_is_up_the_first_that_has_not_refused()
    {
        var rule = Rule(RouteChoice.Priority);
        for (ushort carrier = 1; carrier <= 3; carrier++) _stats.Health(carrier).Unbound();
        Assert.Equal((1, PickReason.First), Choose(rule, refused: 1));
        Assert.Equal((-1, PickReason.None), Choose(rule, refused: 0b111));
    }

    [Fact]
    public void Sixteen_carriers_have_a_bit_each()
    {
        var rule = Compile(new RouteConfiguration
        {
            Carriers = [.. Enumerable.Range(1, 16).Select(id => $"c{id}")],
        }).Rules[0];
        for (ushort carrier = 5; carrier <= 16; carrier++) _stats.Health(carrier).Bound(Noon);
        Assert.Equal((15, PickReason.First), Choose(rule, refused: 0x7FFF));
        Assert.Equal((-1, PickReason.None), Choose(rule, refused: 0xFFFF));
    }

    [Fact]
    public void Least_cost_prefers_the_route_s_own_cost()
    {
        var card = new RateCard.Builder();
        card.TryAddPrefix(1, "49", 700);
        card.TryAddPrefix(2, "", 600);
        card.TryAddPrefix(3, "", 100);
        _costs = card.Build();
        Assert.Equal((2, PickReason.LeastCost), Choose(Rule(RouteChoice.LeastCost)));
        Assert.Equal((1, PickReason.LeastCost), Choose(Rule(RouteChoice.LeastCost, costs: [null, null, 900])));
        _costs = RateCard.Empty;
        Assert.Equal((1, PickReason.LeastCost), Choose(Rule(RouteChoice.LeastCost, costs: [null, 5, null])));
        Assert.Equal((0, PickReason.LeastCost), Choose(Rule(RouteChoice.LeastCost)));
    }

    [Fact]
    public void A_message_overflows_where_the_route_lets_it()
    {
        _stats.Health(1).IsFull = true;
        Assert.Equal((0, PickReason.First), Choose(Rule(RouteChoice.Priority)));
        Assert.Equal((1, PickReason.First), Choose(Rule(RouteChoice.Priority, overflow: true)));
        _stats.Health(2).IsFull = _stats.Health(3).IsFull = true;
        Assert.Equal((0, PickReason.First), Choose(Rule(RouteChoice.Priority, overflow: true)));
    }

    [Fact]
    public void The_score_is_the_weighted_sum_of_its_terms()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _stats.Outcome(1, 0, Noon, Noon + 1000, i % 10 < 8);
            _stats.Outcome(2, 0, Noon, Noon + 9000, true);
        }

        _stats.Health(1).Load = 0.5;
        var rule = Rule(RouteChoice.Score, costs: [1000, 2000, 4000]);
        Assert.Equal(PickReason.BestScore, Choose(rule, now: Noon + 9000).Reason);
        var first = _scores[0];
        Assert.Equal(1, first.CostTerm, 0.01);
        Assert.Equal(0.8, first.DeliveryTerm, 0.01);
        Assert.Equal(1, first.LatencyTerm, 0.01);
        Assert.Equal(0.5, first.LoadTerm, 0.01);
        Assert.Equal(0.4 + 0.24 + 0.2 + 0.05, first.Total, 0.01);
        Assert.Equal((0.5, 0.25), (_scores[1].CostTerm, _scores[2].CostTerm), new Near());
        Assert.Equal(0.2, _scores[1].LatencyTerm, 0.02);
    }

    [Theory]
    [InlineData(RouteChoice.Split)]
    [InlineData(RouteChoice.Sticky)]
    public void A_split_keeps_to_its_weights(RouteChoice choice)
    {
        const int Messages = 40_000;
        var rule = Rule(choice, weights: [5, 3, 2]);
        var counts = new int[3];
        for (var i = 0; i < Messages; i++) counts[Choose(rule, seed: (ulong)i, number: $"49151{i}").Place]++;
        Assert.InRange(counts[0] / (double)Messages, 0.48, 0.52);
        Assert.InRange(counts[1] / (double)Messages, 0.28, 0.32);
        Assert.InRange(counts[2] / (double)Messages, 0.18, 0.22);
    }

    [Fact]
    public void A_sticky_number_stays_when_another_carrier_fails()
    {
        var rule = Rule(RouteChoice.Sticky);
        string[] numbers = [.. Enumerable.Range(0, 1000).Select(i => $"49151{i}")];
        int[] before = [.. numbers.Select(number => Choose(rule, number: number, seed: 1).Place)];
        _stats.Health(2).Unbound();
        int[] after = [.. numbers.Select(number => Choose(rule, number: number, seed: 2).Place)];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (before[i] != 1) Assert.Equal(before[i], after[i]);
            else Assert.NotEqual(1, after[i]);
        }
    }

    [Fact]
    public void A_little_is_explored()
    {
        var rule = Rule(RouteChoice.Score, costs: [1, 100, 100], explore: 0.1);
        var reasons = Enumerable.Range(0, 20_000).Select(i => Choose(rule, seed: (ulong)i)).ToList();
        Assert.InRange(reasons.Count(pick => pick.Reason == PickReason.Explored), 1_800, 2_200);
        foreach (var place in (int[])[1, 2])
            Assert.InRange(reasons.Count(pick => pick.Place == place), 850, 1_150);
        Assert.Equal(reasons, Enumerable.Range(0, 20_000).Select(i => Choose(rule, seed: (ulong)i)));
    }

    [Fact]
    public void A_canary_gets_its_share_until_it_does_worse()
    {
        var rule = Rule(RouteChoice.Priority, canary: new RouteCanary("c3", 0.1, 0.1, 100));
        int Count() => Enumerable.Range(0, 10_000).Count(i => Choose(rule, seed: (ulong)i).Place == 2);
        Assert.InRange(Count(), 900, 1_100);
        for (var i = 0; i < 200; i++)
        {
            rule.Trial!.Outcome(true, Noon, Noon, i % 10 < 8);
            rule.Trial.Outcome(false, Noon, Noon, i % 100 < 89);
        }

        Assert.False(rule.Trial!.Judge(Noon));
        for (var i = 0; i < 100; i++) rule.Trial.Submitted(true, Noon);
        Assert.False(rule.Trial.Judge(Noon + (10 * 60_000)));
        Assert.True(rule.Trial.Judge(Noon + (60 * 60_000)));
        Assert.Equal(0, Count());
        Assert.Equal(CarrierStanding.RolledBack, _scores[2].Standing);
    }

    [Fact]
    public void A_trial_goes_on_over_a_reload_that_leaves_it_as_it_is()
    {
        RouteConfiguration Of(double share) => new()
        {
            Name = "r", Carriers = ["c1", "c2"], Canary = new RouteCanary("c2", share, 0.1, 1),
        };
        var before = Compile(Of(0.1));
        before.Rules[0].Trial!.Outcome(true, Noon, Noon, false);
        before.Rules[0].Trial!.Outcome(false, Noon, Noon, true);
        Assert.True(before.Rules[0].Trial!.Judge(Noon));
        var same = RouteCompiler.Compile([Of(0.1)], IdOf, IdOf, previous: before);
        var other = RouteCompiler.Compile([Of(0.2)], IdOf, IdOf, previous: before);
        Assert.True(same.Rules[0].Trial!.IsRolledBack);
        Assert.False(other.Rules[0].Trial!.IsRolledBack);
    }

    [Fact]
    public void Messages_to_a_number_keep_their_carrier_for_a_while()
    {
        _memory = new DestinationMemory(1024);
        var rule = Rule(RouteChoice.Split);
        var chooser = new RouteChooser(_stats, _costs, _memory);
        var first = Choose(rule, seed: 1).Place;
        chooser.Chosen(Query("49151", 1, Noon), rule.Carriers[first].Id);
        for (var seed = 2UL; seed < 100; seed++)
            Assert.Equal((first, PickReason.Kept), Choose(rule, seed: seed, now: Noon + 30_000));
        Assert.Contains(Enumerable.Range(2, 100), seed => Choose(rule, seed: (ulong)seed, now: Noon + 30_001).Place != first);
        _stats.Health((ushort)(first + 1)).Unbound();
        Assert.NotEqual(first, Choose(rule, seed: 2).Place);
    }

    [Fact]
    public void Traffic_that_comes_back_comes_number_by_number()
    {
        var rule = Rule(RouteChoice.Priority);
        _stats.Health(1).Unbound();
        _stats.Health(1).Bound(Noon);
        var last = new HashSet<int>();
        foreach (var second in (int[])[0, 3, 10, 20, 30])
        {
            HashSet<int> now = [.. Enumerable.Range(0, 1000).Where(i =>
                Choose(rule, number: $"49151{i}", now: Noon + (second * 1000)).Place == 0)];
            Assert.InRange(now.Count / 1000.0, Math.Max(0, (second / 30.0) - 0.05), Math.Min(1, (second / 30.0) + 0.07));
            Assert.Subset(now, last);
            last = now;
        }

        Assert.Equal(1000, last.Count);
    }

    /// <summary>A carrier that gets better in one thing, all else as it is, does not lose score or its place.</summary>
    [Fact]
    public void The_score_rises_with_each_term() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), Gen.Choose(0, 3).ToArbitrary(), (seed, term) =>
        {
            var random = new System.Random(seed);
            long?[] costs = [random.Next(1, 10_000), random.Next(1, 10_000), random.Next(1, 10_000)];
            var (worse, before) = Score(seed, costs, null);
            var better = new long?[] { costs[0] - (term == 0 ? random.Next((int)costs[0]!) : 0), costs[1], costs[2] };
            var (place, after) = Score(seed, better, term);
            Assert.True(after >= before - 1e-5, $"{term}: {before} to {after}");
            return worse != 0 || place == 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithQuietOnSuccess(true));

    /// <returns>Who is chosen, and the first carrier's score.</returns>
    private static (int, float) Score(int seed, long?[] costs, int? better)
    {
        var test = new RouteChooserTests();
        var random = new System.Random(seed);
        for (ushort carrier = 1; carrier <= 3; carrier++)
        {
            var failures = random.Next(50);
            var took = random.Next(100, 60_000);
            var load = random.NextDouble();
            if (carrier == 1 && better == 1) failures /= 2;
            if (carrier == 1 && better == 2) took /= 2;
            if (carrier == 1 && better == 3) load /= 2;
            for (var i = 0; i < 100; i++) test._stats.Outcome(carrier, 0, Noon - took, Noon, i >= failures);
            test._stats.Health(carrier).Load = load;
        }

        // Latency counts over those delivered, so with fewer failures it stays what it was.
        var place = test.Choose(Rule(RouteChoice.Score, costs, explore: 0)).Place;
        return (place, test._scores[0].Total);
    }

    private static RouteRule Rule(
        RouteChoice choice, long?[]? costs = null, int[]? weights = null, bool overflow = false, double explore = 0,
        RouteCanary? canary = null) => Compile(new RouteConfiguration
        {
            Carriers = ["c1", "c2", "c3"],
            Choice = choice,
            Explore = explore,
            Overflow = overflow,
            Canary = canary,
            Terms = Enumerable.Range(0, 3).ToDictionary(
                i => $"c{i + 1}", i => new RouteCarrierTerms(weights?[i] ?? 1, costs?[i])),
        }).Rules[0];

    private (int Place, PickReason Reason) Choose(
        RouteRule rule, ushort refused = 0, ulong seed = 7, string number = "49151", long now = Noon)
    {
        var pick = new RouteChooser(_stats, _costs, _memory).Choose(rule, Query(number, seed, now), refused, _scores);
        return (pick.Place, pick.Reason);
    }

    private static RouteQuery Query(string number, ulong seed, long now) =>
        new() { Destination = Encoding.ASCII.GetBytes(number), Seed = seed, Now = now };

    private sealed class Near : IEqualityComparer<(double, double)>
    {
        public bool Equals((double, double) x, (double, double) y) =>
            Math.Abs(x.Item1 - y.Item1) < 0.01 && Math.Abs(x.Item2 - y.Item2) < 0.01;

        public int GetHashCode((double, double) obj) => 0;
    }
}
