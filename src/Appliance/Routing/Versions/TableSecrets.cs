using System.Buffers;
using System.Text.Json;

namespace Appliance.Routing.Versions;

/// <summary>
/// Passwords and keys in documents of tables. A document that is shown has null in their place; null in one that is
/// applied stands for what is in force, of the account or carrier of the same name.
/// </summary>
internal static class TableSecrets
{
    /// <summary>Whether a member of that name is a secret.</summary>
    internal static bool IsSecret(string name) => name is "password" or "password_sha256" or "key" or "key_sha256";

    /// <summary>A document that may be shown.</summary>
    internal static byte[] Hide(byte[] content)
    {
        using var document = JsonDocument.Parse(content);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) Write(json, document.RootElement, null, hides: true);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes a value with the secrets that are in force in place of null.</summary>
    /// <param name="known">The same value as it is in force; null where there is none.</param>
    internal static void WriteFilled(Utf8JsonWriter json, JsonElement value, JsonElement? known) =>
        Write(json, value, known, hides: false);

    private static void Write(Utf8JsonWriter json, JsonElement value, JsonElement? known, bool hides)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject()) WriteMember(json, member, known, hides);
                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var element in value.EnumerateArray()) Write(json, element, Named(known, element), hides);
                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    private static void WriteMember(Utf8JsonWriter json, JsonProperty member, JsonElement? known, bool hides)
    {
        json.WritePropertyName(member.Name);
        JsonElement? same = known is { ValueKind: JsonValueKind.Object } there
            && there.TryGetProperty(member.Name, out var found) ? found : null;
        if (!IsSecret(member.Name)) Write(json, member.Value, same, hides);
        else if (hides) json.WriteNullValue();
        else if (member.Value.ValueKind == JsonValueKind.Null && same is { } secret) secret.WriteTo(json);
        else member.Value.WriteTo(json);
    }

    /// <summary>The element of a list that has the same name.</summary>
    private static JsonElement? Named(JsonElement? list, JsonElement element)
    {
        if (list is not { ValueKind: JsonValueKind.Array } || NameOf(element) is not { } name) return null;
        foreach (var one in list.Value.EnumerateArray())
            if (NameOf(one) == name) return one;
        return null;
    }

    private static string? NameOf(JsonElement element) => element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
        ? name.GetString() : null;
}
