using System.Text.Json.Nodes;
using Xunit;

namespace EndToEnd.Tests.Harness;

/// <summary>
/// The appliance with a foreign SMSC (npm's smpp) behind it; every carrier of the settings is that process.
/// </summary>
internal sealed class Line : IAsyncDisposable
{
    private Line(JsonPeer smsc, ApplianceProcess appliance, int smscPort)
    {
        Smsc = smsc;
        Appliance = appliance;
        SmscPort = smscPort;
    }

    public JsonPeer Smsc { get; }

    public ApplianceProcess Appliance { get; }

    public int SmscPort { get; }

    /// <summary>Starts both and waits until every session of every carrier is bound.</summary>
    /// <param name="settings">From the SMSC's port.</param>
    /// <param name="behaviours">By system_id, as peers/smsc.js describes them.</param>
    public static async Task<Line> StartAsync(Func<int, Settings> settings, object? behaviours = null)
    {
        var port = Ports.Free();
        var smsc = JsonPeer.NpmSmsc(port, behaviours);
        try
        {
            await smsc.EventAsync("listening");
            var line = new Line(smsc, await ApplianceProcess.StartAsync(settings(port)), port);
            await line.BoundAsync();
            return line;
        }
        catch
        {
            smsc.Dispose();
            throw;
        }
    }

    /// <summary>One carrier named alpha that takes everything.</summary>
    public static Task<Line> StartAsync(object? behaviour = null) => StartAsync(Simple, new { alpha = behaviour ?? new { } });

    public static Settings Simple(int port) => new()
    {
        Carriers = [new("alpha", port)],
        Routes = [new("", "alpha")],
    };

    public Task BoundAsync() =>
        Appliance.CarriersBoundAsync(Appliance.Settings.Carriers.Sum(carrier => carrier.Sessions), Smsc);

    /// <summary>The submit_sm the carrier got with that text.</summary>
    public Task<JsonObject> SubmittedAsync(string text) =>
        Smsc.EventAsync("submit", submit => (string?)submit["text"] == text);

    public async ValueTask DisposeAsync()
    {
        await Appliance.DisposeAsync();
        Smsc.Dispose();
    }
}

/// <summary>A <see cref="Line"/> for the tests of a class.</summary>
public abstract class LineFixture : IAsyncLifetime
{
    internal Line Line { get; private set; } = null!;

    public async Task InitializeAsync() => Line = await StartAsync();

    public async Task DisposeAsync()
    {
        if (Line is not null)
            await Line.DisposeAsync();
    }

    private protected abstract Task<Line> StartAsync();
}

/// <summary>One carrier that takes everything and sends a receipt at once.</summary>
public sealed class SimpleLine : LineFixture
{
    private protected override Task<Line> StartAsync() => Line.StartAsync();
}
