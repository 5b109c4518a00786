using System.Text.Json;

namespace Appliance.Routing.Versions;

/// <summary>
/// What differs between two JSON documents, a line each: <c>+ routes "night" {...}</c> for what came, <c>-</c> for what
/// went, <c>~ routes "night": order 100 -> 5</c> for what changed. Elements of a list are known by their name, or where
/// they have none by all that they say; that one has moved is no difference. Secrets are not shown.
/// </summary>
internal static class TableDiff
{
    private static readonly JsonDocumentOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    internal static IReadOnlyList<string> Of(byte[] old, byte[] changed)
    {
        using var before = JsonDocument.Parse(old.Length == 0 ? "{}"u8.ToArray() : old, Options);
        using var after = JsonDocument.Parse(changed.Length == 0 ? "{}"u8.ToArray() : changed, Options);
        var lines = new List<string>();
        Compare("", before.RootElement, after.RootElement, lines);
        return lines;
    }

    private static void Compare(string path, JsonElement old, JsonElement changed, List<string> lines)
    {
        if (JsonElement.DeepEquals(old, changed)) return;
        if (old.ValueKind == JsonValueKind.Object && changed.ValueKind == JsonValueKind.Object)
        {
            CompareMembers(path, old, changed, lines);
        }
        else if (IsListOfObjects(old) && IsListOfObjects(changed))
        {
            CompareLists(path, old, changed, lines);
        }
        else
        {
            lines.Add($"~ {path}: {Show(path, old)} -> {Show(path, changed)}");
        }
    }

    private static void CompareMembers(string path, JsonElement old, JsonElement changed, List<string> lines)
    {
        foreach (var member in old.EnumerateObject())
        {
            var place = Join(path, member.Name);
            if (changed.TryGetProperty(member.Name, out var now)) Compare(place, member.Value, now, lines);
            else Each('-', place, member.Value, lines);
        }

        foreach (var member in changed.EnumerateObject())
        {
            if (!old.TryGetProperty(member.Name, out _)) Each('+', Join(path, member.Name), member.Value, lines);
        }
    }

    private static void CompareLists(string path, JsonElement old, JsonElement changed, List<string> lines)
    {
        var left = Known(changed);
        foreach (var (key, elements) in Known(old))
        {
            left.Remove(key, out var now);
            for (var i = 0; i < elements.Count; i++)
            {
                if (i < now?.Count) Compare($"{path} {key}", elements[i], now[i], lines);
                else lines.Add(Line('-', path, elements[i]));
            }

            foreach (var more in now?.Skip(elements.Count) ?? []) lines.Add(Line('+', path, more));
        }

        foreach (var element in left.Values.SelectMany(elements => elements)) lines.Add(Line('+', path, element));
    }

    private static Dictionary<string, List<JsonElement>> Known(JsonElement list)
    {
        var known = new Dictionary<string, List<JsonElement>>(StringComparer.Ordinal);
        foreach (var element in list.EnumerateArray())
        {
            var key = element.TryGetProperty("name", out var name) ? name.GetRawText() : element.GetRawText();
            if (!known.TryGetValue(key, out var same)) known.Add(key, same = []);
            same.Add(element);
        }

        return known;
    }

    /// <summary>A list that came or went: a line for each of its elements.</summary>
    private static void Each(char sign, string path, JsonElement value, List<string> lines)
    {
        if (IsListOfObjects(value) && value.GetArrayLength() > 0)
            lines.AddRange(value.EnumerateArray().Select(element => Line(sign, path, element)));
        else lines.Add($"{sign} {path}: {Show(path, value)}");
    }

    private static string Line(char sign, string path, JsonElement element) =>
        $"{sign} {path} {Show(path, element)}";

    private static bool IsListOfObjects(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array) return false;
        foreach (var element in value.EnumerateArray())
            if (element.ValueKind != JsonValueKind.Object) return false;
        return true;
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>On one line, without secrets.</summary>
    private static string Show(string path, JsonElement value) => value.ValueKind switch
    {
        _ when TableSecrets.IsSecret(path[(path.LastIndexOf('.') + 1)..]) => "(secret)",
        JsonValueKind.Object => "{" + string.Join(", ", value.EnumerateObject().Select(member =>
            $"\"{member.Name}\": {Show(Join(path, member.Name), member.Value)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(", ", value.EnumerateArray().Select(item => Show(path, item))) + "]",
        _ => value.GetRawText(),
    };}
