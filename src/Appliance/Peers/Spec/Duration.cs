using System.Globalization;

namespace Appliance.Peers.Spec;

/// <summary>Durations as an operator writes them: 0, 50us, 250ms, 1.5s, 2m, 1h. In the program: nanoseconds.</summary>
internal static class Duration
{
    internal const long Microsecond = 1_000;
    internal const long Millisecond = 1_000_000;
    internal const long Second = 1_000_000_000;

    private const long Longest = 24 * 3600 * Second;

    private static readonly (string Suffix, double Nanoseconds)[] Units =
    [
        ("ns", 1), ("us", Microsecond), ("ms", Millisecond),
        ("s", Second), ("m", 60.0 * Second), ("h", 3600.0 * Second),
    ];

    /// <exception cref="FormatException">Not a duration, negative, or longer than a day.</exception>
    internal static long Parse(string text)
    {
        text = text.Trim();
        if (text == "0") return 0;
        foreach (var (suffix, unit) in Units)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal)) continue;
            if (!double.TryParse(
                text.AsSpan(0, text.Length - suffix.Length), NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out double number))
            {
                continue;
            }
            double nanoseconds = number * unit;
            if (nanoseconds <= Longest) return (long)nanoseconds;
        }
        throw new FormatException($"'{text}' is not a duration: expected e.g. 0, 50us, 250ms, 1s, 2m, at most 24h");
    }

    internal static string Format(long nanoseconds)
    {
        if (nanoseconds == 0) return "0";
        for (int i = Units.Length - 1; i > 0; i--)
        {
            if (nanoseconds < Units[i].Nanoseconds) continue;
            return (nanoseconds / Units[i].Nanoseconds).ToString("0.###", CultureInfo.InvariantCulture)
                + Units[i].Suffix;
        }
        return nanoseconds.ToString(CultureInfo.InvariantCulture) + "ns";
    }
}
