using System.Globalization;

namespace Appliance.Peers.Spec;

/// <summary>How a time is spread. Samples are nanoseconds, never negative, cut at ten minutes.</summary>
/// <remarks>
/// <code>
/// 1s | fixed:1s              always that
/// uniform:500ms,2s           evenly between the two
/// exponential:1s             mean
/// lognormal:1s,0.8           median, sigma of the logarithm
/// </code>
/// </remarks>
internal sealed class Distribution
{
    private const double Longest = 600.0 * Duration.Second;

    private readonly Shape _shape;
    private readonly double _first;
    private readonly double _second;
    private readonly string _text;

    private Distribution(Shape shape, double first, double second, string text)
    {
        _shape = shape;
        _first = first;
        _second = second;
        _text = text;
    }

    private enum Shape
    {
        Fixed,
        Uniform,
        Exponential,
        LogNormal,
    }

    internal static Distribution Zero { get; } = Fixed(0);

    internal bool IsZero => _shape == Shape.Fixed && _first == 0;

    internal static Distribution Fixed(long nanoseconds) =>
        new(Shape.Fixed, nanoseconds, 0, Duration.Format(nanoseconds));

    internal long Sample(Dice dice)
    {
        double sample = _shape switch
        {
            Shape.Fixed => _first,
            Shape.Uniform => _first + (_second - _first) * dice.Fraction(),
            Shape.Exponential => -_first * Math.Log(1 - dice.Fraction()),
            _ => _first * Math.Exp(_second * dice.Normal()),
        };
        return (long)Math.Min(sample, Longest);
    }

    /// <exception cref="FormatException">Not one of the forms above.</exception>
    internal static Distribution Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string shape = colon < 0 ? "fixed" : text[..colon];
        var parameters = (colon < 0 ? text : text[(colon + 1)..]).Split(',');
        return (shape, parameters.Length) switch
        {
            ("fixed", 1) => new(Shape.Fixed, Duration.Parse(parameters[0]), 0, text),
            ("uniform", 2) => Uniform(Duration.Parse(parameters[0]), Duration.Parse(parameters[1]), text),
            ("exponential", 1) => new(Shape.Exponential, Duration.Parse(parameters[0]), 0, text),
            ("lognormal", 2) => new(Shape.LogNormal, Duration.Parse(parameters[0]), Sigma(parameters[1]), text),
            _ => throw new FormatException(
                $"'{text}' is not a distribution: expected 1s, fixed:1s, uniform:500ms,2s, exponential:1s "
                + "or lognormal:1s,0.8"),
        };
    }

    public override string ToString() => _text;

    private static Distribution Uniform(long from, long to, string text) =>
        from <= to
            ? new(Shape.Uniform, from, to, text)
            : throw new FormatException($"'{text}': the first bound is above the second");

    private static double Sigma(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double sigma)
            && sigma is >= 0 and <= 10
            ? sigma
            : throw new FormatException($"sigma '{text}' of lognormal: expected a number from 0 to 10");
}
