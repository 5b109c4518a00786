using System.Globalization;

namespace Appliance.Policy.Text;

/// <summary>A set of characters as sorted ranges that neither touch nor overlap.</summary>
internal sealed class CharSet
{
    private readonly List<(char First, char Last)> _ranges;

    private CharSet(List<(char First, char Last)> ranges) => _ranges = ranges;

    /// <summary>As folded text has them: 0 to 9 of all scripts.</summary>
    public static CharSet Digit { get; } = Of('0', '9');

    public static CharSet Word { get; } = Where(c => c == '_' || TextFold.IsWord(c));

    public static CharSet Space { get; } =
        Where(c => char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) == UnicodeCategory.SpaceSeparator);

    public static CharSet Any { get; } = Of('\0', '\uFFFF');

    public static CharSet Empty { get; } = new([]);

    public IReadOnlyList<(char First, char Last)> Ranges => _ranges;

    public static CharSet Of(char first, char last) => new([(first, last)]);

    public bool Contains(char c)
    {
        foreach (var (first, last) in _ranges)
        {
            if (c >= first && c <= last) return true;
        }

        return false;
    }

    public CharSet With(CharSet other)
    {
        var ranges = new List<(char First, char Last)>();
        foreach (var range in _ranges.Concat(other._ranges).OrderBy(range => range.First))
        {
            if (ranges.Count > 0 && range.First <= ranges[^1].Last + 1)
                ranges[^1] = (ranges[^1].First, (char)Math.Max(ranges[^1].Last, range.Last));
            else
                ranges.Add(range);
        }

        return new CharSet(ranges);
    }

    public CharSet Complement()
    {
        var ranges = new List<(char First, char Last)>();
        var next = 0;
        foreach (var (first, last) in _ranges)
        {
            if (first > next) ranges.Add(((char)next, (char)(first - 1)));
            next = last + 1;
        }

        if (next <= char.MaxValue) ranges.Add(((char)next, char.MaxValue));
        return new CharSet(ranges);
    }

    private static CharSet Where(Func<char, bool> holds)
    {
        var ranges = new List<(char First, char Last)>();
        for (var c = 0; c <= char.MaxValue; c++)
        {
            if (!holds((char)c)) continue;
            if (ranges.Count > 0 && ranges[^1].Last == c - 1)
                ranges[^1] = (ranges[^1].First, (char)c);
            else
                ranges.Add(((char)c, (char)c));
        }

        return new CharSet(ranges);
    }
}
