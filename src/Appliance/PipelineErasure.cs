using System.Text;
using Appliance.Journal;
using Appliance.Operate.Http;
using Appliance.Operate.Metrics;
using Appliance.Operate.Storage;
using Store;

namespace Appliance;

/// <summary>
/// POST /admin/v1/erasures: everything about one number goes out of every record and index, for good. What a carrier
/// has is remembered, over restarts too, and erased by a task of this class when it is final. Each is a line of the
/// audit.
/// </summary>
internal sealed class PipelineErasure : IAsyncDisposable
{
    private const int LongestName = 100;

    /// <summary>How often is looked at what was under way.</summary>
    private static readonly TimeSpan SweepPause = TimeSpan.FromSeconds(5);

    /// <summary>How long a request waits for another one.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ErasureAudit _audit;
    private readonly PipelineErasureRun _run;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _one = new(1);
    private readonly CancellationTokenSource _stop = new();
    private Task _sweeping = Task.CompletedTask;

    public PipelineErasure(Pipeline pipeline, KeyedState keyed, MetricsRegistry registry, ILogger logger)
    {
        _audit = new ErasureAudit(pipeline.Configuration.Data);
        _run = new PipelineErasureRun(pipeline, keyed);
        _logger = logger;
        registry.Gauge("sms_erasures_pending", "Messages that are erased as soon as they are final.",
            () => _run.Pending);
    }

    public void AddTo(AdminApi api) => api.Add("POST", "erasures", (context, _) => AnswerAsync(context));

    public void Start()
    {
        _run.Load();
        _sweeping = SweepAsync();
    }

    /// <summary>Ends what is under way; it goes on with the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sweeping;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (await AdminJson.ReadAsync(context, AdminJson.Default.ErasureRequest) is not { } request) return;
        var errors = new List<FieldError>();
        if (!NumberAnswer.TryParse(request.Number ?? "", out var digits, out _))
            errors.Add(new FieldError("number", "expected " + NumberAnswer.Expected));
        if (request.RequestedBy is { } by && (by.Length > LongestName || by.Any(char.IsControl)
            || by.Contains(digits, StringComparison.Ordinal)))
        {
            errors.Add(new FieldError("requested_by",
                $"expected up to {LongestName} characters, no control characters, not the number"));
        }

        if (errors.Count > 0)
        {
            await Problem.WriteAsync(context, AdminProblem.InvalidRequest, errors: errors);
            return;
        }

        if (!await _one.WaitAsync(Patience, context.RequestAborted))
        {
            await Problem.WriteAsync(context, AdminProblem.UnderWay, "Another number is being erased.");
            return;
        }

        try
        {
            await EraseAsync(context, Encoding.ASCII.GetBytes(digits), request.RequestedBy);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task EraseAsync(HttpContext context, byte[] number, string? by)
    {
        var from = context.Connection.RemoteIpAddress?.ToString();
        try
        {
            // Off the server's threads: it reads all of the journal. It goes on if whoever asked has gone.
            var result = await Task.Run(() => _run.EraseAsync(number, _stop.Token));
            Note(result, "erased", by, from);
            await AdminJson.WriteAsync(context, result, AdminJson.Default.ErasureResult);
        }
        catch (StoreException error)
        {
            StorageLog.TaskFailed(_logger, "erasure", error.Message);
            await Problem.WriteAsync(context, AdminProblem.StoreFailed, error.Message);
            NoteFailure(by, from, error.Message);
        }
    }

    private void NoteFailure(string? by, string? from, string why)
    {
        try
        {
            Note(new ErasureResult(0, 0, 0, 0), "failed", by, from, why);
        }
        catch (StoreException error)
        {
            StorageLog.TaskFailed(_logger, "audit of an erasure", error.Message); // on the disk that failed before
        }
    }

    private async Task SweepAsync()
    {
        using var timer = new PeriodicTimer(SweepPause);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                if (_run.Pending > 0) await SweepOnceAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // What is pending is on disk.
        }
    }

    private async Task SweepOnceAsync()
    {
        await _one.WaitAsync(_stop.Token);
        try
        {
            var result = await Task.Run(() => _run.SweepAsync(_stop.Token));
            if (result.Messages > 0) Note(result, "completed", null, null);
        }
        catch (StoreException error)
        {
            StorageLog.TaskFailed(_logger, "erasure of what was under way", error.Message);
        }
        finally
        {
            _one.Release();
        }
    }

    private void Note(in ErasureResult result, string what, string? by, string? from, string? error = null)
    {
        _audit.Append(new ErasureEntry(DateTime.UtcNow, what, by, from, result.Messages, result.Records,
            result.Cancelled, result.Pending, error));
        if (error is null)
            StorageLog.Erased(_logger, result.Messages, result.Records, result.Cancelled, result.Pending);
    }
}
