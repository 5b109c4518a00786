using System.Text;
using System.Text.Json;
using Appliance.Operate.Http;
using Appliance.Routing;
using Store;

namespace Appliance;

/// <summary>
/// POST /admin/v1/routes/replay: what stored messages would do under other routes and prices. One at a time, and it
/// ends when nobody waits for its answer any more.
/// </summary>
internal sealed class PipelineReplay(Pipeline pipeline, PipelineTables tables)
{
    private const int MostHours = 24 * 90;
    private const int HighestRate = 10_000_000;

    private static readonly byte[] LineEnd = [(byte)'\n'];

    private int _running;

    public void AddTo(AdminApi api) => api.Add("POST", "routes/replay", (context, _) => ReplayAsync(context));

    private async Task ReplayAsync(HttpContext context)
    {
        if (await AdminJson.ReadAsync(context, AdminJson.Default.ReplayRequest).ConfigureAwait(false)
            is not { } request) return;
        var errors = new List<FieldError>();
        if (request.Hours is < 1 or > MostHours)
            errors.Add(new FieldError("hours", $"found {request.Hours}, expected 1 to {MostHours}"));
        if (request.Rate is < 1 or > HighestRate)
            errors.Add(new FieldError("rate", $"found {request.Rate}, expected 1 to {HighestRate} messages a second"));
        if (request.Tables.ValueKind != JsonValueKind.Object)
            errors.Add(new FieldError("tables", "expected an object, such as one with routes and money"));
        if (errors.Count == 0)
        {
            var candidate = tables.Compile(Encoding.UTF8.GetBytes(request.Tables.GetRawText()), out var faults);
            if (candidate is not null)
            {
                await AnswerAsync(context, request, candidate).ConfigureAwait(false);
                return;
            }

            errors.AddRange(faults.Select(fault =>
                new FieldError(fault.Path, $"found {fault.Found}, expected {fault.Expected}")));
        }

        await Problem.WriteAsync(context, AdminProblem.InvalidRequest, errors: errors).ConfigureAwait(false);
    }

    private async Task AnswerAsync(HttpContext context, ReplayRequest request, RoutingTables candidate)
    {
        if (Interlocked.CompareExchange(ref _running, 1, 0) != 0)
        {
            await Problem.WriteAsync(context, AdminProblem.UnderWay, "Another replay is under way.")
                .ConfigureAwait(false);
            return;
        }

        try
        {
            var since = Clock.UnixMs - (request.Hours * 3_600_000L);
            var run = await Task.Run(() => new PipelineReplayRun(
                pipeline.Journal, pipeline.Tables.Current, candidate, since, request.Rate)).ConfigureAwait(false);
            if (request.Progress) await StreamAsync(context, run).ConfigureAwait(false);
            else await WholeAsync(context, run).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Who asked has gone: there is nobody to answer.
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    private static async Task WholeAsync(HttpContext context, PipelineReplayRun run)
    {
        try
        {
            await Task.Run(() => run.RunAsync(_ => Task.CompletedTask, context.RequestAborted)).ConfigureAwait(false);
        }
        catch (StoreException error)
        {
            await Problem.WriteAsync(context, AdminProblem.StoreFailed, error.Message).ConfigureAwait(false);
            return;
        }

        await AdminJson.WriteAsync(context, run.Result, AdminJson.Default.ReplayResult).ConfigureAwait(false);
    }

    private static async Task StreamAsync(HttpContext context, PipelineReplayRun run)
    {
        context.Response.ContentType = "application/x-ndjson";
        context.Response.Headers.CacheControl = "no-store";
        await TellAsync(context, run.Line).ConfigureAwait(false);
        ReplayLine last;
        try
        {
            await Task.Run(() => run.RunAsync(line => TellAsync(context, line), context.RequestAborted))
                .ConfigureAwait(false);
            last = run.Line with { Result = run.Result };
        }
        catch (StoreException error)
        {
            // The status has been sent; the last line says it.
            last = run.Line with { Error = error.Message };
        }

        await TellAsync(context, last).ConfigureAwait(false);
    }

    private static async Task TellAsync(HttpContext context, ReplayLine line)
    {
        var body = context.Response.Body;
        await body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(line, AdminJson.Default.ReplayLine),
            context.RequestAborted).ConfigureAwait(false);
        await body.WriteAsync(LineEnd, context.RequestAborted).ConfigureAwait(false);
        await body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }
}
