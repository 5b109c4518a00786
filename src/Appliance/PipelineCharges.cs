using System.Buffers;
using System.Globalization;
using Appliance.Ingress.Http;
using Appliance.Money;
using Appliance.Operate.Http;
using Appliance.Operate.Storage;

namespace Appliance;

/// <summary>
/// GET /admin/v1/charges?format=&amp;after=&amp;from=&amp;to=&amp;limit=: charge records, in the order in which
/// messages ended. Whoever gives as <c>after</c> what the header Charges-Next said has each of them once.
/// </summary>
internal sealed class PipelineCharges(Pipeline pipeline)
{
    private const int UsualPage = 1000;
    private const int LargestPage = 10_000;

    private readonly ChargeNames _names =
        new(pipeline.AccountNames.Name, pipeline.CarrierNames.Name, pipeline.Configuration.Node);

    public void AddTo(AdminApi api) => api.Add("GET", "charges", (context, _) => ListAsync(context));

    private sealed record Page(bool IsJson, ulong After, long From, long To, int Limit);

    private async Task ListAsync(HttpContext context)
    {
        var errors = new List<FieldError>();
        var page = Read(context.Request.Query, errors);
        if (errors.Count > 0)
        {
            await Problem.WriteAsync(context, AdminProblem.InvalidRequest, errors: errors);
            return;
        }

        var body = new ArrayBufferWriter<byte>();
        var (next, more) = await Task.Run(() => Write(page, body), context.RequestAborted).ConfigureAwait(false);
        context.Response.Headers[ChargePages.Next] = next.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers[ChargePages.More] = more ? "true" : "false";
        context.Response.ContentType = page.IsJson ? "application/x-ndjson" : "text/csv; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = body.WrittenCount;
        await context.Response.Body.WriteAsync(body.WrittenMemory).ConfigureAwait(false);
    }

    private (ulong Next, bool More) Write(Page page, ArrayBufferWriter<byte> body)
    {
        // A later page begins where the journal was that far, or where the time wanted begins.
        var start = page.From == 0 ? 0 : Retention.FirstSince(pipeline.Journal, page.From);
        if (!page.IsJson) body.Write(ChargeText.Header);
        var reader = new ChargeReader(pipeline.Journal, _names);
        return reader.Read(Math.Max(page.After, start), (page.From, page.To), page.Limit, line =>
        {
            if (page.IsJson) ChargeText.WriteJson(body, in line);
            else ChargeText.WriteCsv(body, in line);
        });
    }

    private static Page Read(IQueryCollection query, List<FieldError> errors)
    {
        var format = query["format"].ToString();
        if (format is not ("" or "csv" or "ndjson"))
            errors.Add(new FieldError("format", $"found \"{format}\", expected csv or ndjson"));
        var limit = UsualPage;
        if (query["limit"].ToString() is { Length: > 0 } most
            && (!int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out limit)
                || limit is < 1 or > LargestPage))
            errors.Add(new FieldError("limit", $"found \"{most}\", expected a whole number from 1 to {LargestPage}"));
        ulong after = 0;
        if (query["after"].ToString() is { Length: > 0 } cursor
            && !ulong.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after))
            errors.Add(new FieldError("after", $"found \"{cursor}\", expected the sequence of a charge record"));
        return new Page(format == "ndjson", after, Time("from", 0), Time("to", long.MaxValue), limit);

        long Time(string name, long fallback)
        {
            if (query[name].ToString() is not { Length: > 0 } text) return fallback;
            if (Rfc3339.TryParse(text, out var time)) return time.ToUnixTimeMilliseconds();
            errors.Add(new FieldError(name, $"found \"{text}\", expected {Rfc3339.Expected}"));
            return fallback;
        }
    }
}
