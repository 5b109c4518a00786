using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace EndToEnd.Tests.Harness;

/// <summary>A carrier: the binary's own simulator, with faults that change while it runs.</summary>
internal sealed class SimulatedCarrier : IDisposable
{
    private readonly ChildProcess _process;
    private readonly HttpClient _control;

    private SimulatedCarrier(string name, int port, int control, string[] options)
    {
        Name = name;
        Port = port;
        _process = ChildProcess.Start("smsc " + name, Repository.Binary,
            [
                "simulate", "smsc", "--listen", $"127.0.0.1:{port}", "--control", $"127.0.0.1:{control}",
                "--receipt-delay", "100ms", .. options,
            ]);
        _control = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{control}") };
    }

    public string Name { get; }

    public int Port { get; }

    public static async Task<SimulatedCarrier> StartAsync(string name, params string[] options)
    {
        var carrier = new SimulatedCarrier(name, Ports.Free(), Ports.Free(), options);
        await Until.True($"{name} listens", carrier.AnswersAsync);
        return carrier;
    }

    /// <summary>Messages that it was sent, whatever it answered.</summary>
    public async Task<long> SubmitsAsync() => (long)(await StatsAsync())["submits"]!;

    public async Task<JsonNode> StatsAsync() => JsonNode.Parse(await _control.GetStringAsync("/stats"))!;

    /// <summary>Changes settings, such as ("errors", "ESME_RSYSERR=100%").</summary>
    public async Task FaultAsync(params (string Name, string Value)[] settings)
    {
        var faults = new JsonObject();
        foreach (var (name, value) in settings) faults[name] = value;
        using var answer = await _control.PostAsJsonAsync("/faults", faults);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Ends all of its connections.</summary>
    public async Task DropAsync()
    {
        using var answer = await _control.PostAsync("/drop", null);
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose()
    {
        _process.Dispose();
        _control.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await StatsAsync();
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
