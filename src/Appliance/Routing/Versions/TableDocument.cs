using System.Buffers;
using System.Text.Json;
using Appliance.Operate;

namespace Appliance.Routing.Versions;

/// <summary>
/// The part of a configuration that changes at run time, <c>{"routes": [...], "money": {...}, "carriers": [...],
/// "accounts": [...], "policy": {...}}</c>, as a document of its own. Versions of before carriers, accounts and policy
/// were among it have routes and money alone.
/// </summary>
public static class TableDocument
{
    private const string Expected = "an object with some of routes, money, carriers, accounts and policy";

    /// <summary>Each with what its absence from a configuration means.</summary>
    private static readonly (string Name, JsonElement Usual)[] Members =
    [
        ("routes", Value("[]")), ("money", Value("{}")), ("carriers", Value("[]")), ("accounts", Value("[]")),
        ("policy", Value("{}")),
    ];

    /// <summary>Those that all versions have.</summary>
    private static readonly string[] First = ["routes", "money"];

    private static readonly JsonDocumentOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Takes that part out of a configuration that has been read without a fault: every member, without
    /// comments and spaces, so that only what is said makes a difference.</summary>
    public static byte[] Extract(ReadOnlyMemory<byte> configuration)
    {
        using var document = Parse(configuration);
        var root = document.RootElement;
        return Write(json =>
        {
            foreach (var (name, usual) in Members) Add(json, name, Member(root, name) ?? usual);
        });
    }

    /// <summary>A configuration with another such part.</summary>
    /// <param name="tables">A document in which <see cref="Check"/> finds no fault.</param>
    public static byte[] Combine(ReadOnlyMemory<byte> configuration, ReadOnlyMemory<byte> tables)
    {
        using var document = Parse(configuration);
        using var other = Parse(tables);
        return Write(json =>
        {
            foreach (var member in document.RootElement.EnumerateObject())
                if (!IsOurs(member.Name)) member.WriteTo(json);
            foreach (var member in other.RootElement.EnumerateObject()) member.WriteTo(json);
        });
    }

    /// <summary>A whole document from one in which some members may be absent, and secrets null: those are as they are
    /// in force.</summary>
    /// <param name="tables">A document in which <see cref="Check"/> finds no fault.</param>
    /// <param name="inForce">A whole one.</param>
    public static byte[] Complete(ReadOnlyMemory<byte> tables, ReadOnlyMemory<byte> inForce)
    {
        using var document = Parse(tables);
        using var other = Parse(inForce);
        return Write(json =>
        {
            foreach (var (name, usual) in Members)
            {
                var known = Member(other.RootElement, name) ?? usual;
                json.WritePropertyName(name);
                TableSecrets.WriteFilled(json, Member(document.RootElement, name) ?? known, known);
            }
        });
    }

    /// <summary>What a version says, as a whole document: of what versions of its time did not have as it is in force.
    /// </summary>
    public static byte[] FromVersion(ReadOnlyMemory<byte> version, ReadOnlyMemory<byte> inForce)
    {
        using var document = Parse(version);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !IsEarly(document.RootElement))
            return version.ToArray();
        using var other = inForce.IsEmpty ? Parse("{}"u8.ToArray()) : Parse(inForce);
        return Write(json =>
        {
            foreach (var member in document.RootElement.EnumerateObject()) member.WriteTo(json);
            foreach (var (name, usual) in Members)
            {
                if (Member(document.RootElement, name) is not null) continue;
                Add(json, name, (First.Contains(name) ? null : Member(other.RootElement, name)) ?? usual);
            }
        });
    }

    /// <summary>Whether a version says what a whole document does, as far as versions of its time could.</summary>
    public static bool Says(ReadOnlyMemory<byte> version, ReadOnlyMemory<byte> whole)
    {
        using var document = Parse(version);
        using var other = Parse(whole);
        var isEarly = IsEarly(document.RootElement);
        return Members.Where(member => !isEarly || First.Contains(member.Name)).All(member => JsonElement.DeepEquals(
            Member(document.RootElement, member.Name) ?? member.Usual,
            Member(other.RootElement, member.Name) ?? member.Usual));
    }

    /// <summary>Whether a text has other members of a configuration too.</summary>
    public static bool IsConfiguration(ReadOnlyMemory<byte> text)
    {
        using var document = Parse(text);
        return document.RootElement.EnumerateObject().Any(member => !IsOurs(member.Name));
    }

    /// <summary>Whether a document says anything of a kind.</summary>
    public static bool Has(ReadOnlyMemory<byte> tables, string member)
    {
        using var document = Parse(tables);
        return document.RootElement.TryGetProperty(member, out _);
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
                return [new ConfigurationError("tables", "no JSON object", Expected)];
            return
            [
                .. document.RootElement.EnumerateObject().Where(member => !IsOurs(member.Name)).Select(member =>
                    new ConfigurationError(member.Name, "a member that takes a restart", Expected)),
            ];
        }
        catch (JsonException error)
        {
            return [new ConfigurationError("tables", "no JSON: " + error.Message, Expected)];
        }
    }

    private static bool IsOurs(string name) => Members.Any(member => member.Name == name);

    private static bool IsEarly(JsonElement version) =>
        !Members.Any(member => !First.Contains(member.Name) && Member(version, member.Name) is not null);

    private static JsonElement? Member(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) ? value : null;

    private static bool Same(string name, JsonElement one, JsonElement other) =>
        one.TryGetProperty(name, out var here) && other.TryGetProperty(name, out var there)
        && JsonElement.DeepEquals(here, there);

    private static JsonDocument Parse(ReadOnlyMemory<byte> text)
    {
        if (text.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) text = text[3..];
        return JsonDocument.Parse(text, Options);
    }

    private static JsonElement Value(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private static void Add(Utf8JsonWriter json, string name, JsonElement value)
    {
        json.WritePropertyName(name);
        value.WriteTo(json);
    }

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
