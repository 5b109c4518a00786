using System.Buffers;
using System.IO.Pipelines;
using Appliance.Operate.Http;

namespace Appliance.Ingress.Http;

/// <summary>
/// POST /api/v1/messages: reads, hands in, waits until it is durable, answers. A usual request is whole when it comes,
/// so that the wait for durability is its only one: that wait's state is all it allocates.
/// </summary>
internal sealed class SubmitEndpoint(IAdmission admission, HttpMetrics metrics, HttpFaults faults)
{
    public const int MaxBody = 1024 * 1024;

    // A body above this is most likely a batch.
    private const int UsualSingle = 2048;

    private readonly SubmitPool _pool = new(admission.LongestValidity);

    /// <summary>Whose request it is, and what he calls it.</summary>
    private readonly record struct Sender(int Account, string? Key)
    {
        public void Sign(HttpSubmission message, int index)
        {
            message.Account = Account;
            message.IdempotencyKey = Key;
            message.Index = index;
        }
    }

    /// <summary>May throw what reading the body throws.</summary>
    public Task HandleAsync(HttpContext context)
    {
        if (BearerKey.Authenticate(context, admission) is not { } account)
            return RefuseKeyAsync(context);
        if (RequestBody.Unacceptable(context.Request) is { } fault)
        {
            metrics.MediaType.Add();
            return Problem.WriteAsync(context, ApiProblem.UnsupportedMediaType, fault);
        }

        if (IdempotencyKey.Read(context.Request, out var key) is { } error)
            return RefuseHeaderAsync(context, error);
        var reader = context.Request.BodyReader;
        var sender = new Sender(account.Id, key);
        if (!reader.TryRead(out var read))
            return ReadAllAsync(context, reader, sender);
        if (read.IsCompleted)
            return SubmitAsync(context, reader, read.Buffer, sender);
        reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        return ReadAllAsync(context, reader, sender);
    }

    private Task RefuseHeaderAsync(HttpContext context, FieldError error)
    {
        metrics.InvalidRequest.Add();
        return Problem.WriteAsync(context, ApiProblem.InvalidRequest, $"{error.Field}: {error.Detail}", [error]);
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

    /// <summary>Keeps what comes until all is there: messages are taken whole or not at all.</summary>
    private async Task ReadAllAsync(HttpContext context, PipeReader reader, Sender sender)
    {
        try
        {
            var read = await reader.ReadAsync();
            while (!read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                read = await reader.ReadAsync();
            }

            await SubmitAsync(context, reader, read.Buffer, sender);
        }
        catch (Exception error)
        {
            await faults.AnswerAsync(context, error);
        }
    }

    private Task SubmitAsync(
        HttpContext context, PipeReader reader, in ReadOnlySequence<byte> body, Sender sender)
    {
        var request = _pool.Rent(body.Length > UsualSingle);
        var malformed = RequestBody.Parse(body, request);
        reader.AdvanceTo(body.End);
        if (malformed is not null)
        {
            metrics.MalformedJson.Add();
            _pool.Return(request);
            return Problem.WriteAsync(context, ApiProblem.MalformedJson, malformed);
        }

        if (request.Errors.Count > 0 || (!request.IsBatch && request[0].Errors.Count > 0))
            return RefuseMembersAsync(context, request);
        if (request.IsBatch)
            return SubmitBatchAsync(context, request, sender);
        sender.Sign(request[0].Submission, 0);
        request[0].Begin(admission);
        return AnswerAsync(context, request);
    }

    private async Task AnswerAsync(HttpContext context, SubmitRequest request)
    {
        try
        {
            var result = await request[0].TakePending();
            if (result.IsAccepted)
                SubmitAnswer.WriteAccepted(context.Response, result, request[0].Submission);
            else
                await RefuseAsync(context, result);
            // Not in a finally: after an exception somebody may still hold a submission, and the pool can do without.
            _pool.Return(request);
        }
        catch (Exception error)
        {
            await faults.AnswerAsync(context, error);
        }
    }

    private async Task SubmitBatchAsync(HttpContext context, SubmitRequest request, Sender sender)
    {
        try
        {
            // All are handed in before the first is awaited, so that they share a batch of the journal.
            var hash = sender.Key is null ? 0 : request.ContentHash();
            var now = Clock.UnixMs;
            for (var i = 0; i < request.Count; i++)
            {
                sender.Sign(request[i].Submission, i);
                request[i].Submission.BatchHash = hash;
                request[i].Submission.BatchMs = now;
                Begin(request[i]);
            }

            AdmissionResult? conflict = null;
            for (var i = 0; i < request.Count; i++)
            {
                var item = request[i];
                if (item.Errors.Count > 0)
                    continue;
                item.Result = await item.TakePending();
                if (item.Result.Refusal == AdmissionRefusal.RingFull)
                    metrics.RingRefused.Add();
                if (item.Result.Refusal == AdmissionRefusal.RepeatConflict)
                    conflict = item.Result;
            }

            // One of them is enough: of another request's messages none was taken.
            if (conflict is { } refused)
                await RefuseAsync(context, refused);
            else
                await SubmitAnswer.WriteBatchAsync(context, request);
            _pool.Return(request);
        }
        catch (Exception error)
        {
            await faults.AnswerAsync(context, error);
        }
    }

    private void Begin(SubmitItem item)
    {
        if (item.Errors.Count > 0)
        {
            metrics.InvalidRequest.Add();
            return;
        }

        item.Begin(admission);
    }

    private Task RefuseAsync(HttpContext context, in AdmissionResult result)
    {
        if (result.Refusal == AdmissionRefusal.RingFull)
            metrics.RingRefused.Add();
        return SubmitAnswer.WriteRefusedAsync(context, result);
    }

    private async Task RefuseMembersAsync(HttpContext context, SubmitRequest request)
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
        await Problem.WriteAsync(context, type, errors.Count > 3 ? detail + "; ..." : detail, errors);
        _pool.Return(request);
    }
}
