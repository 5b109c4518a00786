using System.Text;
using Appliance.Numbering;
using Xunit;

namespace Appliance.Tests.Numbering;

public class NumberRangesTests
{
    private static readonly Network Ours = new("262", "99", "Ours");
    private static readonly Network Other = new("262", "98", "Other");

    [Fact]
    public void An_imported_range_counts_before_the_plan_and_the_longest_before_the_others()
    {
        var plan = With(new("49171", Ours, NumberType.Unknown), new("491711", Other, NumberType.Voip));
        Assert.Equal((Other, NumberType.Voip, NumberSource.Imported), Facts(Plan.Find("491711234567", plan)));
        Assert.Equal((Ours, NumberType.Mobile, NumberSource.Imported), Facts(Plan.Find("491712234567", plan)));
        Assert.Equal(NumberSource.Plan, Plan.Find("491721234567", plan).Source);
        Assert.Equal(NumberSource.Plan, Plan.Find("491711234567").Source);
    }

    [Fact]
    public void An_imported_range_makes_numbers_of_a_possible_length_valid()
    {
        var free = Enumerable.Range(0, 1000).Select(i => $"44{i:D3}0000000").First(one => Plan.Find(one).Fault == NumberFault.NotInUse);
        var plan = With(new NumberRange(free[..5], Ours, NumberType.Mobile));
        var info = Plan.Find(free, plan);
        Assert.True(info.IsValid);
        Assert.Equal((Ours, NumberType.Mobile, NumberSource.Imported), Facts(info));
        Assert.Equal(NumberFault.TooLong, Plan.Find(free + "0", plan).Fault);
    }

    [Fact]
    public void A_number_that_is_shorter_than_a_longer_prefix_has_the_shorter_one()
    {
        var plan = With(new("39", Ours, NumberType.Unknown), new("390669812345678", Other, NumberType.Unknown));
        Assert.Equal(Ours, Plan.Find("390669812345", plan).Network);
    }

    [Fact]
    public void The_longest_prefix_is_found_as_by_comparing_all()
    {
        var random = new Random(11);
        for (var round = 0; round < 200; round++)
        {
            var prefixes = Enumerable.Range(0, random.Next(1, 60)).Select(_ => Digits(random, random.Next(1, 9))).Distinct().ToList();
            var tree = new PrefixTreeBuilder();
            foreach (var (index, prefix) in prefixes.Index()) Assert.True(tree.TryAdd(prefix, index));
            Assert.False(tree.TryAdd(prefixes[0], 1));
            var built = tree.Build();
            for (var i = 0; i < 100; i++)
            {
                var number = Digits(random, random.Next(0, 10));
                var longest = prefixes.Where(prefix => number.StartsWith(prefix, StringComparison.Ordinal)).MaxBy(prefix => prefix.Length);
                Assert.Equal(longest is null ? PrefixTree.None : prefixes.IndexOf(longest), built.Find(Encoding.ASCII.GetBytes(number)));
            }
        }

        static string Digits(Random random, int length) => string.Concat(Enumerable.Range(0, length).Select(_ => random.Next(3)));
    }

    [Fact]
    public async Task Who_asks_while_ranges_are_exchanged_sees_the_old_or_the_new()
    {
        var live = new LivePlan(Plan.Default);
        Network[] networks = [.. Enumerable.Range(0, 8).Select(i => new Network("262", $"{i:D2}", $"n{i}"))];
        const int Enough = 20_000;
        var asked = new long[3];
        using var stop = new CancellationTokenSource();
        var readers = asked.Select((_, reader) => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                var plan = live.Current;
                if (plan == Plan.Default) continue;
                var first = plan.Find("491711234567"u8);
                // Both of one plan's ranges name the same network; a mixture would not.
                Assert.Same(first.Network, plan.Find("491731234567"u8).Network);
                Assert.Equal(NumberSource.Imported, first.Source);
                Assert.Contains(first.Network, networks);
                Interlocked.Increment(ref asked[reader]);
            }
        })).ToArray();
        for (var i = 0; !readers.Any(reader => reader.IsFaulted) && Enumerable.Range(0, 3).Any(reader => Interlocked.Read(ref asked[reader]) < Enough); i++)
        {
            var network = networks[i % networks.Length];
            live.Replace(new NumberRanges([new("49171", network, NumberType.Mobile), new("49173", network, NumberType.Mobile)], DateTime.UnixEpoch));
            await Task.Yield();
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
    }

    private static NumberPlan With(params NumberRange[] ranges) =>
        Plan.Default.With(new NumberRanges(ranges, DateTime.UnixEpoch));

    private static (Network?, NumberType, NumberSource) Facts(NumberInfo info) => (info.Network, info.Type, info.Source);
}
