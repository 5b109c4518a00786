using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Operate.Http;
using Appliance.Policy.OptOuts;
using Appliance.Policy.Senders;

namespace Appliance.Ingress.Http;

/// <summary>
/// The account's opt-outs: GET /api/v1/opt-outs?number=&amp;ended=&amp;cursor=&amp;limit= lists them, PUT and DELETE
/// /api/v1/opt-outs/{number}?sender= opt a number out and in again.
/// </summary>
internal sealed class OptOutEndpoint(IOptOuts optOuts, HttpMetrics metrics)
{
    public const string Path = "/api/v1/opt-outs";

    public async Task ListAsync(HttpContext context, AccountView account)
    {
        var errors = new List<FieldError>();
        var query = Read(context.Request.Query, errors);
        var page = errors.Count == 0 ? optOuts.List(account.Id, query) : null;
        if (page is null && errors.Count == 0)
            errors.Add(new FieldError("cursor", "expected `next` of a page before"));
        if (page is null) await RefuseAsync(context, errors);
        else await RecordJson.WriteAsync(context, page, OptOutJson.Snake.OptOutPage);
    }

    /// <param name="text">The number as it stands in the address.</param>
    public async Task ChangeAsync(HttpContext context, AccountView account, string text, OptOutAction action)
    {
        var errors = new List<FieldError>();
        var number = OptOutWish.NumberOf(text);
        if (number is null)
            errors.Add(new FieldError("number", $"found \"{Short(text)}\", expected {OptOutWish.NumberExpected}"));
        var sender = "";
        foreach (var (name, values) in context.Request.Query)
        {
            if (name != "sender") errors.Add(new FieldError(name, "an unknown parameter; known is sender"));
            else if (values.Count > 1) errors.Add(new FieldError(name, $"found {values.Count} times, expected once"));
            else sender = SenderOf(values.ToString(), errors);
        }

        if (errors.Count > 0)
        {
            await RefuseAsync(context, errors);
            return;
        }

        if (await optOuts.ChangeAsync(account.Id, number!, sender, action) is { } entry)
        {
            await RecordJson.WriteAsync(context, entry, OptOutJson.Snake.OptOutEntry);
            return;
        }

        metrics.NotFound.Add();
        await Problem.WriteAsync(context, ProblemType.NotFound, "There never was such an opt-out.");
    }

    private static string SenderOf(string text, List<FieldError> errors)
    {
        if (text.Length == 0) return "";
        // A + that was not escaped has come as a space.
        var sender = text.StartsWith(' ') ? "+" + text[1..] : text;
        if (SenderAddress.Fault(sender) is not { } expected) return SenderAddress.Of(sender).Text;
        errors.Add(new FieldError("sender", $"found \"{Short(text)}\", expected {expected}"));
        return "";
    }

    private static OptOutQuery Read(IQueryCollection parameters, List<FieldError> errors)
    {
        var query = new OptOutQuery(null, Ended: false, null, OptOutQuery.UsualPage);
        foreach (var (name, values) in parameters)
        {
            var fault = values.Count > 1
                ? $"found {values.Count} times, expected once"
                : Take(name, values.ToString(), ref query);
            if (fault is not null) errors.Add(new FieldError(name, fault));
        }

        return query;
    }

    /// <returns>What is wrong with the parameter, or null.</returns>
    private static string? Take(string name, string text, ref OptOutQuery query)
    {
        switch (name)
        {
            case "number":
                query = query with { Number = OptOutWish.NumberOf(text) };
                return query.Number is null ? $"found \"{Short(text)}\", expected {OptOutWish.NumberExpected}" : null;
            case "ended":
                query = query with { Ended = text == "true" };
                return text is "true" or "false" ? null : $"found \"{Short(text)}\", expected true or false";
            case "cursor":
                query = query with { Cursor = text };
                return null;
            case "limit":
                var good = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
                    && limit is > 0 and <= OptOutQuery.LargestPage;
                query = query with { Limit = limit };
                return good ? null : $"found \"{Short(text)}\", expected 1 to {OptOutQuery.LargestPage}";
            default:
                return "an unknown parameter; known are number, ended, cursor and limit";
        }
    }

    private Task RefuseAsync(HttpContext context, List<FieldError> errors)
    {
        metrics.InvalidRequest.Add();
        var detail = string.Join("; ", errors.Take(3).Select(error => $"{error.Field}: {error.Detail}"));
        return Problem.WriteAsync(context, ApiProblem.InvalidRequest, detail, errors);
    }

    private static string Short(string text)
    {
        const int Longest = 40;
        return text.Length > Longest ? text[..Longest] + "..." : text;
    }
}

[JsonSerializable(typeof(OptOutPage))]
[JsonSerializable(typeof(OptOutEntry))]
internal sealed partial class OptOutJson : JsonSerializerContext
{
    public static readonly OptOutJson Snake = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
