using System.Globalization;

namespace Appliance.Peers.Spec;

/// <summary>Seeded randomness (SplitMix64): the same seed and the same traffic give the same faults.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    internal ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>In [0, 1).</summary>
    internal double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>In [0, bound).</summary>
    internal int Below(int bound) => (int)((Next() >> 32) * (ulong)bound >> 32);

    /// <summary>Normally distributed, mean 0, deviation 1 (Box-Muller).</summary>
    internal double Normal() =>
        Math.Sqrt(-2 * Math.Log(1 - Fraction())) * Math.Cos(2 * Math.PI * Fraction());
}

/// <summary>A probability; "5%" on the command line.</summary>
internal readonly record struct Chance(double Probability)
{
    // Of 2^63, so that 100 % needs no case of its own.
    private readonly ulong _threshold = (ulong)(Probability * (1UL << 63));

    internal bool Possible => _threshold > 0;

    internal bool Strikes(Dice dice) => _threshold > 0 && dice.Next() >> 1 < _threshold;

    /// <exception cref="FormatException">Not a percentage between 0 and 100.</exception>
    internal static Chance Parse(string text) => new(Percent(text) / 100);

    internal static double Percent(string text)
    {
        var digits = text.AsSpan().Trim().TrimEnd('%');
        if (double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent)
            && percent is >= 0 and <= 100)
        {
            return percent;
        }
        throw new FormatException($"'{text}' is not a percentage: expected 0% to 100%");
    }

    public override string ToString() => (Probability * 100).ToString("0.####", CultureInfo.InvariantCulture) + "%";
}
