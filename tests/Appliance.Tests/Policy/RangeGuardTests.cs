using System.Globalization;
using System.Text;
using Appliance.Policy.Fraud;
using Xunit;
using Xunit.Abstractions;

namespace Appliance.Tests.Policy;

/// <summary>Normal traffic passes, pumping is found: both made up from seeds.</summary>
public class RangeGuardTests(ITestOutputHelper output)
{
    private const long Hour = 3_600_000;

    private static readonly RangeLimits Limits = new()
    {
        Mode = FraudMode.Block, Messages = 200, Window = TimeSpan.FromHours(1), DistinctShare = 0.7,
        SequentialShare = 0.5, ConvertedShare = 0.1, BlockFor = TimeSpan.FromHours(2),
    };

    [Theory]
    [InlineData("sequential", 1, true)]
    [InlineData("backwards", 1, true)]
    [InlineData("random", 1, true)]
    [InlineData("sequential", 20, true)] // among 20 times as many normal messages
    [InlineData("random", 20, true)]
    [InlineData("few numbers", 1, false)] // a helpdesk that writes to ten people again and again
    public void Pumping_one_range_is_found_and_blocked(string kind, int others, bool expected)
    {
        var guard = Guard(Limits);
        var random = new Random(1);
        var (passed, found) = (0, 0);
        long now = 0;
        for (var i = 0; i < 1000; i++)
        {
            for (var other = 1; other < others; other++) Send(guard, Normal(random), now, ref found);
            var last = kind switch
            {
                "sequential" => i % 1000,
                "backwards" => 999 - (i % 1000),
                "few numbers" => random.Next(10) * 90,
                _ => random.Next(1000),
            };
            var pumped = 0;
            passed += Send(guard, 994_500_123_000 + last, now, ref pumped) ? 1 : 0;
            if (pumped > 0) found++;
            now += 2000;
        }

        Assert.Equal(expected ? 1 : 0, found);
        // What it takes to be found gets through, and hardly more: random numbers meet the same ones twice.
        Assert.InRange(passed, expected ? 190 : 1000, expected ? 400 : 1000);
        Assert.Equal(expected ? [994_500_123UL] : [], guard.Blocked(now).Select(range => range.Range));
    }

    [Theory]
    [InlineData(1.2, 0, 0)] // the busiest range has some 50 messages an hour
    [InlineData(2, 0.3, 0)] // some have several hundred
    [InlineData(2, 0, 0.002)] // and only conversions tell those from pumped ones
    public void Detection_and_false_positives_over_many_seeds(double skew, double converted, double mistakes)
    {
        var (attacks, detected, normal, mistaken, passed) = (0, 0, 0, 0, 0);
        for (var seed = 0; seed < 30; seed++)
        {
            var (world, hits, leaked) = World(seed, skew, converted);
            attacks += world.Attacks;
            detected += hits.Count(world.IsAttack);
            normal += world.NormalRanges;
            mistaken += hits.Count(range => !world.IsAttack(range));
            passed += leaked;
        }

        output.WriteLine(FormattableString.Invariant(
            $"skew {skew}, {converted} converted: detected {detected} of {attacks}, false positives {mistaken} of {normal} normal ranges, ")
            + FormattableString.Invariant($"{passed / (double)attacks:0} messages let through an attack"));
        Assert.True(detected >= attacks * 0.98, $"{detected} of {attacks}");
        Assert.True(mistaken <= normal * mistakes, $"{mistaken} of {normal}");
    }

    [Fact]
    public void A_sorted_campaign_to_real_subscribers_is_none()
    {
        // Every tenth number of a country's range, in order: a large bank's list of customers.
        var guard = Guard(Limits);
        var found = 0;
        var random = new Random(5);
        for (var i = 0; i < 100_000; i++) Send(guard, 447_700_000_000 + (i * 10) + random.Next(8), i * 20L, ref found);
        Assert.Equal(0, found);
    }

    [Theory]
    [InlineData(0.5, false)]
    [InlineData(0.02, true)]
    public void Conversions_clear_a_range_where_they_are_reported(double share, bool expected)
    {
        var guard = Guard(Limits);
        guard.Convert(Samples.Acme, "33612345678"u8);
        var random = new Random(9);
        var found = 0;
        for (var i = 0; i < 600; i++)
        {
            var number = 994_500_123_000 + (i % 1000);
            Send(guard, number, i * 1000L, ref found);
            if (random.NextDouble() < share) guard.Convert(Samples.Acme, Octets(number));
        }

        Assert.Equal(expected ? 1 : 0, found);
    }

    [Theory]
    [InlineData(0.9, false)]
    [InlineData(0.1, true)]
    public void Receipts_clear_a_range_where_the_limit_says_so(double delivered, bool expected)
    {
        var guard = Guard(Limits with { DeliveredShare = 0.5 });
        var random = new Random(10);
        var found = 0;
        for (var i = 0; i < 600; i++)
        {
            var number = 994_500_123_000 + i;
            Send(guard, number, i * 1000L, ref found);
            guard.Final(Samples.Acme, Octets(number), random.NextDouble() < delivered);
        }

        Assert.Equal(expected ? 1 : 0, found);
    }

    [Fact]
    public void Monitoring_tells_and_stops_nothing()
    {
        var guard = Guard(Limits with { Mode = FraudMode.Monitor });
        var found = 0;
        for (var i = 0; i < 600; i++) Assert.True(Send(guard, 994_500_123_000 + i, i, ref found));
        Assert.Equal(1, found);
        Assert.Empty(guard.Blocked(0));
    }

