using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Appliance.Tests.Numbering.Lookups;

/// <summary>An HLR provider on a loopback port that answers as the test says.</summary>
internal sealed class FakeProvider : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeProvider(WebApplication app) => _app = app;

    /// <summary>Status and body; may wait.</summary>
    internal Func<Task<(int Status, string Body)>> Answer { get; set; } = () => Task.FromResult((404, ""));

    /// <summary>Path and Authorization of what was asked.</summary>
    internal ConcurrentQueue<(string Path, string Key)> Asked { get; } = [];

    internal string Url { get; private set; } = "";

    internal static async Task<FakeProvider> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var provider = new FakeProvider(app);
        app.Run(provider.HandleAsync);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        provider.Url = address + "/v1/{number}/network";
        return provider;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        Asked.Enqueue((context.Request.Path.Value!, context.Request.Headers.Authorization.ToString()));
        var (status, body) = await Answer();
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(body);
    }
}
