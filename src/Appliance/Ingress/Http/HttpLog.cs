namespace Appliance.Ingress.Http;

internal static partial class HttpLog
{
    [LoggerMessage(2001, LogLevel.Error, "HTTP request {Method} {Path} failed")]
    public static partial void RequestFailed(ILogger logger, string method, string path, Exception error);
}
