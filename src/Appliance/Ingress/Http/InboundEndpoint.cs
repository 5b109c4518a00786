using System.Globalization;
using Appliance.Operate.Http;

namespace Appliance.Ingress.Http;

/// <summary>GET /api/v1/inbound: what mobiles have written to the account, the oldest first.</summary>
internal sealed class InboundEndpoint(IAdmission admission, HttpMetrics metrics)
{
    public const string Path = "/api/v1/inbound";

    private const int UsualPage = 100;
    private const int LargestPage = 1000;

    public async Task HandleAsync(HttpContext context, AccountView account)
    {
        var errors = new List<FieldError>();
        var (after, limit) = (0UL, UsualPage);
        foreach (var (name, values) in context.Request.Query)
        {
            var text = values.ToString();
            var fault = values.Count > 1 ? $"found {values.Count} times, expected once"
                : name == "after" ? admission.TryReadCursor(text, out after) ? null
                    : $"found \"{text}\", expected `next` of an answer before"
                : name != "limit" ? "an unknown parameter; known are after and limit"
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit)
                    && limit is >= 1 and <= LargestPage ? null
                : $"found \"{text}\", expected a whole number from 1 to {LargestPage}";
            if (fault is not null) errors.Add(new FieldError(name, fault));
        }

        if (errors.Count > 0)
        {
            metrics.InvalidRequest.Add();
            var detail = string.Join("; ", errors.Take(3).Select(error => $"{error.Field}: {error.Detail}"));
            await Problem.WriteAsync(context, ApiProblem.InvalidRequest, detail, errors);
            return;
        }

        var page = await admission.InboundAsync(account.Id, after, limit);
        await RecordJson.WriteAsync(context, page, RecordJson.Snake.InboundPage);
    }
}
