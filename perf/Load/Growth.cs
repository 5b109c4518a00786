using System.Globalization;
using System.Text.Json.Nodes;
using Rig;

namespace Load;

/// <summary>How the cost of a message grows: with the sessions that bring it, and with what is stored already.</summary>
internal static class Growth
{
    private const int Outstanding = 2000;
    private static readonly int[] Binds = [1, 10, 100, 1000];
    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    public static async Task<JsonArray> BindsAsync(TimeSpan duration)
    {
        var rows = new JsonArray();
        foreach (var binds in Binds)
        {
            // As many are on their way in each row: what differs is over how many sessions they are spread.
            var window = Math.Max(2, Outstanding / binds);
            var measurement = await Measurement.TakeAsync(new Scenario($"{Report.Thousands(binds)} binds", "smpp",
                ["--accounts", Text(Math.Min(binds, 999)), "--system-id", "acct####", "--password", "pw####",
                    "--sessions", Text((binds + 998) / 999), "--window", Text(window)],
                ["--receipt-delay", "100ms"]), duration);
            Console.WriteLine(measurement.ToLine());
            rows.Add(measurement.ToJson());
        }

        return rows;
    }

    /// <summary>The same work on a node that has ever more messages stored.</summary>
    /// <param name="most">Messages stored in the end; ten times as many from one row to the next.</param>
    public static async Task<JsonArray> StoredAsync(TimeSpan duration, int most)
    {
        using var smsc = await SimulatedSmsc.StartAsync("--receipt-delay", "100ms");
        using var node = await Node.StartAsync(smsc, Shape.Aggregator);
        var rows = new JsonArray();
        long stored = 0;
        for (var goal = 1_000_000L; goal <= most; goal *= 10)
        {
            if (goal > stored) await RunAsync(node, "--count", Text(goal - stored));
            stored = goal;
            var cpu = node.Process.CpuTime;
            var load = await RunAsync(node, "--duration", $"{duration.TotalSeconds:0}s");
            var sent = (long)load["accepted"]!.GetValue<double>();
            var micros = (node.Process.CpuTime - cpu).TotalMicroseconds / sent;
            stored += sent;
            Console.WriteLine($"  {Report.Thousands(goal),12} stored  {micros,6:0.0} us CPU a message  "
                + $"{Report.Thousands(load["accepted_per_second"]!.GetValue<double>()),9}/s  {node.Process.ResidentBytes >> 20,5} MB");
            rows.Add(new JsonObject
            {
                ["stored"] = goal,
                ["cpu_us_per_message"] = Math.Round(micros, 2),
                ["per_second"] = Math.Round(load["accepted_per_second"]!.GetValue<double>()),
                ["resident_mb"] = node.Process.ResidentBytes >> 20,
            });
        }

        return rows;
    }

    private static Task<JsonObject> RunAsync(Node node, string option, string value) => LoadRun.SmppAsync(Limit,
        "--server", $"127.0.0.1:{node.SmppPort}", "--accounts", "8", "--system-id", "acct####", "--password", "pw####",
        "--window", "250", option, value);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
