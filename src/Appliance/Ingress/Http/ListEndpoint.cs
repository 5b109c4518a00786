using System.Globalization;
using Appliance.Operate.Http;

namespace Appliance.Ingress.Http;

/// <summary>GET /api/v1/messages: a page of the account's messages, the newest first.</summary>
internal sealed class ListEndpoint(IAdmission admission, HttpMetrics metrics)
{
    private const int LargestPage = 1000;

    private static readonly string[] Statuses =
    [
        "queued", "scheduled", "submitted", "delivered", "undelivered", "expired", "rejected", "unknown", "failed",
        "cancelled", "blocked",
    ];

    public async Task HandleAsync(HttpContext context, AccountView account)
    {
        var errors = new List<FieldError>();
        var query = Read(context.Request.Query, errors);
        if (errors.Count > 0)
        {
            metrics.InvalidRequest.Add();
            var detail = string.Join("; ", errors.Take(3).Select(error => $"{error.Field}: {error.Detail}"));
            await Problem.WriteAsync(context, ApiProblem.InvalidRequest, detail, errors);
            return;
        }

        var page = await admission.ListAsync(account.Id, query);
        await RecordJson.WriteAsync(context, page, RecordJson.Snake.MessagePage);
    }

    private MessageQuery Read(IQueryCollection parameters, List<FieldError> errors)
    {
        var query = new MessageQuery();
        foreach (var (name, values) in parameters)
        {
            var fault = values.Count > 1
                ? $"found {values.Count} times, expected once"
                : Take(name, values.ToString(), ref query);
            if (fault is not null) errors.Add(new FieldError(name, fault));
        }

        if (query.From >= query.To && errors.Count == 0)
            errors.Add(new FieldError("to", "found a time that is not after from, expected a later one"));
        return query;
    }

    /// <returns>What is wrong with the parameter, or null.</returns>
    private string? Take(string name, string text, ref MessageQuery query)
    {
        switch (name)
        {
            case "from":
                if (!TryReadTime(text, out var from)) return Expected(text, Rfc3339.Expected);
                query = query with { From = from };
                return null;
            case "to":
                if (!TryReadTime(text, out var to)) return Expected(text, Rfc3339.Expected);
                query = query with { To = to };
                return null;
            case "status":
                if (!Statuses.Contains(text)) return Expected(text, "one of " + string.Join(", ", Statuses));
                query = query with { Status = text };
                return null;
            case "destination":
                // A + that was not escaped has come as a space.
                var number = text.StartsWith(' ') ? "+" + text[1..] : text;
                if (!IsNumber(number)) return Expected(text, "1 to 20 digits, with or without + before them");
                query = query with { Destination = number };
                return null;
            case "limit":
                if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
                    || limit is < 1 or > LargestPage)
                    return Expected(text, $"a whole number from 1 to {LargestPage}");
                query = query with { Limit = limit };
                return null;
            case "cursor":
                if (!admission.TryReadCursor(text, out var before)) return Expected(text, "`next` of a page before");
                query = query with { Before = before };
                return null;
            default:
                return "an unknown parameter; known are from, to, status, destination, limit and cursor";
        }
    }

    /// <summary>A + that was not escaped has come as a space.</summary>
    private static bool TryReadTime(string text, out DateTimeOffset time) =>
        Rfc3339.TryParse(text.Length > 6 && text[^6] == ' ' ? string.Concat(text[..^6], "+", text[^5..]) : text,
            out time);

    private static bool IsNumber(string text)
    {
        var digits = text.AsSpan(text.StartsWith('+') ? 1 : 0);
        return digits.Length is > 0 and <= HttpSubmission.MaxAddress && !digits.ContainsAnyExceptInRange('0', '9');
    }

    private static string Expected(string found, string expected)
    {
        const int Longest = 40;
        return $"found \"{(found.Length > Longest ? found[..Longest] + "..." : found)}\", expected {expected}";
    }
}
