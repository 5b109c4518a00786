using Appliance.Operate.Http;

namespace Appliance.Ingress.Http;

/// <summary>
/// Which address is answered by what. A plain comparison of paths: there are few, and the general routing costs a
/// noticeable part of a POST.
/// </summary>
internal sealed class HttpApi(IAdmission admission, HttpMetrics metrics, ILogger logger)
{
    private const string Messages = "/api/v1/messages";
    private const string OpenApi = "/openapi/v1.json";

    private readonly SubmitEndpoint _submit = new(admission, metrics);
    private readonly RecordEndpoint _record = new(admission, metrics);

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await RouteAsync(context);
        }
        catch (BadHttpRequestException error)
        {
            await RefuseHttpAsync(context, error);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // The client is gone; nobody is there to be answered.
            context.Abort();
        }
        catch (Exception error)
        {
            HttpLog.RequestFailed(logger, context.Request.Method, context.Request.Path.Value ?? "", error);
            if (context.Response.HasStarted)
                context.Abort();
            else
                await Problem.WriteAsync(context, ProblemType.InternalError, ProblemType.InternalError.Meaning);
        }
    }

    private Task RouteAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value ?? "";
        if (path == Messages)
            return HttpMethods.IsPost(request.Method) ? SubmitAsync(context) : ListAsync(context);
        if (path.StartsWith(Messages + "/", StringComparison.Ordinal))
            return OneAsync(context, path[(Messages.Length + 1)..]);
        if (path == OpenApi)
            return IsGet(context) ? OpenApiDocument.WriteAsync(context) : Problem.MethodNotAllowedAsync(context, "GET");
        if (path.StartsWith(ProblemType.Base, StringComparison.Ordinal))
            return ProblemPage.WriteAsync(context, path[ProblemType.Base.Length..]);
        if (Unimplemented.FeatureAt(path) is { } feature)
            return NotImplementedAsync(context, feature);
        metrics.NotFound.Add();
        return Problem.WriteAsync(context, ProblemType.NotFound, $"Nothing is here; {OpenApi} says what is where.");
    }

    private Task SubmitAsync(HttpContext context) => context.Request.Headers.ContainsKey("Idempotency-Key")
        ? NotImplementedAsync(context, "The header Idempotency-Key")
        : _submit.HandleAsync(context);

    private Task ListAsync(HttpContext context)
    {
        if (!IsGet(context))
            return Problem.MethodNotAllowedAsync(context, "GET, POST");
        return BearerKey.Authenticate(context, admission) is null
            ? _submit.RefuseKeyAsync(context)
            : NotImplementedAsync(context, "Listing messages");
    }

    private Task OneAsync(HttpContext context, string id)
    {
        var isDelete = HttpMethods.IsDelete(context.Request.Method);
        if (!isDelete && !IsGet(context))
            return Problem.MethodNotAllowedAsync(context, "GET, DELETE");
        if (BearerKey.Authenticate(context, admission) is not { } account)
            return _submit.RefuseKeyAsync(context);
        return isDelete
            ? NotImplementedAsync(context, "Cancelling a message")
            : _record.HandleAsync(context, account, id);
    }

    private Task NotImplementedAsync(HttpContext context, string feature)
    {
        metrics.NotImplemented.Add();
        return Problem.WriteAsync(context, ProblemType.NotImplemented, feature + " is not in this version.");
    }

    /// <summary>What Kestrel found wrong with a body while it was read.</summary>
    private Task RefuseHttpAsync(HttpContext context, BadHttpRequestException error)
    {
        var (type, counter) = error.StatusCode switch
        {
            StatusCodes.Status413PayloadTooLarge => (ApiProblem.PayloadTooLarge, metrics.TooLarge),
            StatusCodes.Status408RequestTimeout => (ApiProblem.RequestTimeout, metrics.BadRequest),
            _ => (ApiProblem.BadRequest, metrics.BadRequest),
        };
        counter.Add();
        return Problem.WriteAsync(context, type, error.Message);
    }

    private static bool IsGet(HttpContext context) => HttpMethods.IsGet(context.Request.Method);
}
