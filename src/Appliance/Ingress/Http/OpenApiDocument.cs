namespace Appliance.Ingress.Http;

/// <summary>GET /openapi/v1.json: the description of the API, kept by hand in openapi.json.</summary>
internal static class OpenApiDocument
{
    private const string Resource = "openapi.json";
    private static readonly byte[] Document = Read();

    public static async Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Document.Length;
        await context.Response.BodyWriter.WriteAsync(Document);
    }

    private static byte[] Read()
    {
        using var stream = typeof(OpenApiDocument).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} was not built in.");
        var document = new byte[stream.Length];
        stream.ReadExactly(document);
        return document;
    }
}
