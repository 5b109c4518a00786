using System.Diagnostics;
using EndToEnd.Tests.Harness;
using Xunit;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>Carriers that fail lose their traffic within ten seconds and get it back by and by; nothing is lost.
/// </summary>
public sealed class CarrierHealthTests(ITestOutputHelper output)
{
    private const int Rate = 100;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostUntilMoved = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("erroring")]
    [InlineData("throttled")]
    [InlineData("slow")]
    [InlineData("unbound")]
    public async Task A_carrier_that_fails_loses_its_traffic_within_ten_seconds_and_gets_it_back_gradually(string fault)
    {
        await using var line = await RoutedLine.StartAsync("""
            {"routes": [{"carriers": ["alpha", "beta"], "keep": 0}],
             "routing": {"health": {"pause": 1, "longest_pause": 2, "recovery": 6}}}
            """, "alpha", "beta");
        line.Send(Rate);
        await Until.True("alpha has the traffic", async () => await line.Alpha.SubmitsAsync() > 2 * Rate);
        Assert.Equal(0, await line.Beta.SubmitsAsync());

        await BreakAsync(line.Alpha, fault);
        var clock = Stopwatch.StartNew();
        while (await ShareAsync(line) > 0.1)
            Assert.True(clock.Elapsed < MostUntilMoved, $"alpha still has traffic after {clock.Elapsed}");
        output.WriteLine($"{fault}: moved within {clock.Elapsed.TotalSeconds:0.0} s, of which one is the measurement's");

        await MendAsync(line.Alpha, fault);
        var shares = new List<double>();
        clock.Restart();
        while (shares.Count == 0 || shares[^1] < 0.95)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(40), $"alpha's shares: {string.Join(' ', shares)}");
            shares.Add(await ShareAsync(line));
        }

        output.WriteLine($"{fault}: back in steps of {string.Join(' ', shares.Select(share => $"{share:P0}"))}");
        Assert.True(shares.Count(share => share is > 0.05 and < 0.9) >= 2,
            $"back at once: {string.Join(' ', shares)}");
        await AllEndAsync(line);
    }

    [Fact]
    public async Task What_a_carrier_does_not_take_overflows_to_the_next()
    {
        await using var line = await RoutedLine.StartAsync("""
            {"routes": [{"carriers": ["alpha", "beta"], "keep": 0, "overflow": true}],
             "routing": {"health": {"bad_share": 1, "in_a_row": 100000, "answers": 100000}}}
            """, "alpha", "beta");
        await line.Alpha.FaultAsync(("tps", "20/5"));
        line.Send(Rate);
        await Until.True("both have traffic", async () =>
            await line.Alpha.SubmitsAsync() > 50 && await line.Beta.SubmitsAsync() > 5 * Rate,
            TimeSpan.FromSeconds(30));
        var stats = await line.Alpha.StatsAsync();
        output.WriteLine($"alpha: {stats["accepted"]} accepted, {stats["throttled"]} throttled; "
            + $"beta: {await line.Beta.SubmitsAsync()}");
        // The rate was learnt: most of what alpha is given it takes.
        Assert.True((long)stats["accepted"]! > (long)stats["throttled"]!, stats.ToJsonString());
        await AllEndAsync(line);
    }

    private static Task BreakAsync(SimulatedCarrier carrier, string fault) => fault switch
    {
        "erroring" => carrier.FaultAsync(("errors", "ESME_RSYSERR=100%")),
        "throttled" => carrier.FaultAsync(("tps", "1")),
        "slow" => carrier.FaultAsync(("latency", "8s")),
        _ => UnbindAsync(carrier),
    };

    private static async Task UnbindAsync(SimulatedCarrier carrier)
    {
        await carrier.FaultAsync(("refuse-binds", "true"));
        await carrier.DropAsync();
        await Until.True("a bind was refused", async () => (long)(await carrier.StatsAsync())["binds_refused"]! > 0);
    }

    private static Task MendAsync(SimulatedCarrier carrier, string fault) => fault switch
    {
        "erroring" => carrier.FaultAsync(("errors", "none")),
        "throttled" => carrier.FaultAsync(("tps", "0")),
        "slow" => carrier.FaultAsync(("latency", "0")),
        _ => carrier.FaultAsync(("refuse-binds", "false")),
    };

    /// <summary>Alpha's share of what both are sent in a second.</summary>
    private static async Task<double> ShareAsync(RoutedLine line)
    {
        var (alpha, beta) = (await line.Alpha.SubmitsAsync(), await line.Beta.SubmitsAsync());
        await Task.Delay(Second);
        alpha = await line.Alpha.SubmitsAsync() - alpha;
        beta = await line.Beta.SubmitsAsync() - beta;
        return alpha + beta == 0 ? 1 : alpha / (double)(alpha + beta);
    }

    /// <summary>Whoever sends is stopped, and every message comes to its end.</summary>
    private static async Task AllEndAsync(RoutedLine line)
    {
        line.StopSending();
        await Until.True("every message is delivered", async () =>
            await line.Appliance.AdminAsync("/admin/v1/status") is { } status
            && (long)status["live_messages"]! == 0, TimeSpan.FromSeconds(60));
        Assert.Equal(0, await line.InStateAsync("failed"));
        Assert.Equal(0, await line.InStateAsync("expired"));
    }
}
