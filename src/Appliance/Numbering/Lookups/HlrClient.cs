using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Appliance.Operate;
using Appliance.Operate.Metrics;

namespace Appliance.Numbering.Lookups;

/// <summary>
/// An HLR provider over HTTP. What it said is kept for a while; a number that is being asked for is not asked for
/// twice; a provider that keeps failing is left alone for a while.
/// </summary>
public sealed class HlrClient : IDisposable
{
    /// <summary>A provider's answer is a few hundred octets.</summary>
    private const int LongestAnswer = 64 * 1024;

    /// <summary>Requests at a time; what comes on top goes on without.</summary>
    private const int MostAtATime = 64;

    private readonly HlrConfiguration _options;
    private readonly HttpClient _http;
    private readonly FindingCache _cache;
    private readonly Breaker _breaker;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task<HlrFinding?>> _underWay = [];
    private readonly SharedCounter _found;
    private readonly SharedCounter _unknown;
    private readonly SharedCounter _failed;
    private readonly SharedCounter _skipped;
    private readonly SharedCounter _cached;

    public HlrClient(HlrConfiguration options, MetricsRegistry registry, TimeProvider time)
    {
        _options = options;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = options.Timeout,
            MaxConnectionsPerServer = MostAtATime,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            Timeout = options.Timeout,
            MaxResponseContentBufferSize = LongestAnswer,
        };
        if (options.Key.Length > 0)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Key);
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        _cache = new FindingCache(options.CacheSize, options.CacheTtl, time);
        _breaker = new Breaker(time);
        (_found, _unknown, _failed) = (Counter("found"), Counter("unknown"), Counter("failed"));
        (_skipped, _cached) = (Counter("skipped"), Counter("cached"));
        registry.Gauge("sms_hlr_open", "1 while the HLR provider is left alone because it keeps failing.",
            () => _breaker.IsOpen ? 1 : 0);

        SharedCounter Counter(string outcome) => registry.SharedCounter("sms_hlr_requests_total",
            "Questions to the HLR provider by outcome: found, unknown (it knows no network), failed (no answer in "
            + "time, or a bad one), skipped (left alone), cached.", ("outcome", outcome));
    }

    /// <summary>Asks for a number's network.</summary>
    /// <param name="digits">International, without +.</param>
    /// <returns>Null where it is not known, or not to be learnt now.</returns>
    public async Task<HlrFinding?> AskAsync(string digits, CancellationToken stop)
    {
        if (_cache.TryGet(digits, out var known))
        {
            _cached.Add();
            return known;
        }

        Task<HlrFinding?>? request;
        lock (_lock)
        {
            if (!_underWay.TryGetValue(digits, out request))
            {
                if (_underWay.Count >= MostAtATime || !_breaker.TryEnter())
                {
                    _skipped.Add();
                    return null;
                }

                // Its own task, so that it is in the table before it can take itself out.
                request = Task.Run(() => RequestAsync(digits), CancellationToken.None);
                _underWay.Add(digits, request);
            }
        }

        return await request.WaitAsync(stop).ConfigureAwait(false);
    }

    /// <summary>How long a question may take.</summary>
    public TimeSpan Timeout => _options.Timeout;

    /// <summary>Whether messages to numbers of which nothing is kept make it be asked.</summary>
    public bool IsAskedByMessages => _options.Messages;

    /// <summary>What it said of a number lately; it is not asked.</summary>
    /// <param name="digits">International, without +.</param>
    /// <returns>False where it has said nothing.</returns>
    public bool TryPeek(ReadOnlySpan<char> digits, out HlrFinding? finding) => _cache.TryGet(digits, out finding);

    /// <summary>
    /// What it said of a number lately. Never waits for it: where it has said nothing and messages may make it be
    /// asked (numbers.hlr.messages), it is asked for the next one.
    /// </summary>
    /// <param name="digits">International, without +.</param>
    public bool TryRecall(ReadOnlySpan<char> digits, out HlrFinding? finding)
    {
        if (_cache.TryGet(digits, out finding))
        {
            _cached.Add();
            return true;
        }

        if (!_options.Messages) return false;
        var number = digits.ToString();
        ThreadPool.UnsafeQueueUserWorkItem(_ => _ = AskAsync(number, CancellationToken.None), null);
        return false;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Never throws: what goes wrong is counted, and is no finding.</summary>
    private async Task<HlrFinding?> RequestAsync(string digits)
    {
        try
        {
            var finding = await SendAsync(digits).ConfigureAwait(false);
            _breaker.Succeeded();
            _cache.Put(digits, finding);
            (finding is null ? _unknown : _found).Add();
            return finding;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or JsonException
            or IOException or InvalidOperationException)
        {
            _breaker.Failed();
            _failed.Add();
            return null;
        }
        finally
        {
            lock (_lock) _underWay.Remove(digits);
        }
    }

    private async Task<HlrFinding?> SendAsync(string digits)
    {
        var url = _options.Url.Replace(HlrConfiguration.NumberPlace, digits, StringComparison.Ordinal);
        using var answer = await _http.GetAsync(new Uri(url)).ConfigureAwait(false);
        // A provider that says so knows no such subscriber; anything else but a success is its failure.
        if (answer.StatusCode == HttpStatusCode.NotFound) return null;
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
        return HlrFinding.Read(body, _options.Fields);
    }
}
