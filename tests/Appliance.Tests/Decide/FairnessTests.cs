using Appliance.Decide;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>One account's burst does not starve another where both wait for a carrier.</summary>
public sealed class FairnessTests
{
    private const int Window = 10;

    private static readonly Route[] ToOne = [new("", [1])];

    /// <summary>All in memory, and with room for only a part of it.</summary>
    [Theory]
    [InlineData(60_000, 20_000)]
    [InlineData(2_000, 20_000)]
    [InlineData(60_000, 55_000)]
    public void Who_comes_with_a_few_does_not_wait_for_a_burst(int memory, int burst)
    {
        var rig = new DecideRig(Options(memory));
        Submit(rig, 1, burst);
        Submit(rig, 2, 20);
        var link = rig.Bind(1);
        Assert.InRange(Sent(rig, link, 80, account: "2"), 20, 20);
    }

    [Theory]
    [InlineData(60_000)]
    [InlineData(2_000)]
    public void Nor_after_a_restart(int memory)
    {
        var rig = new DecideRig(Options(memory));
        Submit(rig, 1, 10_000);
        Submit(rig, 2, 20);
        rig.Restart(Options(memory));
        var link = rig.Bind(1);
        // What was accepted first may stand in memory before the lists are looked at.
        Assert.InRange(Sent(rig, link, 80, account: "2"), 20, 20);
    }

    /// <summary>By weight while both have work, in memory and outside it.</summary>
    [Theory]
    [InlineData(60_000, 1, 1)]
    [InlineData(60_000, 3, 1)]
    [InlineData(2_000, 1, 1)]
    [InlineData(2_000, 3, 1)]
    [InlineData(2_000, 1, 5)]
    public void Two_bursts_share_by_their_weights(int memory, int first, int second)
    {
        var rig = new DecideRig(Options(memory, first, second));
        Submit(rig, 1, 9_000);
        Submit(rig, 2, 9_000);
        var link = rig.Bind(1);
        // What the first had in memory before the second came evens out within a stock.
        Sent(rig, link, 500, account: "1");
        var share = Sent(rig, link, 2_000, account: "1") / 2_000.0;
        Assert.InRange(share, (first / (double)(first + second)) - 0.03, (first / (double)(first + second)) + 0.03);
    }

    [Fact]
    public void A_higher_priority_goes_first_whoever_has_it()
    {
        var rig = new DecideRig(Options(2_000));
        Submit(rig, 1, 10_000);
        Submit(rig, 2, 100, priority: 1);
        var link = rig.Bind(1);
        Assert.InRange(Sent(rig, link, 100 + Window, account: "2"), 100, 100);
    }

    /// <summary>Among one account's messages nothing overtakes, with lists and without.</summary>
    [Fact]
    public void An_account_keeps_its_order()
    {
        var rig = new DecideRig(Options(2_000, 2, 3));
        for (var i = 0; i < 4_000; i++) rig.Submit("491", $"{1 + (i % 2)} {i}", account: 1 + (i % 2));
        rig.Commit();
        var link = rig.Bind(1);
        var last = new Dictionary<string, int>();
        var sent = 0;
        while (sent < 4_000)
        {
            var written = DecidingStage.Written(link);
            Assert.NotEmpty(written);
            foreach (var one in written)
            {
                var words = one.Text.Split(' ');
                var number = int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture);
                Assert.True(number > last.GetValueOrDefault(words[0], -1), $"{number} after {last.GetValueOrDefault(words[0])}");
                last[words[0]] = number;
                rig.Answer(link, one.Sequence);
                sent++;
            }

            rig.Commit();
        }
    }

    private static DeciderOptions Options(int memory, int first = 1, int second = 1) =>
        DecideRig.Options(memory, ToOne, DecideRig.Carrier(1, Window)) with
        {
            Accounts =
            [
                new AccountOptions(1, "a", 10_000_000, 5, 100_000) { Weight = first },
                new AccountOptions(2, "b", 10_000_000, 5, 100_000) { Weight = second },
            ],
        };

    private static void Submit(DecideRig rig, int account, int count, int priority = 0)
    {
        for (var i = 0; i < count; i++)
            rig.Submit($"49{account}{i % 99_999}", $"{account}", account: account, priority: priority);
        rig.Commit();
    }

    /// <returns>How many of the messages sent are the account's.</returns>
    private static int Sent(DecideRig rig, VirtualPeer link, int messages, string account)
    {
        var its = 0;
        for (var sent = 0; sent < messages;)
        {
            var written = DecidingStage.Written(link);
            Assert.NotEmpty(written);
            foreach (var one in written)
            {
                if (one.Text == account) its++;
                rig.Answer(link, one.Sequence);
                sent++;
            }

            rig.Commit();
        }

        return its;
    }
}
