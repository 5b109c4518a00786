using System.Globalization;

namespace Appliance.Peers.Spec;

/// <summary>
/// A name with a number in it: "acct####" for item 7 is "acct0007"; without # it is the same for every item.
/// </summary>
internal sealed class Pattern
{
    private readonly string _before;
    private readonly string _after;
    private readonly int _digits;

    private Pattern(string before, int digits, string after)
    {
        _before = before;
        _digits = digits;
        _after = after;
    }

    /// <summary>How many different names it can make.</summary>
    internal long Capacity => _digits == 0 ? 1 : (long)Math.Pow(10, _digits);

    internal string Name(long item) =>
        _digits == 0 ? _before : _before + item.ToString("D" + _digits, CultureInfo.InvariantCulture) + _after;

    /// <exception cref="FormatException">More than one run of #, or one longer than nine.</exception>
    internal static Pattern Parse(string text)
    {
        int first = text.IndexOf('#', StringComparison.Ordinal);
        if (first < 0) return new Pattern(text, 0, "");
        int end = first;
        while (end < text.Length && text[end] == '#') end++;
        if (text.IndexOf('#', end) >= 0 || end - first > 9)
        {
            throw new FormatException($"'{text}': expected one run of at most nine #, e.g. acct####");
        }
        return new Pattern(text[..first], end - first, text[end..]);
    }
}
