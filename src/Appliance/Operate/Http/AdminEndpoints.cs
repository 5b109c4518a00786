using System.Buffers;
using System.Text.Json;
using Appliance.Operate.Metrics;

namespace Appliance.Operate.Http;

/// <summary>The admin listener: /metrics, /healthz, /readyz, and the calls of /admin/v1.</summary>
public static class AdminEndpoints
{
    private const string MetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Adds a terminal middleware that answers every request.</summary>
    public static void Map(IApplicationBuilder app, MetricsRegistry metrics, Health health, AdminApi api) =>
        app.Run(context => HandleAsync(context, metrics, health, api));

    private static Task HandleAsync(HttpContext context, MetricsRegistry metrics, Health health, AdminApi api)
    {
        var path = context.Request.Path.Value ?? "";
        if (path.StartsWith(AdminApi.Base, StringComparison.Ordinal))
            return api.HandleAsync(context);
        if (path is "/")
            return Problem.WriteAsync(context, ProblemType.NotImplemented, "The console is not in this version.");
        if (path is not ("/metrics" or "/healthz" or "/readyz"))
        {
            return Problem.WriteAsync(
                context, ProblemType.NotFound, "Here are /metrics, /healthz, /readyz and /admin/v1/.");
        }

        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            return Problem.MethodNotAllowedAsync(context, "GET, HEAD");
        return path switch
        {
            "/metrics" => MetricsAsync(context, metrics),
            "/healthz" => HealthAsync(context, health.Liveness()),
            _ => HealthAsync(context, health.Readiness()),
        };
    }

    private static Task MetricsAsync(HttpContext context, MetricsRegistry metrics)
    {
        var buffer = new ArrayBufferWriter<byte>(1 << 15);
        metrics.Write(buffer);
        return AnswerAsync(context, StatusCodes.Status200OK, MetricsContentType, buffer.WrittenMemory);
    }

    /// <summary>200 or 503, with every check: {"status":"ok","checks":{"ring":"ok"}}.</summary>
    private static Task HealthAsync(HttpContext context, IReadOnlyList<(string Name, string? Failure)> checks)
    {
        var failing = checks.Any(check => check.Failure is not null);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("status"u8, failing ? "failing" : "ok");
            json.WriteStartObject("checks"u8);
            foreach (var (name, failure) in checks)
                json.WriteString(name, failure ?? "ok");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        var status = failing ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        return AnswerAsync(context, status, "application/json", buffer.WrittenMemory);
    }

    private static async Task AnswerAsync(HttpContext context, int status, string type, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = type;
        response.Headers.CacheControl = "no-store";
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(body);
    }
}
