namespace Appliance.Numbering;

/// <summary>What an operator knows of the numbers with a prefix.</summary>
/// <param name="Prefix">Digits of international numbers.</param>
/// <param name="Network">Null where only the type was given.</param>
/// <param name="Type">Unknown where the plan's own type holds.</param>
public sealed record NumberRange(string Prefix, Network? Network, NumberType Type);

/// <summary>Imported ranges: they count before those of the plan, the longest prefix among them first. Immutable.
/// </summary>
public sealed class NumberRanges
{
    private readonly PrefixTree _tree;
    private readonly NumberRange[] _ranges;

    /// <param name="ranges">Each prefix once; of a prefix that comes again the first counts.</param>
    /// <param name="importedAt">When they were imported, UTC.</param>
    public NumberRanges(IEnumerable<NumberRange> ranges, DateTime importedAt)
    {
        var tree = new PrefixTreeBuilder();
        var kept = new List<NumberRange>();
        foreach (var range in ranges)
        {
            if (tree.TryAdd(range.Prefix, kept.Count)) kept.Add(range);
        }

        _tree = tree.Build();
        _ranges = [.. kept];
        ImportedAt = importedAt;
    }

    /// <summary>No ranges.</summary>
    public static NumberRanges None { get; } = new([], default);

    public int Count => _ranges.Length;

    public DateTime ImportedAt { get; }

    /// <param name="digits">ASCII digits of an international number.</param>
    internal NumberRange? Find(ReadOnlySpan<byte> digits)
    {
        var found = _tree.Find(digits);
        return found == PrefixTree.None ? null : _ranges[found];
    }
}
