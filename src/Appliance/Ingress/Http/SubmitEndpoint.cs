using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Appliance.Operate.Http;

namespace Appliance.Ingress.Http;

/// <summary>POST /api/v1/messages.</summary>
internal sealed class SubmitEndpoint(IAdmission admission, HttpMetrics metrics)
{
    public const int MaxBody = 1024 * 1024;

    // A body above this is most likely a batch.
    private const int UsualSingle = 2048;

    private readonly SubmitPool _pool = new();

    /// <summary>Reads, hands in, waits until it is durable, answers.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (BearerKey.Authenticate(context, admission) is not { } account)
        {
            await RefuseKeyAsync(context);
            return;
        }

        if (Unacceptable(context.Request) is { } fault)
        {
            metrics.MediaType.Add();
            await Problem.WriteAsync(context, ApiProblem.UnsupportedMediaType, fault);
            return;
        }

        var reader = context.Request.BodyReader;
        ReadResult read;
        while (true)
        {
            read = await reader.ReadAsync();
            if (read.IsCompleted || read.IsCanceled)
                break;
            // All of it is kept until all is there: messages are taken whole or not at all.
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        var request = _pool.Rent(read.Buffer.Length > UsualSingle);
        var malformed = Parse(read.Buffer, request);
        reader.AdvanceTo(read.Buffer.End);
        if (malformed is not null)
        {
            metrics.MalformedJson.Add();
            await Problem.WriteAsync(context, ApiProblem.MalformedJson, malformed);
        }
        else if (request.Errors.Count > 0 || (!request.IsBatch && request[0].Errors.Count > 0))
        {
            await RefuseMembersAsync(context, request);
        }
        else if (request.IsBatch)
        {
            await SubmitBatchAsync(context, request, account.Index);
        }
        else
        {
            var submission = request[0].Submission;
            submission.Account = account.Index;
            var result = await admission.SubmitAsync(submission);
            if (result.IsAccepted)
                SubmitAnswer.WriteAccepted(context.Response, result);
            else
                await RefuseAsync(context, result);
        }

        // Not in a finally: after an exception somebody may still hold a submission, and the pool can do without.
        _pool.Return(request);
    }

    public Task RefuseKeyAsync(HttpContext context)
    {
        metrics.Unauthorized.Add();
        context.Response.Headers.WWWAuthenticate = "Bearer";
        var missing = context.Request.Headers.Authorization.Count == 0;
        return Problem.WriteAsync(context, ApiProblem.Unauthorized, missing
            ? "The header Authorization is missing, expected: Bearer KEY."
            : "The header Authorization holds no valid key, expected: Bearer KEY.");
    }

    private async Task SubmitBatchAsync(HttpContext context, SubmitRequest request, int account)
    {
        // All are handed in before the first is awaited, so that they share a batch of the journal.
        for (var i = 0; i < request.Count; i++)
        {
            var item = request[i];
            if (item.Errors.Count > 0)
            {
                metrics.InvalidRequest.Add();
                continue;
            }

            item.Submission.Account = account;
            item.Begin(admission);
        }

        for (var i = 0; i < request.Count; i++)
        {
            var item = request[i];
            if (item.Errors.Count > 0)
                continue;
            item.Result = await item.TakePending();
            if (item.Result.Refusal == AdmissionRefusal.RingFull)
                metrics.RingRefused.Add();
        }

        await SubmitAnswer.WriteBatchAsync(context, request);
    }

    private Task RefuseAsync(HttpContext context, in AdmissionResult result)
    {
        if (result.Refusal == AdmissionRefusal.RingFull)
            metrics.RingRefused.Add();
        return SubmitAnswer.WriteRefusedAsync(context, result);
    }

    private Task RefuseMembersAsync(HttpContext context, SubmitRequest request)
    {
        var errors = request.Errors;
        var unimplemented = false;
        if (errors.Count == 0)
        {
            errors = request[0].Errors;
            unimplemented = request[0].OnlyUnimplemented;
        }

        (unimplemented ? metrics.NotImplemented : metrics.InvalidRequest).Add();
        var type = unimplemented ? ProblemType.NotImplemented : ApiProblem.InvalidRequest;
        var detail = string.Join("; ", errors.Take(3).Select(error => $"{error.Field}: {error.Detail}"));
        return Problem.WriteAsync(context, type, errors.Count > 3 ? detail + "; ..." : detail, errors);
    }

    /// <summary>Returns what is wrong with the JSON, or null.</summary>
    private static string? Parse(in ReadOnlySequence<byte> body, SubmitRequest request)
    {
        byte[]? rented = null;
        try
        {
            ReadOnlySpan<byte> utf8 = body.FirstSpan;
            if (!body.IsSingleSegment)
            {
                rented = ArrayPool<byte>.Shared.Rent((int)body.Length);
                body.CopyTo(rented);
                utf8 = rented.AsSpan(0, (int)body.Length);
            }

            if (utf8.IsEmpty)
                return "The body is empty, expected a JSON object.";
            SubmitReader.Read(utf8, request);
            return null;
        }
        catch (JsonException error)
        {
            return error.Message;
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>What is wrong with the headers that describe the body, or null.</summary>
    private static string? Unacceptable(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding;
        if (encoding.Count > 0 && !encoding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase))
            return $"The header Content-Encoding is {encoding}, expected none.";
        var type = request.ContentType;
        if (type is "application/json")
            return null;
        if (type is null)
            return "The header Content-Type is missing, expected application/json.";
        return IsJson(type) ? null : $"The header Content-Type is {type}, expected application/json.";
    }

    /// <summary>The media type, with no parameter or charset=utf-8.</summary>
    private static bool IsJson(string type)
    {
        const StringComparison AnyCase = StringComparison.OrdinalIgnoreCase;
        var semicolon = type.IndexOf(';', StringComparison.Ordinal);
        var media = semicolon < 0 ? type.AsSpan() : type.AsSpan(0, semicolon);
        if (!media.Trim().Equals("application/json", AnyCase))
            return false;
        var charset = type.IndexOf("charset=", AnyCase);
        return charset < 0 || type.AsSpan(charset + "charset=".Length).Trim(" \"").StartsWith("utf-8", AnyCase);
    }
}
