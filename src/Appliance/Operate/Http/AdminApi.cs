using System.Security.Cryptography;
using System.Text;

namespace Appliance.Operate.Http;

/// <summary>
/// The calls under /admin/v1, each added by whoever can answer it. Where the configuration has a key, all of them ask
/// for it. What changes something is a POST or DELETE with a JSON body or none, so that a page in a browser on this
/// machine cannot send it unasked.
/// </summary>
/// <param name="keySha256">32 octets, or none for no key.</param>
public sealed class AdminApi(ReadOnlyMemory<byte> keySha256)
{
    public const string Base = "/admin/v1/";

    private const string Scheme = "Bearer ";

    private readonly List<Call> _calls = [];

    /// <summary>Adds a call.</summary>
    /// <param name="method">GET, POST or DELETE.</param>
    /// <param name="path">What follows <see cref="Base"/>; with a final "/" it stands for all that begin with
    /// it.</param>
    /// <param name="answer">Gets what of the path follows <paramref name="path"/>.</param>
    public AdminApi Add(string method, string path, Func<HttpContext, string, Task> answer)
    {
        _calls.Add(new Call(method, path, answer));
        return this;
    }

    /// <summary>Answers a request whose path begins with <see cref="Base"/>.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value![Base.Length..];
        if (!IsAllowed(context))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"admin\"";
            await Problem.WriteAsync(context, AdminProblem.Unauthorized,
                "Send the key of admin.key: Authorization: Bearer KEY");
            return;
        }

        var here = _calls.FindAll(call => call.Matches(path));
        if (here.Count == 0)
        {
            await Problem.WriteAsync(context, ProblemType.NotFound,
                "Here are " + string.Join(", ", _calls.Select(call => Base + call.Path).Distinct()) + ".");
            return;
        }

        if (here.Find(call => call.Method == context.Request.Method) is not { } found)
            await Problem.MethodNotAllowedAsync(context, string.Join(", ", here.Select(call => call.Method)));
        else if (!HttpMethods.IsGet(found.Method) && !IsJsonOrNothing(context.Request))
            await Problem.WriteAsync(context, AdminProblem.UnsupportedMediaType, "Content-Type: application/json");
        else
            await found.AnswerAsync(context, path);
    }

    private bool IsAllowed(HttpContext context)
    {
        if (keySha256.IsEmpty) return true;
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return false;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim()), hash);
        return CryptographicOperations.FixedTimeEquals(hash, keySha256.Span);
    }

    /// <summary>A form, which any page may send anywhere, is neither.</summary>
    private static bool IsJsonOrNothing(HttpRequest request) =>
        request.ContentType is { } type
            ? type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)
            : request.Headers.Origin.Count == 0 && request.ContentLength is null or 0;

    private sealed record Call(string Method, string Path, Func<HttpContext, string, Task> Answer)
    {
        private bool IsPrefix => Path.EndsWith('/');

        public bool Matches(string path) => IsPrefix
            ? path.Length > Path.Length && path.StartsWith(Path, StringComparison.Ordinal)
            : path == Path;

        public Task AnswerAsync(HttpContext context, string path) => Answer(context, path[Path.Length..]);
    }
}
