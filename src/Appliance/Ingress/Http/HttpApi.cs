using Appliance.Operate.Http;
using Appliance.Policy.OptOuts;

namespace Appliance.Ingress.Http;

/// <summary>
/// Which address is answered by what. A plain comparison of paths: there are few, and the general routing costs a
/// noticeable part of a POST.
/// </summary>
internal sealed class HttpApi(IAdmission admission, IOptOuts optOuts, HttpMetrics metrics, HttpFaults faults)
{
    private const string Messages = "/api/v1/messages";
    private const string Conversion = "/conversion";
    private const string Lookups = "/api/v1/lookups/";
    private const string Balance = "/api/v1/balance";
    private const string OpenApi = "/openapi/v1.json";

    private readonly SubmitEndpoint _submit = new(admission, metrics, faults);
    private readonly RecordEndpoint _record = new(admission, metrics);
    private readonly ListEndpoint _list = new(admission, metrics);
    private readonly InboundEndpoint _inbound = new(admission, metrics);
    private readonly BalanceEndpoint _balance = new(admission);
    private readonly LookupEndpoint _lookup = new(admission);
    private readonly OptOutEndpoint _optOuts = new(optOuts, metrics);

    public Task HandleAsync(HttpContext context)
    {
        try
        {
            return IsSubmission(context.Request) ? _submit.HandleAsync(context) : RouteSafelyAsync(context);
        }
        catch (Exception error)
        {
            return faults.AnswerAsync(context, error);
        }
    }

    private async Task RouteSafelyAsync(HttpContext context)
    {
        try
        {
            await RouteAsync(context);
        }
        catch (Exception error)
        {
            await faults.AnswerAsync(context, error);
        }
    }

    private Task RouteAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value ?? "";
        if (path == Messages)
            return ListAsync(context);
        if (path.StartsWith(Messages + "/", StringComparison.Ordinal))
            return OneAsync(context, path[(Messages.Length + 1)..]);
        if (path.StartsWith(Lookups, StringComparison.Ordinal) && path.Length > Lookups.Length)
            return LookUpAsync(context, path[Lookups.Length..]);
        if (path == OptOutEndpoint.Path || path.StartsWith(OptOutEndpoint.Path + "/", StringComparison.Ordinal))
            return OptOutsAsync(context, path);
        if (path == Balance)
            return BalanceAsync(context);
        if (path == InboundEndpoint.Path)
            return InboundAsync(context);
        if (path == OpenApi)
            return IsGet(context) ? OpenApiDocument.WriteAsync(context) : Problem.MethodNotAllowedAsync(context, "GET");
        if (path.StartsWith(ProblemType.Base, StringComparison.Ordinal))
            return ProblemPage.WriteAsync(context, path[ProblemType.Base.Length..]);
        if (Unimplemented.FeatureAt(path) is { } feature)
            return NotImplementedAsync(context, feature);
        metrics.NotFound.Add();
        return Problem.WriteAsync(context, ProblemType.NotFound, $"Nothing is here; {OpenApi} says what is where.");
    }

    private Task ListAsync(HttpContext context)
    {
        if (!IsGet(context))
            return Problem.MethodNotAllowedAsync(context, "GET, POST");
        return BearerKey.Authenticate(context, admission) is { } account
            ? _list.HandleAsync(context, account)
            : _submit.RefuseKeyAsync(context);
    }

    private Task OneAsync(HttpContext context, string id)
    {
        if (id.EndsWith(Conversion, StringComparison.Ordinal))
            return ConvertAsync(context, id[..^Conversion.Length]);
        var isDelete = HttpMethods.IsDelete(context.Request.Method);
        if (!isDelete && !IsGet(context))
            return Problem.MethodNotAllowedAsync(context, "GET, DELETE");
        if (BearerKey.Authenticate(context, admission) is not { } account)
            return _submit.RefuseKeyAsync(context);
        return isDelete
            ? _record.CancelAsync(context, account, id)
            : _record.HandleAsync(context, account, id);
    }

    private Task ConvertAsync(HttpContext context, string id)
    {
        if (!HttpMethods.IsPost(context.Request.Method)) return Problem.MethodNotAllowedAsync(context, "POST");
        return BearerKey.Authenticate(context, admission) is { } account
            ? _record.ConvertAsync(context, account, id)
            : _submit.RefuseKeyAsync(context);
    }

    private Task LookUpAsync(HttpContext context, string number)
    {
        if (!HttpMethods.IsPost(context.Request.Method)) return Problem.MethodNotAllowedAsync(context, "POST");
        return BearerKey.Authenticate(context, admission) is { } account
            ? _lookup.HandleAsync(context, account, number)
            : _submit.RefuseKeyAsync(context);
    }

    private Task OptOutsAsync(HttpContext context, string path)
    {
        var method = context.Request.Method;
        var number = path.Length > OptOutEndpoint.Path.Length ? path[(OptOutEndpoint.Path.Length + 1)..] : "";
        var isChange = HttpMethods.IsPut(method) || HttpMethods.IsDelete(method);
        if (number.Length == 0 ? !IsGet(context) : !isChange)
            return Problem.MethodNotAllowedAsync(context, number.Length == 0 ? "GET" : "PUT, DELETE");
        if (BearerKey.Authenticate(context, admission) is not { } account)
            return _submit.RefuseKeyAsync(context);
        return number.Length == 0
            ? _optOuts.ListAsync(context, account)
            : _optOuts.ChangeAsync(context, account, number,
                HttpMethods.IsPut(method) ? OptOutAction.Added : OptOutAction.Removed);
    }

    private Task BalanceAsync(HttpContext context)
    {
        if (!IsGet(context)) return Problem.MethodNotAllowedAsync(context, "GET");
        return BearerKey.Authenticate(context, admission) is { } account
            ? _balance.HandleAsync(context, account)
            : _submit.RefuseKeyAsync(context);
    }

    private Task InboundAsync(HttpContext context)
    {
        if (!IsGet(context)) return Problem.MethodNotAllowedAsync(context, "GET");
        return BearerKey.Authenticate(context, admission) is { } account
            ? _inbound.HandleAsync(context, account)
            : _submit.RefuseKeyAsync(context);
    }

    private Task NotImplementedAsync(HttpContext context, string feature)
    {
        metrics.NotImplemented.Add();
        return Problem.WriteAsync(context, ProblemType.NotImplemented, feature + " is not in this version.");
    }

    private static bool IsSubmission(HttpRequest request) =>
        request.Path.Value == Messages && HttpMethods.IsPost(request.Method);

    private static bool IsGet(HttpContext context) => HttpMethods.IsGet(context.Request.Method);
}
