using System.Buffers;
using System.Text.Json;
using Appliance.Operate;

namespace Appliance.Routing.Versions;

/// <summary>
/// The part of a configuration that changes at run time, <c>{"routes": [...], "money": {...}}</c>, as a document of its
/// own.
/// </summary>
public static class TableDocument
{
    private static readonly string[] Members = ["routes", "money"];

    private static readonly JsonDocumentOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Takes that part out of a configuration that has been read without a fault; without comments and
    /// spaces, so that only what is said makes a difference.</summary>
    public static byte[] Extract(ReadOnlyMemory<byte> configuration)
    {
        using var document = Parse(configuration);
        return Write(document.RootElement.EnumerateObject().Where(member => IsOurs(member.Name)));
    }

    /// <summary>A configuration with another such part.</summary>
    /// <param name="tables">A document in which <see cref="Check"/> finds no fault.</param>
    public static byte[] Combine(ReadOnlyMemory<byte> configuration, ReadOnlyMemory<byte> tables)
    {
        using var document = Parse(configuration);
        using var other = Parse(tables);
        return Write(document.RootElement.EnumerateObject().Where(member => !IsOurs(member.Name))
            .Concat(other.RootElement.EnumerateObject()));
    }

    /// <summary>The members of a configuration that differ from another's, but for that part.</summary>
    public static IReadOnlyList<string> OtherChanges(ReadOnlyMemory<byte> old, ReadOnlyMemory<byte> changed)
    {
        using var before = Parse(old);
        using var after = Parse(changed);
        var names = before.RootElement.EnumerateObject().Concat(after.RootElement.EnumerateObject())
            .Select(member => member.Name).Where(name => !IsOurs(name)).Distinct(StringComparer.Ordinal);
        return [.. names.Where(name => !Same(name, before.RootElement, after.RootElement))];
    }

    /// <summary>What keeps a text from being such a document; what it says is not looked at.</summary>
    public static IReadOnlyList<ConfigurationError> Check(ReadOnlyMemory<byte> tables)
    {
        try
        {
            using var document = Parse(tables);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return [new ConfigurationError("tables", "no JSON object", "an object with routes and money")];
            return
            [
                .. document.RootElement.EnumerateObject().Where(member => !IsOurs(member.Name)).Select(member =>
                    new ConfigurationError(member.Name, "a member that takes a restart", "routes and money only")),
            ];
        }
        catch (JsonException error)
        {
            return [new ConfigurationError("tables", "no JSON: " + error.Message, "an object with routes and money")];
        }
    }

    private static bool IsOurs(string name) => Members.Contains(name);

    private static bool Same(string name, JsonElement one, JsonElement other) =>
        one.TryGetProperty(name, out var here) && other.TryGetProperty(name, out var there)
        && JsonElement.DeepEquals(here, there);

    private static JsonDocument Parse(ReadOnlyMemory<byte> text)
    {
        if (text.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) text = text[3..];
        return JsonDocument.Parse(text, Options);
    }

    private static byte[] Write(IEnumerable<JsonProperty> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var member in members) member.WriteTo(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
