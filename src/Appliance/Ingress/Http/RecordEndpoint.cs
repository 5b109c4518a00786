using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Operate.Http;

namespace Appliance.Ingress.Http;

/// <summary>GET /api/v1/messages/{message_id}: the full record with its history.</summary>
internal sealed class RecordEndpoint(IAdmission admission, HttpMetrics metrics)
{
    private static readonly RecordJson Json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public async Task HandleAsync(HttpContext context, AccountView account, string id)
    {
        var record = Guid.TryParseExact(id, "D", out var messageId)
            ? await admission.FindAsync(account.Index, messageId)
            : null;
        if (record is null)
        {
            metrics.NotFound.Add();
            await Problem.WriteAsync(context, ProblemType.NotFound, "The account has no message of this id.");
            return;
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(record, Json.MessageRecord);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.BodyWriter.WriteAsync(body);
    }
}

[JsonSerializable(typeof(MessageRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;
