using System.Text.Json;

namespace Appliance.Ingress.Http;

// How errors put what was found.
internal ref partial struct SubmitReader
{
    private readonly string NameText()
    {
        const int Longest = 64;
        Span<char> text = new char[_json.ValueSpan.Length];
        if (!TryCopy(text, out var length))
            return "\uFFFD";
        return length <= Longest ? text[..length].ToString() : string.Concat(text[..Longest], "...");
    }

    private readonly string Found()
    {
        const int Longest = 40;
        if (_json.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
            return Kind();
        var text = System.Text.Encoding.UTF8.GetString(_json.ValueSpan);
        if (text.Length > Longest)
            text = text[..Longest] + "...";
        return _json.TokenType == JsonTokenType.String ? $"\"{text}\"" : text;
    }

    private readonly string Kind() => _json.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => "null",
    };
}
