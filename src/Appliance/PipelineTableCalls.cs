using System.Globalization;
using System.Text;
using Appliance.Operate.Http;
using Appliance.Routing.Versions;

namespace Appliance;

/// <summary>
/// The admin API's calls about what changes at run time: versions, what differs, another one, back to an earlier one.
/// Secrets are shown to nobody.
/// </summary>
internal sealed class PipelineTableCalls(PipelineTables tables)
{
    private static ProblemType Conflict { get; } = new(
        "conflict", 409, "Conflict", "Another version has come in between; look at it and try again.");

    public void AddTo(AdminApi api) => api
        .Add("GET", "tables", (context, _) => AdminJson.WriteAsync(
            context, List(), AdminJson.Default.TablesDocument))
        .Add("GET", "tables/", ShowAsync)
        .Add("POST", "tables", (context, _) => ApplyAsync(context))
        .Add("POST", "tables/reload", (context, _) => AnswerAsync(context, () => tables.Reload("asked for")))
        .Add("POST", "tables/rollback", (context, _) => RollBackAsync(context));

    private TablesDocument List() => new(
        tables.Versions.Current?.Number ?? 0,
        [
            .. tables.Versions.List().Select(version =>
                new TableVersionDocument(version.Number, version.Who, version.At, version.Note)),
        ]);

    private Task ShowAsync(HttpContext context, string which)
    {
        if (which == "diff") return DiffAsync(context);
        return TryNumber(which, out var number) && tables.Versions.Find(number) is { } content
            ? WriteAsync(context, TableSecrets.Hide(content))
            : Problem.WriteAsync(context, ProblemType.NotFound, $"There is no version {which}.");
    }

    private Task DiffAsync(HttpContext context)
    {
        var (from, to) = (context.Request.Query["from"].ToString(), context.Request.Query["to"].ToString());
        var errors = new List<FieldError>();
        var old = Number("from", from, errors);
        var changed = Number("to", to, errors);
        if (errors.Count > 0) return Problem.WriteAsync(context, AdminProblem.InvalidRequest, errors: errors);
        return tables.Versions.Diff(old, changed) is { } lines
            ? AdminJson.WriteAsync(context, new TableDiffDocument(old, changed, lines),
                AdminJson.Default.TableDiffDocument)
            : Problem.WriteAsync(context, ProblemType.NotFound, $"There is no version {from}, or no {to}.");
    }

    private static int Number(string name, string text, List<FieldError> errors)
    {
        if (!TryNumber(text, out var number))
            errors.Add(new FieldError(name, $"found \"{text}\", expected a version's number"));
        return number;
    }

    private async Task ApplyAsync(HttpContext context)
    {
        if (await AdminJson.ReadAsync(context, AdminJson.Default.TableRequest).ConfigureAwait(false) is not { } request)
            return;
        if (request.Tables.ValueKind == System.Text.Json.JsonValueKind.Undefined)
        {
            await Problem.WriteAsync(context, AdminProblem.InvalidRequest,
                errors: [new FieldError("tables", "missing, expected an object with some of routes, money, carriers, "
                    + "accounts and policy")])
                .ConfigureAwait(false);
            return;
        }

        var content = Encoding.UTF8.GetBytes(request.Tables.GetRawText());
        await AnswerAsync(context, () => request.DryRun
            ? tables.Try(content)
            : tables.Apply(content, request.Who, request.Note, request.Base)).ConfigureAwait(false);
    }

    private async Task RollBackAsync(HttpContext context)
    {
        if (await AdminJson.ReadAsync(context, AdminJson.Default.TableRollBack).ConfigureAwait(false)
            is not { } request) return;
        await AnswerAsync(context, () => tables.RollBack(request.Version, request.Who)).ConfigureAwait(false);
    }

    /// <summary>On a thread of the pool: the files are written and the ring is waited for.</summary>
    private static async Task AnswerAsync(HttpContext context, Func<TableChange> change)
    {
        var made = await Task.Run(change).ConfigureAwait(false);
        var version = made.Version?.Number ?? 0;
        await (made.Result switch
        {
            ProposalResult.Invalid => Problem.WriteAsync(context, AdminProblem.InvalidRequest,
                "All stays as it is.", [.. made.Errors.Select(error =>
                    new FieldError(error.Path, $"found {error.Found}, expected {error.Expected}"))]),
            ProposalResult.Conflict => Problem.WriteAsync(context, Conflict, $"Version {version} is in force."),
            ProposalResult.Missing => Problem.WriteAsync(context, ProblemType.NotFound, "There is no such version."),
            _ => AdminJson.WriteAsync(context, new TableResult(
                made.Result == ProposalResult.Done ? "done" : "unchanged", version, made.Changes, made.NeedsRestart),
                AdminJson.Default.TableResult),
        }).ConfigureAwait(false);
    }

    private static Task WriteAsync(HttpContext context, byte[] content)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = content.Length;
        return context.Response.Body.WriteAsync(content).AsTask();
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
