using Appliance.Peers.Sending;
using Appliance.Peers.Spec;
using Xunit;

namespace Appliance.Tests.Peers;

public sealed class SpecTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("50us", 50_000)]
    [InlineData("250ms", 250_000_000)]
    [InlineData("1.5s", 1_500_000_000)]
    [InlineData("2m", 120_000_000_000)]
    [InlineData("24h", 86_400_000_000_000)]
    public void Durations_are_read(string text, long nanoseconds) =>
        Assert.Equal(nanoseconds, Duration.Parse(text));

    [Theory]
    [InlineData("1")]
    [InlineData("-1s")]
    [InlineData("s")]
    [InlineData("25h")]
    [InlineData("")]
    public void What_is_no_duration_is_refused(string text) =>
        Assert.Throws<FormatException>(() => Duration.Parse(text));

    [Theory]
    [InlineData("1s", 1e9, 0)]
    [InlineData("uniform:1s,3s", 2e9, 0.577e9)]
    [InlineData("exponential:1s", 1e9, 1e9)]
    [InlineData("lognormal:1s,0.5", 1.1331e9, 0.6039e9)]
    public void Distributions_have_their_mean_and_deviation(string text, double mean, double deviation)
    {
        var distribution = Distribution.Parse(text);
        var dice = new Dice(42);
        var samples = Enumerable.Range(0, 100_000).Select(_ => (double)distribution.Sample(dice)).ToArray();
        double average = samples.Average();
        Assert.Equal(mean, average, mean * 0.02);
        double spread = Math.Sqrt(samples.Average(sample => Math.Pow(sample - average, 2)));
        Assert.InRange(spread, deviation * 0.97, deviation * 1.03);
    }

    [Theory]
    [InlineData("uniform:1s")]
    [InlineData("uniform:3s,1s")]
    [InlineData("normal:1s,1s")]
    [InlineData("lognormal:1s,-1")]
    public void What_is_no_distribution_is_refused(string text) =>
        Assert.Throws<FormatException>(() => Distribution.Parse(text));

    [Fact]
    public void A_mix_has_its_weights()
    {
        var mix = Mix<string>.Parse("a=95,b=3,c=2", name => name);
        var dice = new Dice(1);
        var counts = Enumerable.Range(0, 100_000).GroupBy(_ => mix.Pick(dice)).ToDictionary(g => g.Key, g => g.Count());
        Assert.InRange(counts["a"], 94_500, 95_500);
        Assert.InRange(counts["b"], 2_700, 3_300);
        Assert.InRange(counts["c"], 1_700, 2_300);
    }

    [Theory]
    [InlineData("a,b=1")]
    [InlineData("a=x")]
    [InlineData("a=0,b=0")]
    public void What_is_no_mix_is_refused(string text) =>
        Assert.Throws<FormatException>(() => Mix<string>.Parse(text, name => name));

    [Fact]
    public void Percentages_leave_the_rest_and_do_not_exceed_a_hundred()
    {
        var mix = Mix<string>.ParsePercentages("a=1%,b=0.5%", name => name, "rest");
        var dice = new Dice(1);
        int rest = Enumerable.Range(0, 100_000).Count(_ => mix.Pick(dice) == "rest");
        Assert.InRange(rest, 98_200, 98_800);
        Assert.Throws<FormatException>(() => Mix<string>.ParsePercentages("a=60%,b=41%", name => name, "rest"));
    }

    [Fact]
    public void Chances_at_their_ends_are_certain()
    {
        var dice = new Dice(3);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(Chance.Parse("100%").Strikes(dice)));
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.False(Chance.Parse("0%").Strikes(dice)));
        Assert.Throws<FormatException>(() => Chance.Parse("101%"));
    }

    [Fact]
    public void The_same_seed_throws_the_same()
    {
        Dice first = new(9), second = new(9), other = new(10);
        var thrown = Enumerable.Range(0, 10).Select(_ => first.Next()).ToArray();
        Assert.Equal(thrown, Enumerable.Range(0, 10).Select(_ => second.Next()));
        Assert.NotEqual(thrown, Enumerable.Range(0, 10).Select(_ => other.Next()));
    }

    [Fact]
    public void Patterns_number_names()
    {
        Assert.Equal("acct0042", Pattern.Parse("acct####").Name(42));
        Assert.Equal("a07b", Pattern.Parse("a##b").Name(7));
        Assert.Equal("demo", Pattern.Parse("demo").Name(3));
        Assert.Equal(10_000, Pattern.Parse("acct####").Capacity);
        Assert.Throws<FormatException>(() => Pattern.Parse("a#b#"));
    }

    [Fact]
    public void Paced_arrivals_keep_their_times_however_late_they_are_taken()
    {
        var arrivals = new Arrivals(1000, limit: 0, poisson: null);
        arrivals.Start(5_000_000, 5_000_000 + Duration.Second);
        Assert.True(arrivals.TryTake(5_000_000, out long intended));
        Assert.Equal(5_000_000, intended);
        Assert.False(arrivals.TryTake(5_999_999, out _));
        // The server stood still for half a second: five hundred are due, each at its own time.
        long late = 505_000_000;
        for (int i = 1; i <= 500; i++)
        {
            Assert.True(arrivals.TryTake(late, out intended));
            Assert.Equal(5_000_000 + i * Duration.Millisecond, intended);
        }
        Assert.False(arrivals.TryTake(late, out _));
        long end = 10 * Duration.Second;
        while (arrivals.TryTake(end, out intended)) Assert.True(intended < 5_000_000 + Duration.Second);
        Assert.Equal(1000, arrivals.Taken);
        Assert.Equal(long.MaxValue, arrivals.NextAt);
    }
}
