using Appliance.Numbering;
using Appliance.Operate.Storage;
using Store;

namespace Appliance.Operate.Http;

/// <summary>The admin API's calls about what is stored: backup, ported numbers, the numbering plan.</summary>
public sealed class StorageCalls(BackupRunner backups, PortedNumbers numbers, LivePlan plan)
{
    public void AddTo(AdminApi api) => api
        .Add("GET", "backup", (context, _) => AdminJson.WriteAsync(
            context, backups.Status, AdminJson.Default.BackupStatus))
        .Add("POST", "backup", (context, _) => StartBackupAsync(context))
        .Add("GET", "mnp", (context, _) => AdminJson.WriteAsync(context, Datasets(), AdminJson.Default.NumbersDocument))
        .Add("GET", "mnp/", LookUpAsync)
        .Add("GET", "numbers", (context, _) => AdminJson.WriteAsync(context, Plan(), AdminJson.Default.PlanDocument))
        .Add("GET", "numbers/", (context, text) => AnswerAsync(context, PlanAnswer.Write(plan.Current, text, null)));

    /// <summary>202: it has begun, and GET tells how far it is.</summary>
    private async Task StartBackupAsync(HttpContext context)
    {
        if (await AdminJson.ReadAsync(context, AdminJson.Default.BackupRequest) is not { } request) return;
        var errors = Check(request);
        if (errors.Count > 0)
            await Problem.WriteAsync(context, AdminProblem.InvalidRequest, errors: errors);
        else if (!backups.TryStart(request))
            await Problem.WriteAsync(context, AdminProblem.UnderWay, "A backup is being made already.");
        else
        {
            await AdminJson.WriteAsync(
                context, backups.Status, AdminJson.Default.BackupStatus, StatusCodes.Status202Accepted);
        }
    }

    private static List<FieldError> Check(BackupRequest request)
    {
        var errors = new List<FieldError>();
        if (!Path.IsPathRooted(request.Directory) || request.Directory.Contains('\0', StringComparison.Ordinal))
            errors.Add(new FieldError("directory", "expected an absolute path on the appliance's machine"));
        if (request.Keep is < 1 or > BackupRequest.MostKept)
            errors.Add(new FieldError("keep", $"expected a whole number from 1 to {BackupRequest.MostKept}"));
        if (request.BytesPerSecond < 0)
            errors.Add(new FieldError("bytes_per_second", "expected a whole number, 0 for no limit"));
        // Last: it makes the folder.
        if (errors.Count == 0 && BackupTarget.Check(request.Directory) is { } fault)
            errors.Add(new FieldError("directory", fault));
        return errors;
    }

    private NumbersDocument Datasets() => new()
    {
        Bytes = numbers.Store.DiskBytes,
        Datasets = [.. numbers.Store.Datasets.Select(dataset => new NumbersDataset(dataset.Name, dataset.Generation,
            dataset.Numbers, dataset.Blocks, new DateTimeOffset(dataset.ImportedAt, TimeSpan.Zero)))],
    };

    private async Task LookUpAsync(HttpContext context, string text)
    {
        if (!NumberAnswer.TryParse(text, out var digits, out var number))
        {
            await Problem.WriteAsync(context, AdminProblem.InvalidRequest,
                errors: [new FieldError("number", "expected " + NumberAnswer.Expected)]);
            return;
        }

        ReadOnlyMemory<byte> answer;
        try
        {
            answer = NumberAnswer.Write(digits, numbers.TryFind(number, out var found), found);
        }
        catch (StoreException error)
        {
            await Problem.WriteAsync(context, AdminProblem.StoreFailed, error.Message);
            return;
        }

        await AnswerAsync(context, answer);
    }

    private PlanDocument Plan() => new()
    {
        Sources = plan.Current.Sources,
        Countries = plan.Current.Countries.Count,
        Networks = plan.Current.Networks.Count,
        ImportedRanges = plan.Current.Ranges.Count,
        ImportedAt = plan.Current.Ranges.Count == 0 ? null : new DateTimeOffset(plan.Current.Ranges.ImportedAt),
    };

    private static async Task AnswerAsync(HttpContext context, ReadOnlyMemory<byte> answer)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer);
    }
}
