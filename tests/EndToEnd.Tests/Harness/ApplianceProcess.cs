using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Xunit.Sdk;

namespace EndToEnd.Tests.Harness;

/// <summary>
/// The native binary on free ports with a folder of its own; can be killed and started again on its data.
/// </summary>
internal sealed class ApplianceProcess : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly HttpClient _admin;
    private ChildProcess? _process;

    private ApplianceProcess(Settings settings)
    {
        Settings = settings;
        if (settings.Data.Length == 0)
            settings.Data = _folder.File("data");
        File.WriteAllText(ConfigurationFile, settings.ToJson());
        Http = new HttpClient { BaseAddress = new Uri($"http://{settings.Http.Listen}") };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "demo-key");
        _admin = new HttpClient { BaseAddress = new Uri($"http://{settings.Admin.Listen}") };
    }

    public Settings Settings { get; }

    /// <summary>The API with the demo account's key.</summary>
    public HttpClient Http { get; }

    public int SmppPort => PortOf(Settings.Smpp.Listen);

    public string ConfigurationFile => _folder.File("appliance.json");

    public int ProcessId => _process!.Id;

    public static async Task<ApplianceProcess> StartAsync(Settings settings)
    {
        var appliance = new ApplianceProcess(settings);
        try
        {
            await appliance.StartAgainAsync();
            return appliance;
        }
        catch
        {
            await appliance.DisposeAsync();
            throw;
        }
    }

    /// <summary>Environment variables of the binary, from its next start on.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Writes the configuration; nothing runs yet.</summary>
    public static ApplianceProcess Prepare(Settings settings) => new(settings);

    /// <summary>Starts the binary; null when it is ready, else the exit code with which it ended.</summary>
    public async Task<int?> StartOrEndAsync()
    {
        _process = ChildProcess.Start("appliance", Repository.Binary, ["run", "--config", ConfigurationFile],
            _folder.Path, environment: Environment);
        await Until.True("it is ready or has ended", async () =>
        {
            try
            {
                return _process.HasExited || await IsReadyAsync();
            }
            catch (XunitException) when (_process.HasExited)
            {
                return true;
            }
        });
        if (!_process.HasExited)
            return null;
        await _process.ExitedAsync();
        return _process.ExitCode;
    }

    public Task<HttpResponseMessage> AdminGetAsync(string path) => _admin.GetAsync(path);

    public Task<HttpResponseMessage> AdminPostAsync(string path) => _admin.PostAsync(path, null);

    /// <summary>Runs another command of the binary with this configuration.</summary>
    public Task<(int ExitCode, string Output)> CommandAsync(params string[] words) =>
        ChildProcess.RunAsync(Repository.Binary, [.. words, "--config", ConfigurationFile]);

    /// <summary>Starts the binary and waits until it ends by itself.</summary>
    public async Task<(int ExitCode, string Output)> StartInVainAsync()
    {
        _process = ChildProcess.Start("appliance", Repository.Binary, ["run", "--config", ConfigurationFile],
            _folder.Path, environment: Environment);
        await _process.ExitedAsync();
        return (_process.ExitCode, _process.Output());
    }

    public Task<bool> IsRunningAsync() => _process is { HasExited: false } ? IsReadyAsync() : Task.FromResult(false);

    /// <summary>Waits until it ends by itself, and gives its exit code.</summary>
    public async Task<int> ExitedAsync(TimeSpan? within = null)
    {
        await _process!.ExitedAsync(within);
        return _process.ExitCode;
    }

    public async Task<JsonNode> AdminAsync(string path) => JsonNode.Parse(await _admin.GetStringAsync(path))!;

    /// <summary>Starts the binary on the data that is there and waits until it says it is ready.</summary>
    public async Task StartAgainAsync()
    {
        if (!File.Exists(Repository.Binary))
            throw new XunitException($"{Repository.Binary} is missing: make build");
        _process = ChildProcess.Start(
            "appliance", Repository.Binary, ["run", "--config", ConfigurationFile], _folder.Path,
            environment: Environment);
        await Until.True($"ready; it said:\n{_process.Output()}", IsReadyAsync);
    }

    /// <summary>Starts the binary on the data that is there and waits until its admin listener answers.</summary>
    public async Task StartUnreadyAsync()
    {
        _process = ChildProcess.Start(
            "appliance", Repository.Binary, ["run", "--config", ConfigurationFile], _folder.Path,
            environment: Environment);
        await Until.True($"it listens; it said:\n{_process.Output()}", async () => await UnreadyAsync() is not null);
    }

    /// <summary>What /readyz says; null where nobody answers.</summary>
    public async Task<string?> UnreadyAsync()
    {
        try
        {
            using var answer = await _admin.GetAsync("/readyz");
            return await answer.Content.ReadAsStringAsync();
        }
        catch (Exception e) when (e is HttpRequestException or System.Net.Sockets.SocketException)
        {
            return null;
        }
    }

    /// <summary>kill -9.</summary>
    public void Kill() => _process!.Kill();

    /// <summary>SIGTERM, and its exit code.</summary>
    public async Task<int> StopAsync()
    {
        _process!.Terminate();
        await _process.ExitedAsync();
        return _process.ExitCode;
    }

    /// <summary>All it has logged since its last start.</summary>
    public string Log() => _process!.Output();

    public async Task<Metrics> MetricsAsync() => Metrics.Parse(await MetricsTextAsync());

    public Task<string> MetricsTextAsync() => _admin.GetStringAsync("/metrics");

    /// <summary>POST /api/v1/messages; fails unless it is taken.</summary>
    public async Task<string> PostAsync(string from, string to, string body)
    {
        using var answer = await Http.PostAsJsonAsync("/api/v1/messages", new { from, to, body });
        var text = await answer.Content.ReadAsStringAsync();
        if (answer.StatusCode != HttpStatusCode.Accepted)
            throw new XunitException($"POST answered {(int)answer.StatusCode}: {text}");
        return (string)JsonNode.Parse(text)!["message_id"]!;
    }

    /// <summary>POST /api/v1/messages; the id where it is taken, and the status in any case.</summary>
    public async Task<(HttpStatusCode Status, string? Id)> TryPostAsync(
        string from, string to, string body, CancellationToken stop)
    {
        using var answer = await Http.PostAsJsonAsync("/api/v1/messages", new { from, to, body }, stop);
        if (answer.StatusCode != HttpStatusCode.Accepted)
            return (answer.StatusCode, null);
        var text = await answer.Content.ReadAsStringAsync(stop);
        return (answer.StatusCode, (string)JsonNode.Parse(text)!["message_id"]!);
    }

    /// <summary>Starts the binary on the data that is there; false if it ended before it was ready.</summary>
    public async Task<bool> TryStartAgainAsync()
    {
        _process = ChildProcess.Start(
            "appliance", Repository.Binary, ["run", "--config", ConfigurationFile], _folder.Path,
            environment: Environment);
        var ready = false;
        await Until.True("ready or ended", async () => _process.HasExited || (ready = await AnswersReadyAsync()));
        return ready;
    }

    /// <summary>Whether it has ended, by itself or not.</summary>
    public bool HasExited => _process!.HasExited;

    /// <summary>The record of a message, or null where the appliance does not know it.</summary>
    public async Task<JsonObject?> MessageAsync(string id)
    {
        using var answer = await Http.GetAsync($"/api/v1/messages/{id}");
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonObject>();
    }

    /// <summary>The messages of all pages, in their order.</summary>
    /// <param name="parameters">Such as limit=10&amp;status=failed.</param>
    public async IAsyncEnumerable<JsonObject> MessagesAsync(string parameters)
    {
        var cursor = "";
        do
        {
            var page = (await Http.GetFromJsonAsync<JsonObject>($"/api/v1/messages?{parameters}{cursor}"))!;
            foreach (var one in page["messages"]!.AsArray()) yield return one!.AsObject();
            cursor = page["next"] is { } next ? $"&cursor={(string)next!}" : "";
        }
        while (cursor.Length > 0);
    }

    public async Task<JsonObject> MessageInStatusAsync(string id, string status, TimeSpan? within = null)
    {
        JsonObject? last = null;
        try
        {
            await Until.True("", async () => (string?)(last = await MessageAsync(id))?["status"] == status, within);
        }
        catch (XunitException)
        {
            throw new XunitException($"{id} did not become {status}: {last?.ToJsonString() ?? "not known"}");
        }
        return last!;
    }

    /// <summary>Waits until that many sessions to carriers (all, or one carrier's) are bound.</summary>
    public Task CarriersBoundAsync(int sessions, JsonPeer smsc) =>
        Until.True($"{sessions} sessions bound at the carrier; the appliance said:\n{Log()}",
            () => smsc.Events("bind").Count - smsc.Events("close").Count(e => e["system_id"] is not null) >= sessions);

    public async ValueTask DisposeAsync()
    {
        _process?.Dispose();
        Http.Dispose();
        _admin.Dispose();
        await Task.Run(_folder.Dispose);
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_process!.HasExited)
            throw new XunitException($"The appliance ended with {_process.ExitCode}:\n{_process.Output()}");
        return await AnswersReadyAsync();
    }

    private async Task<bool> AnswersReadyAsync()
    {
        try
        {
            using var answer = await _admin.GetAsync("/readyz");
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static int PortOf(string listen) => int.Parse(listen[(listen.LastIndexOf(':') + 1)..]);
}
