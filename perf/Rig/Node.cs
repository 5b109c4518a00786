using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Rig;

/// <summary>The appliance under measurement, on a fresh data folder.</summary>
public sealed class Node : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateDirectory(
        Path.Combine(Place.Root, "artifacts", "perf", $"node-{Guid.NewGuid():n}"));
    private readonly HttpClient _admin;
    private readonly string _file;
    private Part _part;

    private Node(int smscPort, Shape shape)
    {
        HttpPort = Place.FreePort();
        SmppPort = Place.FreePort();
        var admin = Place.FreePort();
        _file = Path.Combine(_folder.FullName, "appliance.json");
        File.WriteAllText(_file, Configuration(admin, smscPort, shape));
        if (shape.Ported > 0) PortedImport.Run(_folder.FullName, shape.Ported);
        _admin = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{admin}") };
        _part = new Part("appliance", Place.Binary, ["run", "--config", _file]);
    }

    public int HttpPort { get; }

    public int SmppPort { get; }

    public Part Process => _part;

    public static async Task<Node> StartAsync(SimulatedSmsc smsc, Shape? shape = null)
    {
        shape ??= Shape.Plain;
        var node = new Node(smsc.Port, shape);
        await node._part.UntilAsync("ready", async () =>
        {
            using var answer = await node._admin.GetAsync("/readyz");
            return answer.IsSuccessStatusCode;
        });
        await node._part.UntilAsync("bound to its carriers",
            async () => (await smsc.CountsAsync()).Sessions >= shape.CarrierSessions);
        return node;
    }

    /// <summary>Starts it on its own, with a carrier that is not there.</summary>
    public static async Task<Node> StartAsync(int smscPort)
    {
        var node = new Node(smscPort, Shape.Plain);
        await node.ReadyAsync();
        return node;
    }

    /// <summary>kill -9, and a start on what is on the disk.</summary>
    /// <returns>From the start of the process until it says it is ready.</returns>
    public async Task<TimeSpan> KillAndStartAsync()
    {
        _part.Dispose();
        var clock = Stopwatch.StartNew();
        _part = new Part("appliance", Place.Binary, ["run", "--config", _file]);
        await ReadyAsync();
        return clock.Elapsed;
    }

    /// <summary>Runs another command of the binary with its configuration, such as <c>ctl charges</c>.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> CommandAsync(TimeSpan limit, params string[] words)
    {
        var clock = Stopwatch.StartNew();
        using var command = new Part(string.Join(' ', words), Place.Binary, [.. words, "--config", _file]);
        await command.EndAsync(limit, 0);
        return clock.Elapsed;
    }

    /// <summary>The sum of a metric's samples.</summary>
    public async Task<double> MetricAsync(string name)
    {
        var text = await _admin.GetStringAsync("/metrics");
        return text.Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is (' ' or '{'))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    private Task ReadyAsync() => _part.UntilAsync("ready", async () =>
    {
        using var answer = await _admin.GetAsync("/readyz");
        return answer.IsSuccessStatusCode;
    }, TimeSpan.FromMinutes(5));

    public void Dispose()
    {
        _part.Dispose();
        _admin.Dispose();
        _folder.Delete(recursive: true);
    }

    private string Configuration(int admin, int smscPort, Shape shape) => JsonSerializer.Serialize(new
    {
        data = Path.Combine(_folder.FullName, "data"),
        http = new { listen = $"127.0.0.1:{HttpPort}" },
        admin = new { listen = $"127.0.0.1:{admin}" },
        smpp = new { listen = $"127.0.0.1:{SmppPort}" },
        // Room for what comes within a sync at 100,000 messages a second: submissions, responses and receipts.
        ring = new { slots = 65_536 },
        accounts = shape.AccountSections(),
        carriers = shape.CarrierSections(smscPort),
        routes = shape.RouteSections(),
    });
}
