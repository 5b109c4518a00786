using System.Globalization;
using System.Text.Json.Nodes;
using Rig;

namespace Load;

/// <summary>Charge records of messages that have ended: how fast a file of them is written.</summary>
internal static class Charges
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    public static async Task<JsonObject> TakeAsync(int messages)
    {
        using var smsc = await SimulatedSmsc.StartAsync("--receipt-delay", "10ms");
        using var node = await Node.StartAsync(smsc);
        await LoadRun.SmppAsync(Limit, "--server", $"127.0.0.1:{node.SmppPort}", "--sessions", "8", "--window", "250",
            "--count", messages.ToString(CultureInfo.InvariantCulture));
        var file = Path.Combine(Place.Root, "artifacts", "perf", $"charges-{Guid.NewGuid():n}.csv");
        try
        {
            var time = await node.CommandAsync(Limit, "ctl", "charges", "--out", file);
            var lines = File.ReadLines(file).Count() - 1;
            if (lines != messages) throw new InvalidOperationException($"{lines} lines of {messages} messages");
            var result = new JsonObject
            {
                ["messages"] = messages,
                ["seconds"] = Math.Round(time.TotalSeconds, 1),
                ["lines_per_second"] = Math.Round(messages / time.TotalSeconds),
                ["mb"] = new FileInfo(file).Length >> 20,
            };
            foreach (var (name, value) in result) Console.WriteLine($"  {name,-20} {value}");
            return result;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
