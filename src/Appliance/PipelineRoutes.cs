using System.Globalization;
using Appliance.Ingress;
using Appliance.Ingress.Http;
using Appliance.Money;
using Appliance.Operate;
using Appliance.Operate.Http;
using Appliance.Policy;
using Appliance.Routing;
using Appliance.Routing.Explain;

namespace Appliance;

/// <summary>GET /admin/v1/routes/explain: each step of a message's way to its carrier, with the numbers of now.
/// </summary>
internal sealed class PipelineRoutes(Pipeline pipeline)
{
    private static readonly (string Name, MessageClass Class)[] Classes =
    [
        ("transactional", MessageClass.Transactional), ("promotional", MessageClass.Promotional),
        ("otp", MessageClass.Otp),
    ];

    public void AddTo(AdminApi api) => api.Add("GET", "routes/explain", (context, _) => ExplainAsync(context));

    private async Task ExplainAsync(HttpContext context)
    {
        var errors = new List<FieldError>();
        var request = Read(context.Request.Query, errors, out var home);
        if (errors.Count > 0)
        {
            await Problem.WriteAsync(context, AdminProblem.InvalidRequest, errors: errors).ConfigureAwait(false);
            return;
        }

        var lookup = await pipeline.Storage.Lookup.LookUpAsync(request.Number, home, context.RequestAborted)
            .ConfigureAwait(false);
        RouteExplanation? explanation = null;
        var ids = pipeline.Configuration.Accounts.ToDictionary(
            account => account.Name, account => pipeline.AccountNames.GetOrAdd(account.Name), StringComparer.Ordinal);
        await pipeline.CallAsync((decider, now) =>
        {
            var choice = decider.Dispatch.Choice;
            foreach (var carrier in choice.All) carrier.Measure(now);
            var explainer = new RouteExplainer(choice.Tables.Routes, choice.Chooser, choice.Tables.Money,
                name => ids.GetValueOrDefault(name));
            explanation = explainer.Explain(request with { Seed = decider.Ledger.Log.NextPosition }, lookup, now);
        }).ConfigureAwait(false);
        await AdminJson.WriteAsync(context, Document(explanation!), AdminJson.Default.ExplainDocument)
            .ConfigureAwait(false);
    }

    private ExplainRequest Read(IQueryCollection query, List<FieldError> errors, out string? home)
    {
        foreach (var name in query.Keys.Except(["number", "account", "sender", "class", "body", "segments"]))
            errors.Add(new FieldError(name, "unknown; known are number, account, sender, class, body and segments"));
        var number = query["number"].ToString();
        if (number.Length == 0) errors.Add(new FieldError("number", "missing, expected a number"));
        var account = query["account"].ToString();
        var known = pipeline.Configuration.Accounts.FirstOrDefault(one => one.Name == account);
        if (account.Length > 0 && known is null)
            errors.Add(new FieldError("account", $"found \"{account}\", expected the name of one of the accounts"));
        home = known?.Country;
        var usual = known is null ? pipeline.Configuration.Policy.DefaultClass
            : PipelineOptions.Class(pipeline.Configuration, known);
        return new ExplainRequest(
            number, account, query["sender"].ToString(), Class(query["class"].ToString(), usual, errors),
            Segments(query["body"].ToString(), query["segments"].ToString(), errors), 0);
    }

    private static RouteClasses Class(string text, MessageClass usual, List<FieldError> errors)
    {
        var found = Array.FindIndex(Classes, one => one.Name == text);
        if (text.Length > 0 && found < 0)
            errors.Add(new FieldError("class", $"found \"{text}\", expected transactional, promotional or otp"));
        return (RouteClasses)(1 << (int)(found < 0 ? usual : Classes[found].Class));
    }

    private static int Segments(string body, string text, List<FieldError> errors)
    {
        if (body.Length > 0)
        {
            var submission = new HttpSubmission();
            if (MessageText.TryEncode(body, null, submission) is not { } fault) return submission.SegmentCount;
            errors.Add(new FieldError("body", fault));
            return 1;
        }

        if (text.Length == 0) return 1;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count is > 0 and < 256)
            return count;
        errors.Add(new FieldError("segments", $"found \"{text}\", expected 1 to 255"));
        return 1;
    }

    private ExplainDocument Document(RouteExplanation explanation)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        ExplanationText.Write(explanation, text);
        var pick = explanation.Pick;
        var isTaken = pick.Place >= 0 && !explanation.IsBelowCost;
        return new ExplainDocument
        {
            Tables = pipeline.TableChanges?.Versions.Current?.Number ?? 0,
            Number = explanation.Lookup,
            Route = explanation.Rule?.Name,
            Choice = explanation.Rule is { } rule ? RouteReader.NameOf(rule.Choice) : null,
            Routes = [.. explanation.Routes.Select(route => new ExplainRoute(
                route.Name, route.Order, route.Fault == RouteFault.None,
                route.Fault == RouteFault.None ? null : route.Fault.ToString().ToLowerInvariant(), route.Conditions))],
            Carriers = [.. explanation.Carriers.Select(Carrier)],
            Segments = explanation.Request.Segments,
            Price = explanation.Quote.IsPriced ? Micros.Format(explanation.Quote.Price) : null,
            Currency = explanation.Currency,
            Carrier = isTaken ? explanation.Carriers[pick.Place].Name : null,
            Result = explanation.Lookup.Valid && explanation.Rule is not null
                ? ExplanationText.Result(explanation) : "refused",
            Text = text.ToString(),
        };
    }

    private static ExplainCarrier Carrier(ConsideredCarrier carrier)
    {
        var score = carrier.Score;
        return new ExplainCarrier(
            carrier.Name, carrier.IsTooDear ? "too dear" : ExplanationText.Name(score.Standing),
            score.Cost == RateCard.None ? null : Micros.Format(score.Cost), Round(score.Rate), Round(score.Seconds),
            Round(score.Health), Round(score.CostTerm), Round(score.DeliveryTerm), Round(score.LatencyTerm),
            Round(score.LoadTerm), Round(score.Total), carrier.IsChosen);
    }

    private static double Round(float number) => Math.Round(number, 4);
}