    [Fact]
    public void A_block_ends_by_itself_or_by_hand_and_is_for_one_account()
    {
        var guard = Guard(Limits);
        var found = 0;
        for (var i = 0; i < 300; i++) Send(guard, 994_500_123_000 + i, i, ref found);
        Assert.False(Send(guard, 994_500_123_999, 1000, ref found));
        Assert.True(guard.Submit(Samples.Other, "994500123999"u8, 1000, out _, out _));
        Assert.True(guard.Release(Samples.Acme, "994500123000"u8, 1000));
        Assert.False(guard.Release(Samples.Acme, "994500123000"u8, 1000));
        Assert.True(Send(guard, 994_500_123_999, 1001, ref found));

        guard = Guard(Limits);
        for (var i = 0; i < 300; i++) Send(guard, 994_500_123_000 + i, i, ref found);
        Assert.False(Send(guard, 994_500_123_001, 2 * Hour, ref found));
        Assert.True(Send(guard, 994_500_123_001, (2 * Hour) + 300, ref found));
    }

    [Fact]
    public void Slow_traffic_over_many_windows_is_none()
    {
        var guard = Guard(Limits);
        var found = 0;
        for (var i = 0; i < 3000; i++) Send(guard, 994_500_123_000 + (i % 1000), i * 30_000L, ref found);
        Assert.Equal(0, found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("12")]
    [InlineData("not a number")]
    [InlineData("1234567890123456")]
    public void What_is_no_number_passes(string number)
    {
        var guard = Guard(Limits);
        for (var i = 0; i < 500; i++)
            Assert.True(guard.Submit(Samples.Acme, Encoding.ASCII.GetBytes(number), i, out _, out _));
        guard.Final(Samples.Acme, Encoding.ASCII.GetBytes(number), delivered: true);
    }

    [Fact]
    public void The_same_events_give_the_same_findings_and_nothing_is_allocated()
    {
        var random = new Random(3);
        var numbers = Enumerable.Range(0, 20_000).Select(_ => Octets(994_500_100_000 + random.Next(40_000))).ToArray();
        var (first, allocated) = Run();
        Assert.NotEmpty(first);
        for (var round = 0; round < 4; round++)
        {
            var (again, more) = Run();
            Assert.Equal(first, again);
            allocated = Math.Min(allocated, more);
        }

        Assert.Equal(0, allocated);

        (List<RangeFinding> Findings, long Allocated) Run()
        {
            var guard = Guard(Limits with { Messages = 100 });
            var findings = new List<RangeFinding>(100);
            return (findings, Measured.Allocations.Of(() =>
            {
                for (var i = 0; i < numbers.Length; i++)
                {
                    guard.Submit(Samples.Acme, numbers[i], i * 100L, out var found, out var finding);
                    if (found) findings.Add(finding);
                }
            }));
        }
    }

    private sealed record WorldOf(int Attacks, Func<ulong, bool> IsAttack, int NormalRanges);

    /// <summary>
    /// An hour: 60,000 messages to subscribers spread over 5,000 ranges as a country's are (a few ranges with many), and
    /// three attacks of 400 messages, each of another kind.
    /// </summary>
    /// <param name="skew">1 for ranges that are all alike.</param>
    /// <param name="converted">Share of the normal messages that are; 0 where the account reports none.</param>
    private static (WorldOf World, HashSet<ulong> Found, int Leaked) World(int seed, double skew, double converted)
    {
        const int Normals = 60_000;
        const int PerAttack = 400;
        var random = new Random(seed);
        var guard = Guard(Limits);
        var attacks = Enumerable.Range(0, 3).Select(i => (ulong)(994_550_000 + random.Next(1000) + (i * 1000))).ToArray();
        var events = new List<(long At, ulong Number, bool Attack)>();
        for (var i = 0; i < Normals; i++)
        {
            var range = (ulong)(5000 * Math.Pow(random.NextDouble(), skew));
            events.Add((random.NextInt64(Hour), ((447_700_000UL + range) * 1000) + (ulong)random.Next(1000), false));
        }

        for (var kind = 0; kind < attacks.Length; kind++)
        {
            for (var i = 0; i < PerAttack; i++)
            {
                var place = kind switch { 0 => i, 1 => random.Next(1000), _ => i * 2 % 1000 };
                events.Add((i * (Hour / PerAttack), (attacks[kind] * 1000) + (ulong)place, true));
            }
        }

        var found = new HashSet<ulong>();
        var leaked = 0;
        foreach (var (at, number, attack) in events.OrderBy(one => one.At))
        {
            var passed = guard.Submit(Samples.Acme, Octets((long)number), at, out var isFound, out var finding);
            if (isFound) found.Add(finding.Range);
            if (attack && passed) leaked++;
            if (!attack && random.NextDouble() < converted) guard.Convert(Samples.Acme, Octets((long)number));
        }

        var normal = events.Where(one => !one.Attack).Select(one => one.Number / 1000).Distinct().Count();
        return (new WorldOf(attacks.Length, range => attacks.Contains(range), normal), found, leaked);
    }

    private static RangeGuard Guard(RangeLimits limits) =>
        new(new FraudRules { Limits = limits, Ranges = 4096 }, Samples.Accounts);

    private static bool Send(RangeGuard guard, long number, long now, ref int found)
    {
        var passed = guard.Submit(Samples.Acme, Octets(number), now, out var isFound, out _);
        if (isFound) found++;
        return passed;
    }

    private static long Normal(Random random) => 447_700_000_000 + random.Next(50_000_000);

    private static byte[] Octets(long number) =>
        Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
