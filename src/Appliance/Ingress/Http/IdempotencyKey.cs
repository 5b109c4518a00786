using Appliance.Operate.Http;

namespace Appliance.Ingress.Http;

/// <summary>
/// The header Idempotency-Key: by it a POST that is sent again is known (draft-ietf-httpapi-idempotency-key-header).
/// The
/// draft's quoted form and the bare one that most clients send are the same key.
/// </summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    public const int Longest = 255;

    private const string Expected = "1 to 255 visible ASCII characters, once";

    /// <param name="request">The request.</param>
    /// <param name="key">Null where the request has no such header.</param>
    /// <returns>What is wrong with the header, or null.</returns>
    public static FieldError? Read(HttpRequest request, out string? key)
    {
        key = null;
        var values = request.Headers[Header];
        if (values.Count == 0) return null;
        if (values.Count > 1) return new FieldError(Header, $"found {values.Count} such headers, expected {Expected}");
        var text = values[0].AsSpan();
        if (text.Length > 2 && text[0] == '"' && text[^1] == '"') text = text[1..^1];
        if (text.Length is 0 or > Longest)
            return new FieldError(Header, $"found {text.Length} characters, expected {Expected}");
        if (text.ContainsAnyExceptInRange('!', '~'))
            return new FieldError(Header, $"found a character that is not visible ASCII, expected {Expected}");
        key = text.Length == values[0]!.Length ? values[0] : text.ToString();
        return null;
    }
}
