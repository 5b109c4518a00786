using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Appliance.Load;
using Appliance.Load.Http;
using Appliance.Peers.Sending;
using Appliance.Peers.Spec;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Appliance.Tests.Load;

/// <summary>The HTTP load against Kestrel.</summary>
public sealed class HttpLoadTests : IAsyncLifetime
{
    private readonly ConcurrentBag<JsonElement> _messages = [];
    private readonly ConcurrentBag<string> _queries = [];
    private readonly ConcurrentDictionary<string, int> _keys = new();
    private readonly WebApplication _server;
    private int _requests;

    public HttpLoadTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.MapPost("/api/v1/messages", (Delegate)PostAsync);
        _server.MapGet("/send", (HttpContext context) =>
        {
            _queries.Add(context.Request.QueryString.Value!);
            return Results.Text("0: Accepted for delivery", statusCode: 202);
        });
    }

    public Task InitializeAsync() => _server.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Every_post_is_a_message_of_its_own()
    {
        var result = await RunAsync(Plan() with { Count = 500, Keys = ["key-0", "key-1"] });
        Assert.Equal((500, 500, 0), (result.Sent, result.Accepted, result.Refused));
        Assert.Equal(500, result.Acknowledgement.Count);
        Assert.Equal(500, _messages.Select(message => message.GetProperty("to").GetString()).Distinct().Count());
        Assert.Equal(500, _messages.Select(message => message.GetProperty("body").GetString()).Distinct().Count());
        Assert.All(_messages, message => Assert.Equal(160, message.GetProperty("body").GetString()!.Length));
        Assert.All(_messages, message => Assert.Matches(@"^\+2637\d{8}$", message.GetProperty("to").GetString()!));
        Assert.Equal(["Bearer key-0", "Bearer key-1"], _keys.Keys.Order());
    }

    [Fact]
    public async Task A_batch_is_a_list_and_counts_what_its_results_accept()
    {
        var result = await RunAsync(Plan() with { Count = 1_000, Batch = 10 });
        Assert.Equal((1_000, 1_000), (result.Sent, result.Accepted));
        Assert.Equal(100, _requests);
        Assert.Equal(1_000, _messages.Select(message => message.GetProperty("to").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Refusals_are_counted_by_status()
    {
        var result = await RunAsync(Plan() with { Count = 100, Keys = ["refused"] });
        Assert.Equal((0, 100), (result.Accepted, result.Refused));
        Assert.Equal(100, result.RefusedBy["429"]);
    }

    [Fact]
    public async Task Connections_the_server_closes_are_opened_again()
    {
        var result = await RunAsync(Plan() with { Count = 100, Keys = ["closing"] });
        Assert.Equal((100, 0, 0), (result.Accepted, result.Unanswered, result.Disconnects));
    }

    [Fact]
    public async Task A_foreign_api_is_called_by_its_url()
    {
        var result = await RunAsync(Plan() with { Count = 50, UrlTemplate = "/send?username=u&to={to}&text=hi" });
        Assert.Equal(50, result.Accepted);
        Assert.Equal(50, _queries.Distinct().Count());
        Assert.All(_queries, query => Assert.Matches(@"^\?username=u&to=2637\d{8}&text=hi$", query));
    }

    [Fact]
    public async Task A_rate_is_kept()
    {
        var result = await RunAsync(Plan() with { Rate = 500, DurationNs = Duration.Second });
        Assert.Equal(500, result.Accepted);
        Assert.True(result.Seconds >= 0.95, $"{result.Seconds} s");
    }

    private async Task<IResult> PostAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        string key = context.Request.Headers.Authorization.ToString();
        _keys.AddOrUpdate(key, 1, (_, count) => count + 1);
        if (key == "Bearer refused") return Results.Text("slow down", statusCode: 429);
        if (key == "Bearer closing") context.Response.Headers.Connection = "close";
        var json = (await JsonDocument.ParseAsync(context.Request.Body)).RootElement;
        JsonElement[] messages = json.TryGetProperty("messages", out var list) ? [.. list.EnumerateArray()] : [json];
        foreach (var message in messages) _messages.Add(message);
        var results = messages.Select(_ => new Dictionary<string, string> { ["message_id"] = Guid.NewGuid().ToString() });
        return Results.Json(new Dictionary<string, object> { ["messages"] = results }, statusCode: 202);
    }

    private HttpLoadPlan Plan()
    {
        var addresses = _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        var address = new Uri(addresses.Addresses.First());
        return new HttpLoadPlan
        {
            Server = new IPEndPoint(IPAddress.Loopback, address.Port),
            Host = "127.0.0.1",
            Connections = 4,
            Keys = ["key-0"],
            Destinations = Destinations.Parse("2637########", spread: true),
            Message = new MessageShape(),
            Quiet = true,
        };
    }

    private static async Task<LoadResult> RunAsync(HttpLoadPlan plan)
    {
        using var run = new HttpLoad(plan, TextWriter.Null);
        return await run.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
    }
}
