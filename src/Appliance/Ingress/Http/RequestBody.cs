using System.Buffers;
using System.Text.Json;

namespace Appliance.Ingress.Http;

/// <summary>The body of a POST: whether it can be read, and reading it.</summary>
internal static class RequestBody
{
    private const string Json = "application/json";

    /// <summary>What is wrong with the headers that describe the body, or null.</summary>
    public static string? Unacceptable(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding;
        if (encoding.Count > 0 && !encoding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase))
            return $"The header Content-Encoding is {encoding}, expected none.";
        return request.ContentType switch
        {
            Json => null,
            null => $"The header Content-Type is missing, expected {Json}.",
            var type => IsJson(type) ? null : $"The header Content-Type is {type}, expected {Json}.",
        };
    }

    /// <summary>Fills the request; returns what is wrong with the JSON, or null.</summary>
    public static string? Parse(in ReadOnlySequence<byte> body, SubmitRequest request)
    {
        byte[]? rented = null;
        try
        {
            var utf8 = body.FirstSpan;
            if (!body.IsSingleSegment)
            {
                rented = ArrayPool<byte>.Shared.Rent((int)body.Length);
                body.CopyTo(rented);
                utf8 = rented.AsSpan(0, (int)body.Length);
            }

            if (utf8.IsEmpty)
                return "The body is empty, expected a JSON object.";
            SubmitReader.Read(utf8, request);
            return null;
        }
        catch (JsonException error)
        {
            return error.Message;
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>The media type, with no parameter or charset=utf-8.</summary>
    private static bool IsJson(string type)
    {
        const StringComparison AnyCase = StringComparison.OrdinalIgnoreCase;
        var semicolon = type.IndexOf(';', StringComparison.Ordinal);
        var media = semicolon < 0 ? type.AsSpan() : type.AsSpan(0, semicolon);
        if (!media.Trim().Equals(Json, AnyCase))
            return false;
        var charset = type.IndexOf("charset=", AnyCase);
        return charset < 0 || type.AsSpan(charset + "charset=".Length).Trim(" \"").StartsWith("utf-8", AnyCase);
    }
}
