using System.Globalization;
using Appliance.Peers.Spec;

namespace Appliance.Simulator.Smsc;

/// <summary>A rate with the burst it forgives: "100" is 100 a second and at once; "100/10" at most 10 at
/// once.</summary>
internal readonly record struct Rate(double PerSecond, double Burst)
{
    internal bool IsLimited => PerSecond > 0;

    /// <exception cref="FormatException">Not a rate.</exception>
    internal static Rate Parse(string text)
    {
        var parts = text.Split('/');
        double rate = Number(parts[0], text);
        return parts.Length switch
        {
            1 => new Rate(rate, Math.Max(1, rate)),
            2 => new Rate(rate, Math.Max(1, Number(parts[1], text))),
            _ => throw NotARate(text),
        };
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{PerSecond:0.###}/{Burst:0.###}");

    private static double Number(string part, string all) =>
        double.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw NotARate(all);

    private static FormatException NotARate(string text) =>
        new($"'{text}' is not a rate: expected messages a second, or that and a burst: 100/10; 0 is without limit");
}

/// <summary>The tokens of one <see cref="Rate"/>.</summary>
internal struct TokenBucket
{
    private double _tokens;
    private long _at;
    private bool _filled;

    internal bool TryTake(Rate rate, long now)
    {
        if (!_filled)
        {
            _filled = true;
            _tokens = rate.Burst;
            _at = now;
        }
        _tokens = Math.Min(rate.Burst, _tokens + (now - _at) * rate.PerSecond / Duration.Second);
        _at = now;
        if (_tokens < 1) return false;
        _tokens--;
        return true;
    }
}
