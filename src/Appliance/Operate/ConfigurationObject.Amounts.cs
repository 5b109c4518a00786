using System.Text.Json;
using Appliance.Money;

namespace Appliance.Operate;

internal sealed partial class ConfigurationObject
{
    /// <summary>An amount of money in micro-units; null where it is not given.</summary>
    public long? Amount(string name)
    {
        if (!TryTake(name, out var value))
            return null;
        var text = value.ValueKind == JsonValueKind.Number ? value.GetRawText() : "";
        if (value.ValueKind == JsonValueKind.String && !TryGetText(value, out text))
            text = "";
        if (Micros.TryParse(text, out var micros) && micros >= 0)
            return micros;
        Note(name, Describe(value), Micros.Expected);
        return null;
    }

    /// <summary>A number within bounds.</summary>
    public double Number(string name, double fallback, double minimum, double maximum)
    {
        if (!TryTake(name, out var value))
            return fallback;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)
            && number >= minimum && number <= maximum)
            return number;
        Note(name, Describe(value), FormattableString.Invariant($"a number from {minimum} to {maximum}"));
        return fallback;
    }

    public bool IsEmptyList(string name) =>
        _members.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Array
        && value.GetArrayLength() == 0;

    /// <summary>Elements of a list that are texts, or objects which <paramref name="read"/> takes.</summary>
    public IReadOnlyList<T> Items<T>(
        string name, string expected, Func<string, T> ofText, Func<ConfigurationObject, T> read)
    {
        var items = new List<T>();
        foreach (var (path, value) in List(name, expected))
        {
            if (value.ValueKind == JsonValueKind.Object)
                items.Add(Read(path, value, read));
            else if (TryGetText(value, out var text))
                items.Add(ofText(text));
            else
                _errors.Add(new ConfigurationError(path, Describe(value), "a text, or an object"));
        }

        return items;
    }
}
