using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Appliance.Operate.Http;

namespace Appliance.Ingress.Http;

/// <summary>
/// GET /api/v1/messages/{message_id}: the full record with its history. DELETE: the message is taken back.
/// </summary>
internal sealed class RecordEndpoint(IAdmission admission, HttpMetrics metrics)
{
    public async Task HandleAsync(HttpContext context, AccountView account, string id)
    {
        var record = Guid.TryParseExact(id, "D", out var messageId)
            ? await admission.FindAsync(account.Id, messageId)
            : null;
        if (record is null) await RefuseAsync(context);
        else await RecordJson.WriteAsync(context, record, RecordJson.Snake.MessageRecord);
    }

    public async Task CancelAsync(HttpContext context, AccountView account, string id)
    {
        var (result, record) = Guid.TryParseExact(id, "D", out var messageId)
            ? await admission.CancelAsync(account.Id, messageId)
            : (ChangeResult.NotFound, null);
        if (record is null || result == ChangeResult.NotFound) await RefuseAsync(context);
        else if (result == ChangeResult.Done)
            await RecordJson.WriteAsync(context, record, RecordJson.Snake.MessageRecord);
        else if (result == ChangeResult.Busy) await Problem.WriteAsync(context, ApiProblem.RingFull);
        else await Problem.WriteAsync(context, ApiProblem.TooLate, $"The message is {record.Status}.");
    }

    /// <summary>POST /api/v1/messages/{message_id}/conversion: 204.</summary>
    public async Task ConvertAsync(HttpContext context, AccountView account, string id)
    {
        if (Guid.TryParseExact(id, "D", out var messageId) && await admission.ConvertAsync(account.Id, messageId))
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        else
            await RefuseAsync(context);
    }

    private Task RefuseAsync(HttpContext context)
    {
        metrics.NotFound.Add();
        return Problem.WriteAsync(context, ProblemType.NotFound, "The account has no message of this id.");
    }
}

[JsonSerializable(typeof(MessageRecord))]
[JsonSerializable(typeof(MessagePage))]
[JsonSerializable(typeof(InboundPage))]
internal sealed partial class RecordJson : JsonSerializerContext
{
    public static readonly RecordJson Snake = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>Answers 200 with a document.</summary>
    public static async Task WriteAsync<T>(HttpContext context, T document, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(document, type);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.BodyWriter.WriteAsync(body);
    }
}
