using Appliance.Policy.Fraud;
using Xunit;
using Xunit.Abstractions;

namespace Appliance.Tests.Policy;

public class ReceiptWatchTests(ITestOutputHelper output)
{
    private static readonly ReceiptLimits Limits = new() { Mode = FraudMode.Monitor, Receipts = 500, Score = 0.7 };

    [Theory]
    [InlineData("network", false)]
    [InlineData("quick network", false)]
    [InlineData("network with coarse dates", false)]
    [InlineData("campaign at night", false)]
    [InlineData("steady network", false)]
    [InlineData("at once", true)]
    [InlineData("after two seconds", true)]
    [InlineData("between two and three seconds", true)]
    [InlineData("after two seconds with odd ones", true)]
    [InlineData("four in five at once", true)]
    [InlineData("made up but careless with dates", true)]
    public void Receipts_are_judged_by_how_they_come(string kind, bool fake)
    {
        var (told, judged) = (0, 0);
        double least = 1, most = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            var watch = new ReceiptWatch(Limits);
            var random = new Random(seed);
            for (var i = 0; i < Limits.Receipts; i++)
            {
                if (watch.Add(Sample(kind, random), i, out var finding, out var score))
                {
                    told++;
                    Assert.Equal((3, 44U, Limits.Receipts), (finding.Carrier, finding.Route, finding.Receipts));
                }

                if (score < 0) continue;
                judged++;
                (least, most) = (Math.Min(least, score), Math.Max(most, score));
            }
        }

        output.WriteLine(FormattableString.Invariant(
            $"{kind}: told {told} of {judged}, score {least:0.00} to {most:0.00}"));
        Assert.Equal(200, judged);
        Assert.InRange(told, fake ? 200 : 0, fake ? 200 : 0);
    }

    [Fact]
    public void Carriers_and_routes_are_told_apart()
    {
        var watch = new ReceiptWatch(Limits);
        var random = new Random(1);
        var told = new HashSet<(ushort, uint)>();
        for (var i = 0; i < Limits.Receipts * 40; i++)
        {
            var pair = ((ushort)(i % 5), (uint)(i % 4));
            var sample = Sample(pair == (2, 3) ? "at once" : "network", random) with
            {
                Carrier = pair.Item1, Route = pair.Item2,
            };
            if (watch.Add(sample, i, out var finding, out _)) told.Add((finding.Carrier, finding.Route));
        }

        Assert.Equal([((ushort)2, 3U)], told);
    }

    [Fact]
    public void Memory_is_bounded_and_the_silent_make_way()
    {
        var watch = new ReceiptWatch(Limits);
        var random = new Random(1);
        var at = 0;
        Assert.Equal(0, Measured.Allocations.Least(() =>
        {
            for (var i = 0; i < 100_000; i++)
            {
                var sample = new ReceiptSample((ushort)(i % 60_000), (uint)random.Next(), 3000, true, false);
                watch.Add(in sample, at++, out _, out _);
            }
        }));
        var told = 0;
        for (var i = 0; i < Limits.Receipts; i++)
            told += watch.Add(new ReceiptSample(1, 1, 10, true, true), at + 100_000 + i, out _, out _) ? 1 : 0;
        Assert.Equal(1, told);
    }

    [Fact]
    public void What_is_off_says_nothing() =>
        Assert.False(new ReceiptWatch(new ReceiptLimits()).Add(new ReceiptSample(1, 1, 0, true, true), 0, out _, out _));

    private static ReceiptSample Sample(string kind, Random random) => kind switch
    {
        "network" => Real(random, median: 4000, off: 0.05, failed: 0.04, sameDates: 0.02),
        "quick network" => Real(random, median: 1800, off: 0.02, failed: 0.02, sameDates: 0.2),
        "network with coarse dates" => Real(random, median: 4000, off: 0.05, failed: 0.04, sameDates: 0.9),
        "campaign at night" => Real(random, median: 6000, off: 0.3, failed: 0.1, sameDates: 0),
        "steady network" => Real(random, median: 3000, off: 0.01, failed: 0.01, sameDates: 0.1, sigma: 0.4),
        "after two seconds with odd ones" => random.Next(50) == 0
            ? Fake(3_600_000, sameDates: false) with { Delivered = random.Next(2) == 0 }
            : Fake(2000 + random.Next(40), sameDates: false),
        "at once" => Fake(random.Next(5, 200), sameDates: true),
        "after two seconds" => Fake(2000 + random.Next(40), sameDates: false),
        "between two and three seconds" => Fake(2000 + random.Next(1000), sameDates: false),
        "four in five at once" => random.Next(10) < 8
            ? Fake(random.Next(5, 200), sameDates: false)
            : Real(random, median: 4000, off: 0.05, failed: 0.04, sameDates: 0.02),
        _ => Fake(1000 + random.Next(2000), sameDates: true),
    };

    /// <summary>Log-normal, with handsets that are off for minutes or hours.</summary>
    private static ReceiptSample Real(
        Random random, double median, double off, double failed, double sameDates, double sigma = 0.7)
    {
        var latency = median * Math.Exp(sigma * Gauss(random));
        if (random.NextDouble() < off) latency = 60_000 * Math.Exp(5 * random.NextDouble());
        return new ReceiptSample(
            3, 44, (long)latency, random.NextDouble() >= failed, random.NextDouble() < sameDates);
    }

    private static ReceiptSample Fake(long latency, bool sameDates) => new(3, 44, latency, true, sameDates);

    private static double Gauss(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
