using Appliance.Ingress.Http;
using Appliance.Operate;
using Appliance.Operate.Http;
using Appliance.Operate.Metrics;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Console;

namespace Appliance;

/// <summary>The running appliance: Kestrel with its two ports and the SMPP port around the pipeline.</summary>
internal sealed class ApplianceHost : IAsyncDisposable
{
    /// <summary>A ring that has not moved for so long is not alive; ticks move it a hundred times a second.</summary>
    private const long StalledAfterMs = 10_000;

    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(3);

    private readonly WebApplication _app;
    private readonly Pipeline _pipeline;
    private long _progress;
    private long _progressAt = Environment.TickCount64;

    private ApplianceHost(WebApplication app, Pipeline pipeline)
    {
        _app = app;
        _pipeline = pipeline;
    }

    /// <summary>Recovers, then listens.</summary>
    public static async Task<ApplianceHost> StartAsync(Configuration configuration)
    {
        var metrics = new SmsMetrics(new MetricsRegistry());
        using var loggers = LoggerFactory.Create(ConfigureLogging);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        ConfigureLogging(builder.Logging);
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTime);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, configuration));
        var app = builder.Build();
        var pipeline = new Pipeline(configuration, metrics, app.Services.GetRequiredService<ILoggerFactory>());
        var host = new ApplianceHost(app, pipeline);
        host.Map(metrics);
        pipeline.Start();
        // What only the start needed (the configuration, its routes as they were read) goes back to the system.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        await app.StartAsync().ConfigureAwait(false);
        pipeline.EsmeServer.Start(configuration.Smpp.Listen);
        Log.Ready(app.Logger, configuration.Http.Listen.ToString(), configuration.Smpp.Listen.ToString(),
            configuration.Admin.Listen.ToString(), configuration.Data);
        return host;
    }

    /// <summary>Runs until the process is told to end.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        var stop = new TaskCompletionSource();
        using var term = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGTERM, Stop);
        using var interrupt = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGINT, Stop);
        using var hangUp = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGHUP, Reload);
        // A signal that came while it was starting.
        using var early = cancellation.Register(() => stop.TrySetResult());
        await stop.Task.ConfigureAwait(false);

        void Reload(System.Runtime.InteropServices.PosixSignalContext signal)
        {
            signal.Cancel = true;
            if (_pipeline.TableChanges is not { } tables) return;
            _ = Task.Run(() => Tell(tables.Reload("SIGHUP")), CancellationToken.None);
        }

        void Stop(System.Runtime.InteropServices.PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Refuse first, so that what is on its way still gets its answer while the ports are open.
        _pipeline.Esme.Draining = true;
        await Task.WhenAll(_app.StopAsync(), _pipeline.EsmeServer.StopAsync(StopTime)).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        await _pipeline.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>What nobody is there to be told is logged.</summary>
    private void Tell(TableChange change)
    {
        if (change.Errors.Count > 0) Log.TablesRefused(_pipeline.Logger, string.Join("; ", change.Errors));
        if (change.NeedsRestart.Count > 0)
            Log.RestartNeeded(_pipeline.Logger, string.Join(", ", change.NeedsRestart));
    }

    private static void ConfigureLogging(ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // It logs nothing that HttpFaults doesn't, and as long as it might, each request gets an Activity.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
    }

    private static void Listen(KestrelServerOptions kestrel, Configuration configuration)
    {
        HttpIngress.SetLimits(kestrel);
        kestrel.Listen(configuration.Http.Listen, listen => listen.Protocols = HttpProtocols.Http1);
        kestrel.Listen(configuration.Admin.Listen, listen => listen.Protocols = HttpProtocols.Http1);
    }

    private void Map(SmsMetrics metrics)
    {
        var health = new Health();
        health.AddLiveness("ring", RingMoves);
        health.AddReadiness("journal", () => _pipeline.Failure?.Message);
        health.AddReadiness("disk", _pipeline.Storage.Disk.Complaint);
        health.AddReadiness("clock", _pipeline.ClockGuard.Complaint);
        health.AddReadiness("draining", () => _pipeline.Esme.Draining ? "the appliance is going down" : null);
        var api = new PipelineAdmin(_pipeline, health).Build();
        var adminPort = _pipeline.Configuration.Admin.Listen.Port;
        _app.MapWhen(context => context.Connection.LocalPort == adminPort,
            branch => AdminEndpoints.Map(branch, metrics.Registry, health, api));
        var messages = new PipelineMessages(_pipeline);
        _pipeline.Esme.Messages = messages;
        var admission = new Admission(_pipeline, messages);
        _pipeline.Inbound = new PipelineInbound(_pipeline, admission);
        HttpIngress.Map(_app, admission, _pipeline.OptOuts, metrics);
    }

    private string? RingMoves()
    {
        var progress = _pipeline.Progress;
        var now = Environment.TickCount64;
        if (progress != Interlocked.Exchange(ref _progress, progress)) Volatile.Write(ref _progressAt, now);
        var still = now - Volatile.Read(ref _progressAt);
        return still > StalledAfterMs ? $"the ring has not moved for {still / 1000} s" : null;
    }
}
