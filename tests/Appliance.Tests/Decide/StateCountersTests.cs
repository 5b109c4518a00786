using Appliance.Decide;
using Appliance.Records;
using Xunit;

namespace Appliance.Tests.Decide;

public sealed class StateCountersTests
{
    /// <summary>Pairs come in any order, with the largest ids there are; each has its own counts and appears once.</summary>
    [Fact]
    public void Each_pair_of_account_and_carrier_is_counted_on_its_own()
    {
        var counters = new StateCounters();
        var appeared = new Dictionary<(ushort, ushort), long[]>();
        counters.Appeared = (account, carrier, counts) => appeared.Add((account, carrier), counts);
        var expected = new Dictionary<(ushort, ushort), long>();
        var random = new Random(11);
        ushort[] accounts = [0, 1, 2, 700, ushort.MaxValue];
        ushort[] carriers = [.. Enumerable.Range(0, 40).Select(i => (ushort)(i * 1000)), ushort.MaxValue];
        for (var i = 0; i < 5000; i++)
        {
            var pair = (accounts[random.Next(accounts.Length)], carriers[random.Next(carriers.Length)]);
            counters.Count(pair.Item1, pair.Item2, State.Delivered);
            if (i % 3 == 0) counters.CountScheduled(pair.Item1, pair.Item2);
            expected[pair] = expected.GetValueOrDefault(pair) + 1;
        }

        Assert.Equal(expected, appeared.ToDictionary(one => one.Key, one => one.Value[(int)State.Delivered]));
        Assert.Equal(1667, appeared.Values.Sum(counts => counts[StateCounters.Scheduled]));
    }
}
