using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Appliance.Operate;
using Appliance.Operate.Http;
using Appliance.Operate.Storage;

namespace Appliance.Commands;

/// <summary>Why a running appliance did not do as it was asked; the message is for the operator.</summary>
internal sealed class AdminException(string message) : Exception(message);

/// <summary>Asks a running appliance over its admin listener.</summary>
internal sealed class AdminClient : IDisposable
{
    /// <summary>Environment variable with the key, so that it stands in no process list.</summary>
    public const string KeyVariable = "APPLIANCE_ADMIN_KEY";

    /// <summary>Between two lines of an answer that comes in lines.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;

    private AdminClient(IPEndPoint endPoint, TimeSpan timeout)
    {
        _http = new HttpClient { BaseAddress = new Uri($"http://{Reachable(endPoint)}"), Timeout = timeout };
        if (Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <param name="more">What the appliance itself may have to wait for somebody else.</param>
    public static AdminClient For(Configuration configuration, TimeSpan more = default) =>
        new(configuration.Admin.Listen, TimeSpan.FromSeconds(30) + more);

    /// <summary>Whether something answers there as an appliance does.</summary>
    public async Task<bool> IsRunningAsync()
    {
        try
        {
            using var answer = await _http.GetAsync("/healthz");
            return answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>
    /// Makes sure that what answers is the appliance of this configuration: a port says nothing of whose it is.
    /// </summary>
    /// <exception cref="AdminException">It is another one, or none.</exception>
    public async Task RequireAsync(Configuration configuration)
    {
        var status = await GetAsync("status", AdminJson.Default.StatusDocument);
        var data = BackupTarget.Resolve(configuration.Data);
        // A relative folder is the appliance's working directory's, which need not be ours.
        var same = Path.IsPathRooted(configuration.Data) || Directory.Exists(data)
            ? BackupTarget.Resolve(status.Data) == data : true;
        if (status.Node == configuration.Node && same) return;
        throw new AdminException($"On {_http.BaseAddress} answers node {status.Node} with its data in {status.Data}, "
            + $"but the configuration says node {configuration.Node} with data in {data}. Does --config name the "
            + "configuration it runs with?");
    }

    /// <summary>GET /admin/v1/<paramref name="call"/>.</summary>
    /// <exception cref="AdminException">It is not there, or refuses.</exception>
    public Task<T> GetAsync<T>(string call, JsonTypeInfo<T> type) => SendAsync(HttpMethod.Get, call, null, type);

    /// <summary>The same as text.</summary>
    public async Task<string> GetTextAsync(string call)
    {
        using var answer = await SendAsync(HttpMethod.Get, call, null);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>A page of charge records.</summary>
    /// <returns>The lines, and where the next page begins; null where that was the last.</returns>
    public async Task<(byte[] Lines, ulong? Next)> GetChargesAsync(string call)
    {
        using var answer = await SendAsync(HttpMethod.Get, call, null);
        var lines = await answer.Content.ReadAsByteArrayAsync();
        if (answer.Headers.GetValues(ChargePages.More).First() != "true") return (lines, null);
        return (lines, ulong.Parse(answer.Headers.GetValues(ChargePages.Next).First(), CultureInfo.InvariantCulture));
    }

    /// <summary>POST /admin/v1/<paramref name="call"/> with a document.</summary>
    /// <exception cref="AdminException">It is not there, or refuses.</exception>
    public Task<TAnswer> PostAsync<T, TAnswer>(
        string call, T document, JsonTypeInfo<T> type, JsonTypeInfo<TAnswer> answer) =>
        SendAsync(HttpMethod.Post, call, JsonContent.Create(document, type), answer);

    /// <summary>POST with a document that is answered with lines of JSON, as they come: the whole may take long.
    /// </summary>
    /// <param name="tell">Called with each line.</param>
    /// <exception cref="AdminException">It is not there, refuses, or falls silent.</exception>
    public async Task StreamAsync<T, TLine>(string call, T document, JsonTypeInfo<T> type, JsonTypeInfo<TLine> lineType,
        Action<TLine> tell, CancellationToken stop)
    {
        using var answer = await SendAsync(
            HttpMethod.Post, call, JsonContent.Create(document, type), HttpCompletionOption.ResponseHeadersRead, stop);
        try
        {
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(stop));
            while (await reader.ReadLineAsync(stop).AsTask().WaitAsync(LongestSilence, stop) is { } line)
                tell(JsonSerializer.Deserialize(line, lineType)
                    ?? throw new AdminException($"{_http.BaseAddress} answered an empty line to {call}."));
        }
        catch (Exception error) when (error is HttpRequestException or IOException or TimeoutException or JsonException)
        {
            throw new AdminException($"{_http.BaseAddress} has stopped in the middle of its answer ({error.Message}).");
        }
    }

    /// <summary>POST without a document.</summary>
    public Task<T> PostAsync<T>(string call, JsonTypeInfo<T> answer) => SendAsync(HttpMethod.Post, call, null, answer);

    /// <summary>DELETE /admin/v1/<paramref name="call"/>.</summary>
    public Task<T> DeleteAsync<T>(string call, JsonTypeInfo<T> answer) =>
        SendAsync(HttpMethod.Delete, call, null, answer);

    public void Dispose() => _http.Dispose();

    private async Task<T> SendAsync<T>(HttpMethod method, string call, HttpContent? content, JsonTypeInfo<T> type)
    {
        using var answer = await SendAsync(method, call, content);
        return await answer.Content.ReadFromJsonAsync(type)
            ?? throw new AdminException($"{_http.BaseAddress} answered nothing to {call}.");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string call, HttpContent? content,
        HttpCompletionOption until = HttpCompletionOption.ResponseContentRead, CancellationToken stop = default)
    {
        using var request = new HttpRequestMessage(method, AdminApi.Base + call) { Content = content };
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(request, until, stop);
        }
        catch (Exception error) when (error is HttpRequestException
            || (error is TaskCanceledException && !stop.IsCancellationRequested))
        {
            throw new AdminException($"No appliance answers on {_http.BaseAddress} ({error.Message}). "
                + "Does it run, and does --config name its configuration?");
        }

        if (answer.IsSuccessStatusCode) return answer;
        using (answer) throw new AdminException(await WhyAsync(answer));
    }

    private static async Task<string> WhyAsync(HttpResponseMessage answer)
    {
        if (answer.StatusCode == HttpStatusCode.Unauthorized)
            return $"The appliance asks for its admin key: set {KeyVariable} to it.";
        try
        {
            var problem = await answer.Content.ReadFromJsonAsync(AdminJson.Default.ProblemDocument);
            var members = problem?.Errors?.Select(error => $"{error.Field}: {error.Detail}") ?? [];
            var what = problem?.Detail ?? problem?.Title ?? $"status {(int)answer.StatusCode}";
            return string.Join("; ", [what, .. members]);
        }
        catch (JsonException)
        {
            return $"The appliance answered with status {(int)answer.StatusCode}.";
        }
    }

    /// <summary>A listener on all addresses is reached on this machine.</summary>
    private static IPEndPoint Reachable(IPEndPoint endPoint) =>
        endPoint.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, endPoint.Port)
        : endPoint.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, endPoint.Port)
        : endPoint;
}

/// <summary>What commands about an appliance have in common: --config, and one line for what goes wrong.</summary>
internal static class AdminOptions
{
    public static Option<string> Config() => new("--config", "-c")
    {
        Description = "The appliance's configuration file",
        Required = true,
    };

    /// <summary>Runs with a good configuration; exit code 1 and the errors for a bad one.</summary>
    public static async Task<int> WithAsync(string path, Func<Configuration, Task<int>> action)
    {
        var result = Configuration.Load(path);
        if (result.Configuration is not { } configuration)
        {
            foreach (var error in result.Errors) await Console.Error.WriteLineAsync(error.ToString());
            return ExitCode.Failed;
        }

        return await GuardAsync(() => action(configuration));
    }

    /// <summary>Turns what may go wrong into one line and its exit code.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (Store.StoreException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return ExitCode.Of(error.Fault);
        }
        catch (Exception error) when (error is AdminException or IOException or UnauthorizedAccessException
            or FormatException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return ExitCode.Failed;
        }
    }
}
