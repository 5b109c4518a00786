using System.Globalization;

namespace Appliance.Peers.Spec;

/// <summary>A weighted choice: "DELIVRD=95,UNDELIV=3,EXPIRED=2", or one name alone for always.</summary>
internal sealed class Mix<T>
{
    private readonly T[] _values;
    private readonly double[] _upTo;
    private readonly string _text;

    private Mix(T[] values, double[] upTo, string text)
    {
        _values = values;
        _upTo = upTo;
        _text = text;
    }

    internal static Mix<T> Only(T value, string text) => new([value], [1], text);

    internal IReadOnlyList<T> Values => _values;

    internal T Pick(Dice dice)
    {
        if (_values.Length == 1) return _values[0];
        double at = dice.Fraction();
        int i = 0;
        while (i < _values.Length - 1 && at >= _upTo[i]) i++;
        return _values[i];
    }

    /// <summary>Weights are relative to their sum.</summary>
    /// <exception cref="FormatException">An unknown name, or a weight that is no positive number.</exception>
    internal static Mix<T> Parse(string text, Func<string, T> value)
    {
        var (values, weights) = Split(text, value);
        double sum = weights.Sum();
        if (sum <= 0) throw new FormatException($"'{text}': the weights add up to nothing");
        return new Mix<T>(values, Cumulate(weights, sum), text);
    }

    /// <summary>
    /// Weights are percentages of all; what they leave is <paramref name="remainder"/>: "ESME_RTHROTTLED=1%,0x64=0.5%".
    /// </summary>
    /// <exception cref="FormatException">An unknown name, or more than 100 %.</exception>
    internal static Mix<T> ParsePercentages(string text, Func<string, T> value, T remainder)
    {
        if (text.Length == 0 || text == "none") return Only(remainder, "none");
        var (values, weights) = Split(text, value);
        double sum = weights.Sum();
        if (sum > 100.000001) throw new FormatException($"'{text}': the percentages add up to {sum}, above 100");
        return new Mix<T>([.. values, remainder], Cumulate([.. weights, 100 - sum], 100), text);
    }

    public override string ToString() => _text;

    private static (T[] Values, double[] Weights) Split(string text, Func<string, T> value)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var values = new T[parts.Length];
        var weights = new double[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            int equals = parts[i].IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 && parts.Length > 1)
            {
                throw new FormatException($"'{parts[i]}' in '{text}' has no weight: expected name=weight");
            }
            values[i] = value(equals < 0 ? parts[i] : parts[i][..equals]);
            weights[i] = equals < 0 ? 1 : Weight(parts[i][(equals + 1)..], text);
        }
        return (values, weights);
    }

    private static double Weight(string text, string all) =>
        double.TryParse(text.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double w)
            ? w
            : throw new FormatException($"weight '{text}' in '{all}' is not a number");

    private static double[] Cumulate(double[] weights, double sum)
    {
        double upTo = 0;
        return [.. weights.Select(weight => upTo += weight / sum)];
    }
}
