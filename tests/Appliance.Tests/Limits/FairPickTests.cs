using Appliance.Limits;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Appliance.Tests.Limits;

/// <summary>Whose turn it is.</summary>
public class FairPickTests
{
    [Fact]
    public void Nobody_without_work()
    {
        var weights = new FairWeights();
        var fair = new FairPick(weights);
        Assert.False(fair.TryPick(out _));
        fair.Add(3);
        Assert.True(fair.TryPick(out var account));
        Assert.Equal(3, account);
        fair.Remove(3);
        fair.Remove(3);
        fair.Remove(999);
        Assert.False(fair.TryPick(out _));
        Assert.Equal(0, fair.Count);
    }

    [Fact]
    public void One_who_was_not_picked_cannot_be_done()
    {
        var weights = new FairWeights();
        var fair = new FairPick(weights);
        fair.Add(1);
        fair.Add(2);
        Assert.Throws<InvalidOperationException>(() => fair.Done(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => weights[1] = 0);
    }

    [Fact]
    public void In_turn_by_weight()
    {
        var weights = new FairWeights();
        var fair = new FairPick(weights);
        weights[2] = 3;
        foreach (ushort account in (ushort[])[1, 2, 3]) fair.Add(account);
        Assert.Equal([1, 2, 2, 2, 3, 1, 2, 2, 2, 3], Enumerable.Range(0, 10).Select(_ => Do(fair, 1)));
    }

    [Fact]
    public void A_large_piece_is_paid_off()
    {
        var weights = new FairWeights();
        var fair = new FairPick(weights);
        fair.Add(1);
        fair.Add(2);
        Assert.Equal(1, Do(fair, 4));
        Assert.Equal([2, 2, 2, 2, 1, 2, 1], Enumerable.Range(0, 7).Select(_ => Do(fair, 1)));
    }

    /// <summary>One who has come with a single message does not wait for the million of another.</summary>
    [Fact]
    public void A_burst_does_not_starve_others()
    {
        var weights = new FairWeights();
        var fair = new FairPick(weights);
        weights[1] = 100;
        fair.Add(1);
        for (var i = 0; i < 1_000_000; i++) Do(fair, 1);
        fair.Add(2);
        var waited = 0;
        while (Do(fair, 1) != 2) waited++;
        Assert.InRange(waited, 0, 100);
    }

    /// <summary>
    /// While two have work all the time, what each got by its weight differs by a turn's worth and its largest piece at
    /// the most, whatever others come and go.
    /// </summary>
    [Fact]
    public void Shares_differ_by_no_more_than_a_turn() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new System.Random(seed);
            var shares = new FairWeights();
            var fair = new FairPick(shares);
            int[] weights = [0, .. Enumerable.Range(1, 9).Select(_ => random.Next(1, 20))];
            for (ushort account = 1; account <= 9; account++) shares[account] = weights[account];
            for (ushort account = 1; account <= 3; account++) fair.Add(account);
            const int Largest = 10;
            var got = new long[10];
            for (var i = 0; i < 3_000; i++)
            {
                if (random.Next(4) == 0)
                {
                    var other = (ushort)random.Next(4, 10);
                    if (random.Next(2) == 0) fair.Add(other);
                    else fair.Remove(other);
                }

                var cost = random.Next(1, Largest + 1);
                got[Do(fair, cost)] += cost;
                for (var one = 1; one <= 3; one++)
                    for (var two = 1; two < one; two++)
                    {
                        var turns = Math.Abs((got[one] / (double)weights[one]) - (got[two] / (double)weights[two]));
                        var bound = 1 + (Largest / (double)weights[one]) + (Largest / (double)weights[two]);
                        Assert.True(turns <= bound + 1e-9, $"{turns} turns apart, at most {bound}");
                    }
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithQuietOnSuccess(true));

    private static int Do(FairPick fair, int cost)
    {
        Assert.True(fair.TryPick(out var account));
        fair.Done(account, cost);
        return account;
    }
}
