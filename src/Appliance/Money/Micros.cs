using System.Globalization;

namespace Appliance.Money;

/// <summary>Amounts of money: whole millionths of the currency's unit, in a long.</summary>
public static class Micros
{
    public const long PerUnit = 1_000_000;

    /// <summary>The largest amount that is read: sums of a million of them still fit.</summary>
    public const long Most = 1_000_000 * PerUnit;

    public const string Expected =
        "an amount from 0 to 1000000 with at most 6 decimal places, such as 0.0045";

    private const int Decimals = 6;

    /// <summary>Reads a number with a point and at most six decimal places.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long micros)
    {
        micros = 0;
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (!decimal.TryParse(text, Styles, CultureInfo.InvariantCulture, out var units)) return false;
        if (Math.Abs(units) > Most / PerUnit) return false;
        var scaled = units * PerUnit;
        if (scaled != decimal.Truncate(scaled)) return false;
        micros = (long)scaled;
        return true;
    }

    /// <summary>An amount times a count; false where no long holds it.</summary>
    public static bool TryMultiply(long micros, int count, out long product)
    {
        var high = Math.BigMul(micros, count, out product);
        return high == product >> 63;
    }

    /// <summary>With as many decimal places as it has, at least two.</summary>
    public static string Format(long micros)
    {
        var text = (micros / (decimal)PerUnit).ToString("F" + Decimals, CultureInfo.InvariantCulture);
        var end = text.Length;
        while (text[end - 1] == '0' && end > text.Length - Decimals + 2) end--;
        return text[..end];
    }
}
