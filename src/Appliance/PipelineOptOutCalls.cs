using System.Globalization;
using Appliance.Operate.Http;
using Appliance.Policy.OptOuts;
using Appliance.Policy.Senders;

namespace Appliance;

/// <summary>The admin API's calls about opt-outs: GET lists an account's, POST changes many at a time.</summary>
internal sealed class PipelineOptOutCalls(Pipeline pipeline)
{
    private const int MostErrors = 20;

    public void AddTo(AdminApi api) => api
        .Add("GET", "opt-outs", (context, _) => ListAsync(context))
        .Add("POST", "opt-outs", (context, _) => ChangeAsync(context));

    private Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var errors = new List<FieldError>();
        var account = AccountOf(query["account"].ToString(), errors);
        var limit = OptOutQuery.UsualPage;
        if (query["limit"].ToString() is { Length: > 0 } most
            && (!int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out limit)
                || limit is < 1 or > OptOutQuery.LargestPage))
            errors.Add(new FieldError("limit", $"expected a whole number from 1 to {OptOutQuery.LargestPage}"));
        var text = query["number"].ToString();
        var number = text.Length > 0 ? OptOutWish.NumberOf(text) : null;
        if (text.Length > 0 && number is null)
            errors.Add(new FieldError("number", $"expected {OptOutWish.NumberExpected}"));
        var ended = query["ended"].ToString() == "true";
        var page = errors.Count > 0 ? null
            : pipeline.OptOuts.ListOf(account, new OptOutQuery(number, ended, query["cursor"].ToString(), limit));
        if (page is null && errors.Count == 0)
            errors.Add(new FieldError("cursor", "expected `next` of a page before"));
        return page is null
            ? Problem.WriteAsync(context, AdminProblem.InvalidRequest, errors: errors)
            : AdminJson.WriteAsync(context, page, AdminJson.Default.OptOutPage);
    }

    private async Task ChangeAsync(HttpContext context)
    {
        if (await AdminJson.ReadAsync(context, AdminJson.Default.OptOutRequest) is not { } request) return;
        var errors = new List<FieldError>();
        var account = AccountOf(request.Account, errors);
        if (request.OptOuts.Count > OptOutRequest.Most)
            errors.Add(new FieldError("opt_outs", $"{request.OptOuts.Count} of them, expected at most "
                + $"{OptOutRequest.Most}"));
        var wishes = errors.Count > 0 ? [] : Wishes(account, request, errors);
        if (errors.Count > 0)
        {
            await Problem.WriteAsync(context, AdminProblem.InvalidRequest, errors: errors);
            return;
        }

        await pipeline.OptOuts.ChangeAsync(wishes);
        Log.OptOutsImported(pipeline.Logger, wishes.Count, request.Account, request.Remove ? "removed" : "added");
        await AdminJson.WriteAsync(context, new OptOutResult(wishes.Count), AdminJson.Default.OptOutResult);
    }

    private static List<OptOutWish> Wishes(ushort account, OptOutRequest request, List<FieldError> errors)
    {
        var wishes = new List<OptOutWish>(request.OptOuts.Count);
        var action = request.Remove ? OptOutAction.Removed : OptOutAction.Added;
        foreach (var (index, entry) in request.OptOuts.Index())
        {
            var number = OptOutWish.NumberOf(entry.Number);
            var fault = string.IsNullOrEmpty(entry.Sender) ? null : SenderAddress.Fault(entry.Sender);
            if (errors.Count < MostErrors && number is null)
            {
                errors.Add(new FieldError(
                    $"opt_outs[{index}].number", $"\"{entry.Number}\", expected {OptOutWish.NumberExpected}"));
            }

            if (errors.Count < MostErrors && fault is not null)
                errors.Add(new FieldError($"opt_outs[{index}].sender", $"\"{entry.Sender}\", expected {fault}"));
            if (number is null || fault is not null) continue;
            var sender = string.IsNullOrEmpty(entry.Sender) ? "" : SenderAddress.Of(entry.Sender).Text;
            wishes.Add(new OptOutWish(account, number, sender, action, OptOutSource.Import));
        }

        return wishes;
    }

    private ushort AccountOf(string name, List<FieldError> errors)
    {
        if (pipeline.Configuration.Accounts.Any(account => account.Name == name))
            return pipeline.AccountNames.GetOrAdd(name);
        errors.Add(new FieldError("account", $"\"{name}\", expected the name of one of the accounts"));
        return 0;
    }
}
