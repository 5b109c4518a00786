using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Appliance.Ingress.Http;
using Appliance.Operate;
using Appliance.Operate.Http;
using Appliance.Operate.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Operate.Tests.Http;

/// <summary>The API and the admin listener on real loopback sockets, over a fake of the rest.</summary>
public sealed class ApiHost : IAsyncLifetime
{
    private WebApplication? _api;
    private WebApplication? _admin;

    internal FakeAdmission Admission { get; } = new();

    internal FakeOptOuts OptOuts { get; } = new();

    public MetricsRegistry Metrics { get; } = new();

    public Health Health { get; } = new();

    /// <summary>Calls under /admin/v1, for tests to add to.</summary>
    public AdminApi Api { get; } = new(default);

    /// <summary>Asks the API with the key of `demo`.</summary>
    public HttpClient Client { get; private set; } = new();

    /// <summary>Asks the API without a key.</summary>
    public HttpClient Stranger { get; private set; } = new();

    public HttpClient AdminClient { get; private set; } = new();

    public IPEndPoint ApiEndPoint { get; private set; } = new(IPAddress.Loopback, 0);

    public async Task InitializeAsync()
    {
        _api = await StartAsync(app => HttpIngress.Map(app, Admission, OptOuts, new SmsMetrics(Metrics)));
        _admin = await StartAsync(app => AdminEndpoints.Map(app, Metrics, Health, Api));
        Client = new HttpClient { BaseAddress = AddressOf(_api) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "demo-key");
        Stranger = new HttpClient { BaseAddress = AddressOf(_api) };
        AdminClient = new HttpClient { BaseAddress = AddressOf(_admin) };
        ApiEndPoint = new IPEndPoint(IPAddress.Loopback, AddressOf(_api).Port);
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        Stranger.Dispose();
        AdminClient.Dispose();
        await _api!.DisposeAsync();
        await _admin!.DisposeAsync();
    }

    public async Task<Reply> PostAsync(string json, HttpClient? client = null)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        return await Reply.OfAsync(await (client ?? Client).PostAsync("/api/v1/messages", content));
    }

    public async Task<Reply> GetAsync(string path, HttpClient? client = null) =>
        await Reply.OfAsync(await (client ?? Client).GetAsync(path));

    private static async Task<WebApplication> StartAsync(Action<IApplicationBuilder> map)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            HttpIngress.SetLimits(options);
            options.Listen(IPAddress.Loopback, 0);
        });
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return app;
    }

    private static Uri AddressOf(WebApplication app) => new(app.Services.GetRequiredService<IServer>()
        .Features.Get<IServerAddressesFeature>()!.Addresses.Single());
}

/// <summary>An answer with its body read.</summary>
public sealed record Reply(int Status, string? Type, HttpResponseMessage Message, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The fields that a problem document names.</summary>
    public string[] Fields =>
        [.. Json.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()!)];

    public static async Task<Reply> OfAsync(HttpResponseMessage message)
    {
        var body = await message.Content.ReadAsStringAsync();
        return new Reply((int)message.StatusCode, message.Content.Headers.ContentType?.MediaType, message, body);
    }

    /// <summary>Asserts that this is a problem document of the type.</summary>
    public void IsProblem(int status, string slug)
    {
        Assert.Equal((status, "application/problem+json"), (Status, Type));
        Assert.Equal("/problems/" + slug, Json.GetProperty("type").GetString());
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.NotEmpty(Json.GetProperty("title").GetString()!);
    }
}
