using System.Globalization;
using System.Text.Json.Nodes;

namespace Rig;

/// <summary>The simulator as the carrier of a measurement, and its counts.</summary>
public sealed class SimulatedSmsc : IDisposable
{
    private readonly HttpClient _control;
    private readonly Part _part;

    private SimulatedSmsc(int port, int control, IEnumerable<string> more)
    {
        Port = port;
        _control = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{control}") };
        _part = new Part("simulate smsc", Place.Binary,
            ["simulate", "smsc", "--listen", $"127.0.0.1:{port}", "--control", $"127.0.0.1:{control}", .. more]);
    }

    public int Port { get; }

    public Part Process => _part;

    /// <param name="more">Options of `appliance simulate smsc` (docs/simulator.md).</param>
    public static Task<SimulatedSmsc> StartAsync(params string[] more) => StartAsync(Place.FreePort(), more);

    public static async Task<SimulatedSmsc> StartAsync(int port, params string[] more)
    {
        var smsc = new SimulatedSmsc(port, Place.FreePort(), more);
        await smsc._part.UntilAsync("its control address answers", async () => await smsc.CountsAsync() is not null);
        return smsc;
    }

    public async Task<Counts> CountsAsync()
    {
        var stats = JsonNode.Parse(await _control.GetStringAsync("/stats"))!;
        return new Counts(Number(stats, "sessions"), Number(stats, "accepted"), Number(stats, "receipts_accepted"));
    }

    public void Dispose()
    {
        _part.Dispose();
        _control.Dispose();
    }

    private static long Number(JsonNode stats, string name) => Convert.ToInt64((double)stats[name]!, CultureInfo.InvariantCulture);

    /// <param name="Accepted">submit_sm it took.</param>
    /// <param name="Receipts">Receipts that were confirmed to it.</param>
    public sealed record Counts(long Sessions, long Accepted, long Receipts);
}
