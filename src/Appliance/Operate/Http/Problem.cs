using System.Text.Encodings.Web;
using System.Text.Json;

namespace Appliance.Operate.Http;

/// <summary>Writes problem documents (RFC 9457).</summary>
public static class Problem
{
    public const string ContentType = "application/problem+json";

    // The documents are JSON and never HTML; quotes and accents may stand as they are.
    private static readonly JsonWriterOptions WriterOptions =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers the request with a problem document. Headers such as Allow are the caller's.</summary>
    public static async Task WriteAsync(
        HttpContext context, ProblemType type, string? detail = null, IReadOnlyList<FieldError>? errors = null,
        ProblemRule? rule = null)
    {
        var response = context.Response;
        response.StatusCode = type.Status;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
            WriteBody(json, type, detail, errors, rule);
        response.ContentLength = buffer.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
    }

    /// <summary>Writes the document's object.</summary>
    public static void WriteBody(
        Utf8JsonWriter json, ProblemType type, string? detail, IReadOnlyList<FieldError>? errors,
        ProblemRule? rule = null)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, type.Uri);
        json.WriteString("title"u8, type.Title);
        json.WriteNumber("status"u8, type.Status);
        if (detail is not null)
            json.WriteString("detail"u8, detail);
        if (rule is not null)
        {
            json.WriteString("code"u8, rule.Code);
            json.WriteString("rule"u8, rule.Rule);
        }

        if (errors is { Count: > 0 })
        {
            json.WriteStartArray("errors"u8);
            foreach (var (field, text) in errors)
            {
                json.WriteStartObject();
                json.WriteString("field"u8, field);
                json.WriteString("detail"u8, text);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>Answers 405 and says which methods there are.</summary>
    public static Task MethodNotAllowedAsync(HttpContext context, string allow)
    {
        context.Response.Headers.Allow = allow;
        return WriteAsync(context, ProblemType.MethodNotAllowed,
            $"{context.Request.Method} is not possible here; {allow} is.");
    }
}
