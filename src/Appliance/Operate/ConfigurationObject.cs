using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Appliance.Operate;

/// <summary>
/// A cursor over one JSON object. Each member is taken once, by name; what is wrong with it is noted and the default
/// is returned, so that one pass over the text finds every error. <see cref="Close"/> notes what nobody took.
/// </summary>
internal sealed partial class ConfigurationObject
{
    private const int Sha256HexDigits = 64;
    private readonly List<ConfigurationError> _errors;
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly List<string> _taken = [];

    public ConfigurationObject(string path, JsonElement element, List<ConfigurationError> errors)
    {
        Path = path;
        _errors = errors;
        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new ConfigurationError(path.Length == 0 ? "$" : path, Describe(element), "an object"));
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            var name = NameOf(member);
            if (!_members.TryAdd(name, member.Value))
                Note(name, "the member a second time", "each member once");
        }
    }

    public string Path { get; }

    /// <summary>The members' names, where they aren't known beforehand.</summary>
    public IReadOnlyCollection<string> Names => _members.Keys;

    public bool Has(string name) => _members.ContainsKey(name);

    public string At(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    public void Note(string name, string found, string expected) =>
        _errors.Add(new ConfigurationError(At(name), found, expected));

    public int Whole(string name, int fallback, int minimum, int maximum)
    {
        if (!TryTake(name, out var value))
            return fallback;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            && number >= minimum && number <= maximum)
            return number;
        Note(name, Describe(value), $"a whole number from {minimum} to {maximum}");
        return fallback;
    }

    public int RequiredWhole(string name, int minimum, int maximum)
    {
        Require(name, $"a whole number from {minimum} to {maximum}");
        return Whole(name, minimum, minimum, maximum);
    }

    /// <summary>A text which <paramref name="valid"/> accepts; <paramref name="expected"/> says what that is.</summary>
    public string Text(string name, string fallback, string expected, Func<string, bool> valid)
    {
        if (!TryTake(name, out var value))
            return fallback;
        if (TryGetText(value, out var text) && valid(text))
            return text;
        Note(name, Describe(value), expected);
        return fallback;
    }

    public string RequiredText(string name, string expected, Func<string, bool> valid)
    {
        Require(name, expected);
        return Text(name, "", expected, valid);
    }

    /// <summary>A text that errors do not repeat.</summary>
    public string Secret(string name, string expected, Func<string, bool> valid)
    {
        if (!TryTake(name, out var value))
            return "";
        if (!TryGetText(value, out var text))
            Note(name, KindOf(value), expected);
        else if (valid(text))
            return text;
        else
            Note(name, $"another text ({text.Length} characters)", expected);
        return "";
    }

    /// <summary>
    /// The SHA-256 of a secret that is given either plainly or, as name_sha256, already hashed; empty where it is not
    /// required and not given.
    /// </summary>
    public ReadOnlyMemory<byte> HashedSecret(
        string name, string expected, Func<string, bool> valid, bool required = true)
    {
        var hashedName = name + "_sha256";
        var hex = Secret(
            hashedName, "64 hex digits", text => text.Length == Sha256HexDigits && text.All(char.IsAsciiHexDigit));
        if (Has(name) && Has(hashedName))
            Note(hashedName, $"both {name} and {hashedName}", "one of them");
        if (!Has(hashedName) && required)
            Require(name, $"{expected}, or {hashedName}");
        var plain = Secret(name, expected, valid);
        if (hex.Length > 0)
            return Convert.FromHexString(hex);
        return plain.Length == 0 && !required ? default : SHA256.HashData(Encoding.UTF8.GetBytes(plain));
    }

    /// <summary>A number of seconds, or a text of a number and ms, s, m or h.</summary>
    public TimeSpan Duration(string name, TimeSpan fallback, TimeSpan minimum, TimeSpan maximum)
    {
        if (!TryTake(name, out var value))
            return fallback;
        if (TryGetDuration(value, out var duration) && duration >= minimum && duration <= maximum)
            return duration;
        Note(name, Describe(value), "a duration (a number of seconds, or a text such as \"30s\", \"5m\" or \"1h\") "
            + $"from {minimum.TotalSeconds:0.###} to {maximum.TotalSeconds:0.###} seconds");
        return fallback;
    }

    public T Choice<T>(string name, T fallback, IReadOnlyList<(string Name, T Value)> choices)
    {
        if (!TryTake(name, out var value))
            return fallback;
        if (TryGetText(value, out var text))
        {
            foreach (var choice in choices)
            {
                if (choice.Name == text)
                    return choice.Value;
            }
        }

        Note(name, Describe(value), "one of " + string.Join(", ", choices.Select(choice => choice.Name)));
        return fallback;
    }

    public IPEndPoint EndPoint(string name, IPEndPoint fallback)
    {
        const string Expected = "an address and a port, such as \"127.0.0.1:8080\" or \"[::]:8080\"";
        if (!TryTake(name, out var value))
            return fallback;
        if (TryGetText(value, out var text) && TryGetEndPoint(text, out var endPoint))
            return endPoint;
        Note(name, Describe(value), Expected);
        return fallback;
    }

    /// <summary>What <paramref name="read"/> makes of the object of that name, or null where there is none.</summary>
    public T? Object<T>(string name, Func<ConfigurationObject, T> read)
        where T : class =>
        TryTake(name, out var value) ? Read(At(name), value, read) : null;

    /// <summary>The elements of the list of that name with their paths; none where there is no list.</summary>
    public IEnumerable<(string Path, JsonElement Value)> List(string name, string expected)
    {
        if (!TryTake(name, out var value))
            yield break;
        if (value.ValueKind != JsonValueKind.Array)
        {
            Note(name, Describe(value), expected);
            yield break;
        }

        var index = 0;
        foreach (var item in value.EnumerateArray())
            yield return ($"{At(name)}[{index++}]", item);
    }

    public IReadOnlyList<T> Objects<T>(string name, Func<ConfigurationObject, T> read) =>
        List(name, "a list of objects").Select(item => Read(item.Path, item.Value, read)).ToArray();

    public IReadOnlyList<string> Texts(string name, string expected)
    {
        var texts = new List<string>();
        foreach (var (path, value) in List(name, expected))
        {
            if (TryGetText(value, out var text))
                texts.Add(text);
            else
                _errors.Add(new ConfigurationError(path, Describe(value), "a text"));
        }

        return texts;
    }

    /// <summary>Notes the members that nobody took.</summary>
    public void Close()
    {
        foreach (var name in _members.Keys.Except(_taken, StringComparer.Ordinal))
            Note(name, "an unknown member", "one of " + string.Join(", ", _taken));
    }

    public void Require(string name, string expected)
    {
        if (!Has(name))
            Note(name, "nothing", expected);
    }

    private T Read<T>(string path, JsonElement value, Func<ConfigurationObject, T> read)
    {
        var section = new ConfigurationObject(path, value, _errors);
        var result = read(section);
        section.Close();
        return result;
    }

    private bool TryTake(string name, out JsonElement value)
    {
        if (!_taken.Contains(name))
            _taken.Add(name);
        return _members.TryGetValue(name, out value);
    }

    private static bool TryGetDuration(JsonElement value, out TimeSpan duration)
    {
        duration = default;
        double scale = 1;
        double number;
        if (value.ValueKind == JsonValueKind.Number)
        {
            if (!value.TryGetDouble(out number))
                return false;
        }
        else
        {
            if (!TryGetText(value, out var text))
                return false;
            var digits = text.TrimEnd('m', 's', 'h');
            scale = text[digits.Length..] switch { "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3600, _ => 0 };
            if (scale == 0
                || !double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number))
                return false;
        }

        var seconds = number * scale;
        if (!(seconds >= 0 && seconds < TimeSpan.MaxValue.TotalSeconds))
            return false;
        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }

    /// <remarks>IPEndPoint.TryParse takes "8080" as an address without a port; here both must be there.</remarks>
    private static bool TryGetEndPoint(string text, out IPEndPoint endPoint)
    {
        endPoint = new IPEndPoint(IPAddress.None, 0);
        var colon = text.LastIndexOf(':');
        if (colon <= 0)
            return false;
        if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        var host = text.AsSpan(0, colon);
        if (host is "localhost")
            endPoint = new IPEndPoint(IPAddress.Loopback, port);
        else if (host[0] == '[' && host[^1] == ']' && IPAddress.TryParse(host[1..^1], out var six)
            && six.AddressFamily == AddressFamily.InterNetworkV6)
            endPoint = new IPEndPoint(six, port);
        else if (host.Count('.') == 3 && IPAddress.TryParse(host, out var four))
            endPoint = new IPEndPoint(four, port);
        else
            return false;
        return true;
    }

    /// <summary>False too for a text with half of a surrogate pair, which .NET refuses to read.</summary>
    private static bool TryGetText(JsonElement value, out string text)
    {
        text = "";
        if (value.ValueKind != JsonValueKind.String)
            return false;
        try
        {
            text = value.GetString() ?? "";
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }

    private static string Describe(JsonElement value)
    {
        const int Longest = 80;
        var text = value.ValueKind switch
        {
            JsonValueKind.String when TryGetText(value, out _) => value.GetRawText(),
            JsonValueKind.Number => value.GetRawText(),
            _ => KindOf(value),
        };
        return text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "...");
    }

    private static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };
}
