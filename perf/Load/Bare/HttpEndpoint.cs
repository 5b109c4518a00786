using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Rig;

namespace Load.Bare;

/// <summary>Kestrel with an endpoint that reads a body and answers the same 202 to all, under the load of `appliance load
/// http`.</summary>
internal static class HttpEndpoint
{
    private static readonly byte[] Answer =
        """{"message_id":"019aa0c4-9d3a-7001-8000-000000000000","segment_count":1,"status":"queued"}"""u8.ToArray();

    public static async Task<JsonObject> RunAsync(TimeSpan time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var port = Place.FreePort();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using var app = builder.Build();
        app.Run(async context =>
        {
            var reader = context.Request.BodyReader;
            while (true)
            {
                var read = await reader.ReadAsync();
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) break;
            }

            context.Response.StatusCode = StatusCodes.Status202Accepted;
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = Answer.Length;
            await context.Response.BodyWriter.WriteAsync(Answer);
        });
        await app.StartAsync();
        var seconds = $"{time.TotalSeconds:0}s";
        return await LoadRun.HttpAsync(time + TimeSpan.FromMinutes(1), "--server", $"127.0.0.1:{port}", "--connections",
            "256", "--duration", seconds, "--warmup", "2s");
    }
}
