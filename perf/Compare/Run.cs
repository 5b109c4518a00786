using System.Diagnostics;
using System.Globalization;
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
        var result = await LoadRun.HttpAsync(duration + Drain,
        [
            "--server", $"127.0.0.1:{gateway.HttpPort}",
            "--connections", gateway.Connections.ToString(CultureInfo.InvariantCulture),
            "--duration", string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds}s"),
            .. gateway.RequestOptions(receipts),
        ]);
        var (accepted, sent) = ((long)result["accepted"]!, (long)result["sent"]!);
        if (accepted < sent * 0.9)
            throw new InvalidOperationException($"{gateway.Name} accepted {accepted} of {sent}: {result["refused_by"]}");
        return accepted;
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
