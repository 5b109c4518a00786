using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Appliance.Operate.Http;
using Appliance.Policy;

namespace Appliance.Ingress.Http;

/// <summary>Writes the answers to a POST.</summary>
internal static class SubmitAnswer
{
    private const string Json = "application/json";
    private const int MessageIdLength = 36;

    private static readonly JsonWriterOptions WriterOptions =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static ReadOnlySpan<byte> Prefix => "{\"message_id\":\""u8;

    private static ReadOnlySpan<byte> Middle => "\",\"segment_count\":"u8;

    private static ReadOnlySpan<byte> Lowered => ",\"priority\":"u8;

    private static ReadOnlySpan<byte> Suffix => ",\"status\":\"queued\"}"u8;

    private static ReadOnlySpan<byte> ScheduledSuffix => ",\"status\":\"scheduled\"}"u8;

    /// <summary>202 with one message's id, and its priority where that was lowered; goes out when the request ends.
    /// </summary>
    /// <param name="response">The answer.</param>
    /// <param name="result">What became of the message.</param>
    /// <param name="message">As it was handed in.</param>
    public static void WriteAccepted(HttpResponse response, in AdmissionResult result, HttpSubmission message)
    {
        const int MaxDigits = 3;
        var suffix = IsScheduled(result, message.DueSeconds) ? ScheduledSuffix : Suffix;
        var longest = Prefix.Length + MessageIdLength + Middle.Length + MaxDigits + Lowered.Length + 1 + suffix.Length;
        Span<byte> body = stackalloc byte[longest];
        Prefix.CopyTo(body);
        var at = Prefix.Length;
        result.MessageId.TryFormat(body[at..], out var written);
        at += written;
        Middle.CopyTo(body[at..]);
        at += Middle.Length;
        Utf8Formatter.TryFormat(result.SegmentCount, body[at..], out written);
        at += written;
        if (message.PriorityIsLowered)
        {
            Lowered.CopyTo(body[at..]);
            at += Lowered.Length;
            body[at++] = (byte)('0' + message.GrantedPriority);
        }

        suffix.CopyTo(body[at..]);
        at += suffix.Length;
        response.StatusCode = StatusCodes.Status202Accepted;
        response.ContentType = Json;
        response.ContentLength = at;
        response.BodyWriter.Write(body[..at]);
    }

    /// <summary>The problem of one message that was handed in and refused.</summary>
    public static Task WriteRefusedAsync(HttpContext context, in AdmissionResult result)
    {
        var retryAfter = ApiProblem.RetryAfterSeconds(result);
        if (retryAfter > 0)
            context.Response.Headers.RetryAfter = Text(retryAfter);
        var type = ApiProblem.Of(result);
        return Problem.WriteAsync(context, type, type.Meaning, FieldsOf(result, null), RuleOf(result));
    }

    /// <summary>
    /// A result for each message in order, under `results`: 202 where at least one was taken, else the status of the
    /// first.
    /// </summary>
    public static async Task WriteBatchAsync(HttpContext context, SubmitRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>(request.Count * 96 + 16);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteStartArray("results"u8);
            for (var i = 0; i < request.Count; i++)
                WriteResult(json, request[i], i);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        SetStatus(context.Response, request);
        context.Response.ContentType = Json;
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.BodyWriter.WriteAsync(buffer.WrittenMemory);
    }

    /// <summary>As it was when the message was accepted, so that a repeat is answered as the first was.</summary>
    private static bool IsScheduled(in AdmissionResult result, uint due) =>
        due > result.AcceptedAt.ToUnixTimeSeconds();

    private static void WriteResult(Utf8JsonWriter json, SubmitItem item, int index)
    {
        json.WriteStartObject();
        if (item.Errors.Count == 0 && item.Result.IsAccepted)
        {
            json.WriteString("message_id"u8, item.Result.MessageId);
            json.WriteNumber("segment_count"u8, item.Result.SegmentCount);
            if (item.Submission.PriorityIsLowered) json.WriteNumber("priority"u8, item.Submission.GrantedPriority);
            var scheduled = IsScheduled(item.Result, item.Submission.DueSeconds);
            json.WriteString("status"u8, scheduled ? "scheduled"u8 : "queued"u8);
        }
        else
        {
            json.WriteString("status"u8, "refused"u8);
            json.WritePropertyName("problem"u8);
            var type = ProblemOf(item);
            IReadOnlyList<FieldError> errors = item.Errors.Count > 0 ? item.Errors : FieldsOf(item.Result, index);
            var detail = item.Errors.Count > 0 ? null : type.Meaning;
            Problem.WriteBody(json, type, detail, errors, RuleOf(item.Result));
        }

        json.WriteEndObject();
    }

    private static void SetStatus(HttpResponse response, SubmitRequest request)
    {
        response.StatusCode = ProblemOf(request[0]).Status;
        var retryAfter = 0;
        for (var i = 0; i < request.Count; i++)
        {
            var item = request[i];
            if (item.Errors.Count > 0)
                continue;
            if (item.Result.IsAccepted)
                response.StatusCode = StatusCodes.Status202Accepted;
            else
                retryAfter = Math.Max(retryAfter, ApiProblem.RetryAfterSeconds(item.Result));
        }

        if (retryAfter > 0)
            response.Headers.RetryAfter = Text(retryAfter);
    }

    /// <summary>Of an item with errors, or one that was refused.</summary>
    private static ProblemType ProblemOf(SubmitItem item)
    {
        if (item.Errors.Count > 0)
            return item.OnlyUnimplemented ? ProblemType.NotImplemented : ApiProblem.InvalidRequest;
        return ApiProblem.Of(item.Result);
    }

    private static ProblemRule? RuleOf(in AdmissionResult result) => result.Refusal == AdmissionRefusal.Policy
        ? new ProblemRule(PolicyCodes.Of(result.Code).Name, result.Rule ?? "")
        : null;

    private static FieldError[] FieldsOf(in AdmissionResult result, int? index)
    {
        if (ApiProblem.FieldOf(result) is not { } field)
            return [];
        var path = index is null ? field : $"messages[{index}].{field}";
        return [new FieldError(path, ApiProblem.Of(result).Meaning)];
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
