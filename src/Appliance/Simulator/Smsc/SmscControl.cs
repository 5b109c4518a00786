using System.Net;
using System.Text.Json;

namespace Appliance.Simulator.Smsc;

/// <summary>
/// A simulated SMSC's control address: GET /stats, POST /faults with the settings to change as a JSON object of
/// strings ({"errors":"ESME_RTHROTTLED=5%"}), POST /drop to close every connection.
/// </summary>
internal sealed class SmscControl : IAsyncDisposable
{
    private readonly WebApplication _application;

    private SmscControl(WebApplication application) => _application = application;

    /// <exception cref="IOException">The address cannot be listened on.</exception>
    internal static async Task<SmscControl> StartAsync(SmscSimulator simulator, IPEndPoint endPoint)
    {
        // Without the files of settings that the usual builders look for, and watch the working directory for.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(endPoint));
        var application = builder.Build();
        application.MapGet("/stats", context => StatisticsAsync(simulator, context));
        application.MapPost("/faults", context => ChangeAsync(simulator, context));
        application.MapPost("/drop", context => DropAsync(simulator, context));
        await application.StartAsync();
        return new SmscControl(application);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static async Task StatisticsAsync(SmscSimulator simulator, HttpContext context)
    {
        var statistics = await simulator.StatisticsAsync();
        await context.Response.WriteAsJsonAsync(statistics, SmscJson.Default.SmscStatistics);
    }

    private static async Task ChangeAsync(SmscSimulator simulator, HttpContext context)
    {
        try
        {
            var settings = await context.Request.ReadFromJsonAsync(SmscJson.Default.DictionaryStringString)
                ?? throw new FormatException("expected a JSON object of settings: {\"errors\":\"ESME_RTHROTTLED=5%\"}");
            await simulator.ChangeAsync(settings);
            await AnswerAsync(context, StatusCodes.Status200OK, settings);
        }
        catch (Exception error) when (error is FormatException or JsonException or InvalidOperationException)
        {
            await AnswerAsync(context, StatusCodes.Status400BadRequest, new() { ["error"] = error.Message });
        }
    }

    private static async Task DropAsync(SmscSimulator simulator, HttpContext context)
    {
        int dropped = await simulator.DropConnectionsAsync();
        await AnswerAsync(
            context, StatusCodes.Status200OK,
            new() { ["dropped"] = dropped.ToString(System.Globalization.CultureInfo.InvariantCulture) });
    }

    private static Task AnswerAsync(HttpContext context, int status, Dictionary<string, string> answer)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(answer, SmscJson.Default.DictionaryStringString);
    }
}
