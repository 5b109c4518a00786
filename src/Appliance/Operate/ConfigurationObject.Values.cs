namespace Appliance.Operate;

internal sealed partial class ConfigurationObject
{
    /// <summary>The texts of the list of that name which have no fault; the others are noted.</summary>
    /// <param name="fault">What was expected in a text's place; null for a good one.</param>
    public IReadOnlyList<string> Texts(string name, string expected, Func<string, string?> fault)
    {
        var texts = new List<string>();
        foreach (var (path, value) in List(name, expected))
        {
            var why = TryGetText(value, out var text) ? fault(text) : "a text";
            if (why is null)
                texts.Add(text);
            else
                _errors.Add(new ConfigurationError(path, Describe(value), why));
        }

        return texts;
    }

    /// <summary>What the choices of the list of that name stand for.</summary>
    public IReadOnlyList<T> Choices<T>(string name, IReadOnlyList<(string Name, T Value)> choices)
    {
        var found = new List<T>();
        var names = string.Join(", ", choices.Select(choice => choice.Name));
        foreach (var text in Texts(name, "a list of " + names, text => IsOneOf(text) ? null : "one of " + names))
            found.Add(choices.First(choice => choice.Name == text).Value);
        return found;

        bool IsOneOf(string text) => choices.Any(choice => choice.Name == text);
    }

    /// <summary>A number from 0 to 1.</summary>
    public double Share(string name, double fallback)
    {
        if (!TryTake(name, out var value))
            return fallback;
        if (value.ValueKind == System.Text.Json.JsonValueKind.Number && value.TryGetDouble(out var share)
            && share is >= 0 and <= 1)
            return share;
        Note(name, Describe(value), "a number from 0 to 1");
        return fallback;
    }

    public bool Flag(string name, bool fallback)
    {
        if (!TryTake(name, out var value))
            return fallback;
        if (value.ValueKind is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False)
            return value.GetBoolean();
        Note(name, Describe(value), "true or false");
        return fallback;
    }
}
