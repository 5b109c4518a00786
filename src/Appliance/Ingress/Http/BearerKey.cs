using System.Text;

namespace Appliance.Ingress.Http;

/// <summary>The key of an Authorization header: <c>Bearer KEY</c>, RFC 6750 section 2.1.</summary>
internal static class BearerKey
{
    private const string Scheme = "Bearer ";

    /// <summary>Longer keys than a configuration can hold are not looked at.</summary>
    private const int MaxLength = 256;

    public static AccountView? Authenticate(HttpContext context, IAdmission admission)
    {
        var headers = context.Request.Headers.Authorization;
        if (headers.Count != 1 || headers[0] is not { } header)
            return null;
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var key = header.AsSpan(Scheme.Length).Trim(' ');
        if (key.Length is 0 or > MaxLength)
            return null;
        Span<byte> octets = stackalloc byte[MaxLength];
        return Ascii.FromUtf16(key, octets, out var length) == System.Buffers.OperationStatus.Done
            ? admission.Authenticate(octets[..length])
            : null;
    }
}
