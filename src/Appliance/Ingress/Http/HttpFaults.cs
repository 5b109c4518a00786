using Appliance.Operate.Http;

namespace Appliance.Ingress.Http;

/// <summary>What a request is answered whose handling threw.</summary>
internal sealed class HttpFaults(HttpMetrics metrics, ILogger logger)
{
    public Task AnswerAsync(HttpContext context, Exception error)
    {
        switch (error)
        {
            case BadHttpRequestException bad:
                return RefuseAsync(context, bad);
            case IOException or OperationCanceledException:
                // The client is gone; nobody is there to be answered.
                context.Abort();
                return Task.CompletedTask;
            default:
                HttpLog.RequestFailed(logger, context.Request.Method, context.Request.Path.Value ?? "", error);
                return FailAsync(context);
        }
    }

    /// <summary>What Kestrel found wrong with a body while it was read.</summary>
    private Task RefuseAsync(HttpContext context, BadHttpRequestException error)
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

    private static Task FailAsync(HttpContext context)
    {
        if (!context.Response.HasStarted)
            return Problem.WriteAsync(context, ProblemType.InternalError, ProblemType.InternalError.Meaning);
        context.Abort();
        return Task.CompletedTask;
    }
}
