using System.Text.Json.Nodes;

namespace EndToEnd.Tests.Harness;

/// <summary>The appliance with carriers of its own simulator, each a process, and routes as in the configuration.
/// </summary>
internal sealed class RoutedLine : IAsyncDisposable
{
    private readonly List<ChildProcess> _senders = [];

    private RoutedLine(IReadOnlyList<SimulatedCarrier> carriers, ApplianceProcess appliance)
    {
        Carriers = carriers;
        Appliance = appliance;
    }

    public IReadOnlyList<SimulatedCarrier> Carriers { get; }

    public SimulatedCarrier Alpha => Carriers[0];

    public SimulatedCarrier Beta => Carriers[1];

    public ApplianceProcess Appliance { get; }

    /// <param name="more">Members of the configuration, such as routes, as JSON.</param>
    public static async Task<RoutedLine> StartAsync(string more, params string[] carriers)
    {
        var started = new List<SimulatedCarrier>();
        try
        {
            foreach (var name in carriers) started.Add(await SimulatedCarrier.StartAsync(name));
            var line = new RoutedLine(started, await ApplianceProcess.StartAsync(new Settings
            {
                Carriers = [.. started.Select(carrier => new Settings.Carrier(carrier.Name, carrier.Port))],
                More = JsonNode.Parse(more)!.AsObject(),
            }));
            await line.BoundAsync();
            return line;
        }
        catch
        {
            started.ForEach(carrier => carrier.Dispose());
            throw;
        }
    }

    public Task BoundAsync() => Until.True("all carriers are bound", async () =>
        (await Appliance.MetricsAsync()).Sum("sms_sessions", "side=\"carrier\"", "state=\"bound\"")
            == Carriers.Count * 2);

    /// <summary>Sends by SMPP in the background; disposing the line ends it.</summary>
    public ChildProcess Send(int rate, string to = "4477########", int count = 0)
    {
        var sender = ChildProcess.Start("esme", Repository.Binary,
            [
                "simulate", "esme", "--server", $"127.0.0.1:{Appliance.SmppPort}", "--to", to, "--body", "hello",
                "--window", "200", "--quiet", "--rate", $"{rate}", "--count", $"{count}",
            ]);
        _senders.Add(sender);
        return sender;
    }

    public void StopSending()
    {
        _senders.ForEach(sender => sender.Dispose());
        _senders.Clear();
    }

    /// <summary>Messages that the appliance has seen come to a state.</summary>
    public async Task<double> InStateAsync(string state) =>
        (await Appliance.MetricsAsync()).Sum("sms_messages_total", $"state=\"{state}\"");

    public async ValueTask DisposeAsync()
    {
        StopSending();
        await Appliance.DisposeAsync();
        foreach (var carrier in Carriers) carrier.Dispose();
    }
}
