using Appliance.Operate.Metrics;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Appliance.Ingress.Http;

/// <summary>The HTTP API as a whole: what its host calls.</summary>
public static class HttpIngress
{
    private const int MaxConnections = 10_000;

    /// <summary>Bounds what a client may cost; for the whole Kestrel server.</summary>
    public static void SetLimits(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        var limits = options.Limits;
        limits.MaxRequestBodySize = SubmitEndpoint.MaxBody;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MaxConcurrentConnections = MaxConnections;
    }

    /// <summary>Adds a terminal middleware that answers every request.</summary>
    public static void Map(IApplicationBuilder app, IAdmission admission, IOptOuts optOuts, SmsMetrics metrics)
    {
        var loggers = app.ApplicationServices.GetRequiredService<ILoggerFactory>();
        var counters = new HttpMetrics(metrics);
        var faults = new HttpFaults(counters, loggers.CreateLogger("Appliance.Http"));
        app.Run(new HttpApi(admission, optOuts, counters, faults).HandleAsync);
    }
}
