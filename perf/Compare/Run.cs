using System.Diagnostics;
using Rig;

namespace Compare;

/// <summary>
/// One run: HTTP load -> gateway -> simulated SMSC (-> receipt -> gateway). A message counts when the SMSC has taken
/// it and, with receipts, when its receipt is confirmed; the clock stops with the last one, so a queue that is left
/// when the load ends is part of the time.
/// </summary>
internal sealed record Run(string Gateway, bool Receipts, long Messages, double Seconds, double CpuMicros, long Resident)
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(120);

    public double PerSecond => Messages / Seconds;

    public static async Task<Run> MeasureAsync(
        Func<SimulatedSmsc, Task<IGateway>> start, bool receipts, TimeSpan warmUp, TimeSpan duration)
    {
        string[] behaviour = receipts ? ["--receipt-delay", "100ms"] : ["--receipts", "none"];
        using var smsc = await SimulatedSmsc.StartAsync(behaviour);
        using var gateway = await start(smsc);
        var warm = await LoadAsync(gateway, receipts, warmUp);
        await DoneAsync(smsc, warm, receipts);

        var cpu = gateway.CpuTime;
        var clock = Stopwatch.StartNew();
        var accepted = await LoadAsync(gateway, receipts, duration);
        await DoneAsync(smsc, warm + accepted, receipts);
        var seconds = clock.Elapsed.TotalSeconds;
        var micros = (gateway.CpuTime - cpu).TotalMicroseconds / accepted;
        return new Run(gateway.Name, receipts, accepted, seconds, micros, gateway.ResidentBytes);
    }

    private static async Task<long> LoadAsync(IGateway gateway, bool receipts, TimeSpan duration)
    {
        var load = new HttpLoad(gateway.HttpPort, n => gateway.Request(n, receipts));
        await load.RunAsync(gateway.Connections, duration);
        if (load.Refused > load.Accepted / 10)
            throw new InvalidOperationException($"{gateway.Name} refused {load.Refused} of {load.Accepted + load.Refused}.");
        return load.Accepted;
    }

    private static async Task DoneAsync(SimulatedSmsc smsc, long messages, bool receipts)
    {
        var done = 0L;
        var clock = Stopwatch.StartNew();
        while (done < messages)
        {
            if (clock.Elapsed > Drain)
                throw new TimeoutException($"{messages - done} of {messages} messages are missing {Drain.TotalSeconds} s after the load.");
            var counts = await smsc.CountsAsync();
            done = receipts ? Math.Min(counts.Accepted, counts.Receipts) : counts.Accepted;
            await Task.Delay(5);
        }
    }
}
