using System.Globalization;
using System.Text;
using Appliance.Ingress;
using Appliance.Ingress.Http;
using Appliance.Money;
using Appliance.Operate;
using Appliance.Operate.Http;
using Appliance.Policy;
using Appliance.Policy.Dlt;
using Appliance.Routing;
using Appliance.Routing.Explain;
using Codec;

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

    private static readonly (string Name, TlvTag Tag)[] Parameters =
    [
        ("dlt_entity_id", DltFilter.EntityTag), ("dlt_template_id", DltFilter.TemplateTag),
        ("dlt_chain", DltFilter.ChainTag),
    ];

    private static readonly string[] Known =
    [
        "number", "account", "sender", "class", "body", "segments", "hlr", .. Parameters.Select(one => one.Name),
    ];

    private const int LongestParameter = 400;

    public void AddTo(AdminApi api) => api.Add("GET", "routes/explain", (context, _) => ExplainAsync(context));

    private async Task ExplainAsync(HttpContext context)
    {
        var errors = new List<FieldError>();
        var request = Read(context.Request.Query, errors);
        if (errors.Count > 0)
        {
            await Problem.WriteAsync(context, AdminProblem.InvalidRequest, errors: errors).ConfigureAwait(false);
            return;
        }

        var explanation = await new PipelineExplain(pipeline).ExplainAsync(request, context.RequestAborted)
            .ConfigureAwait(false);
        await AdminJson.WriteAsync(context, Document(explanation), AdminJson.Default.ExplainDocument)
            .ConfigureAwait(false);
    }

    private ExplainedMessage Read(IQueryCollection query, List<FieldError> errors)
    {
        foreach (var name in query.Keys.Except(Known))
            errors.Add(new FieldError(name, "unknown; known are " + string.Join(", ", Known)));
        var number = query["number"].ToString();
        if (number.Length == 0) errors.Add(new FieldError("number", "missing, expected a number"));
        var account = query["account"].ToString();
        var known = pipeline.Setup.Accounts.Find(account);
        if (account.Length > 0 && known is null)
            errors.Add(new FieldError("account", $"found \"{account}\", expected the name of one of the accounts"));
        var usual = known?.Class ?? pipeline.Configuration.Policy.DefaultClass;
        var message = new HttpSubmission();
        SetSender(message, query["sender"].ToString(), errors);
        foreach (var (name, tag) in Parameters)
            if (query[name].ToString() is { Length: > 0 } value)
                AddParameter(message, name, tag, value, errors);
        var hlr = query["hlr"].ToString();
        if (hlr is not ("" or "true" or "false"))
            errors.Add(new FieldError("hlr", $"found \"{hlr}\", expected true or false"));
        var segments = Segments(query["body"].ToString(), query["segments"].ToString(), message, errors);
        return new ExplainedMessage(
            number, known, Class(query["class"].ToString(), usual, errors), message, segments, hlr == "true");
    }

    /// <summary>As the API takes it; what only SMPP can say goes as it is.</summary>
    private static void SetSender(HttpSubmission message, string sender, List<FieldError> errors)
    {
        if (Ingress.Http.AddressRules.TrySetSource(message, sender)) return;
        if (sender.Length <= HttpSubmission.MaxAddress && Ascii.IsValid(sender))
            message.SetSource(Encoding.ASCII.GetBytes(sender), 0, 0);
        else
            errors.Add(new FieldError("sender",
                $"found \"{sender}\", expected at most {HttpSubmission.MaxAddress} signs of ASCII"));
    }

    private static void AddParameter(
        HttpSubmission message, string name, TlvTag tag, string value, List<FieldError> errors)
    {
        if (Ascii.IsValid(value) && value.Length <= LongestParameter)
            message.AddTlv(tag, Encoding.ASCII.GetBytes(value));
        else
            errors.Add(new FieldError(name,
                $"found {value.Length} signs, expected at most {LongestParameter} of ASCII"));
    }

    private static MessageClass Class(string text, MessageClass usual, List<FieldError> errors)
    {
        var found = Array.FindIndex(Classes, one => one.Name == text);
        if (text.Length > 0 && found < 0)
            errors.Add(new FieldError("class", $"found \"{text}\", expected transactional, promotional or otp"));
        return found < 0 ? usual : Classes[found].Class;
    }

    private static int Segments(string body, string text, HttpSubmission message, List<FieldError> errors)
    {
        if (body.Length > 0)
        {
            message.SetText(body);
            if (MessageText.TryEncode(body, null, message) is not { } fault) return message.SegmentCount;
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
        var isTaken = explanation.Refusal is null;
        return new ExplainDocument
        {
            Tables = pipeline.TableChanges?.Versions.Current?.Number ?? 0,
            Number = explanation.Number.Lookup,
            Hlr = explanation.Number.Hlr,
            Sender = explanation.Request.Sender,
            Steps = [.. explanation.Before.Concat(explanation.Within).Select(step => new ExplainDocumentStep(
                step.Name, step.Word, step.Rule.Length == 0 ? null : step.Rule, step.Numbers))],
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
            Result = ExplanationText.Result(explanation),
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
