namespace Appliance.Numbering;

/// <summary>Collects prefixes for a <see cref="PrefixTree"/>.</summary>
internal sealed class PrefixTreeBuilder
{
    private const int NoChild = 0;

    // Node n's children are at n * 10; the root is nobody's child, so 0 can say that there is none.
    private readonly List<int> _children = [.. new int[PrefixTree.Width]];
    private readonly List<int> _values = [PrefixTree.None];

    /// <returns>False where the prefix has a value already.</returns>
    internal bool TryAdd(ReadOnlySpan<char> prefix, int value)
    {
        var node = 0;
        foreach (var digit in prefix) node = ChildOf(node, digit - '0');
        if (_values[node] != PrefixTree.None) return false;
        _values[node] = value;
        return true;
    }

    internal PrefixTree Build()
    {
        var entries = new List<int>();
        var through = new List<int>();
        Build(0, PrefixTree.None, entries, through);
        return new PrefixTree([.. entries], [.. through]);
    }

    private int ChildOf(int node, int digit)
    {
        var place = (node * PrefixTree.Width) + digit;
        if (_children[place] != NoChild) return _children[place];
        var child = _values.Count;
        _values.Add(PrefixTree.None);
        _children.AddRange(new int[PrefixTree.Width]);
        return _children[place] = child;
    }

    /// <summary>Writes the node and what is below it; at most as deep as a prefix is long.</summary>
    /// <returns>Its number.</returns>
    private int Build(int node, int inherited, List<int> entries, List<int> through)
    {
        var value = _values[node] == PrefixTree.None ? inherited : _values[node];
        var number = through.Count;
        through.Add(value);
        entries.AddRange(Enumerable.Repeat(PrefixTree.End(value), PrefixTree.Width));
        for (var digit = 0; digit < PrefixTree.Width; digit++)
        {
            var child = _children[(node * PrefixTree.Width) + digit];
            if (child == NoChild) continue;
            entries[(number * PrefixTree.Width) + digit] = HasChildren(child)
                ? Build(child, value, entries, through)
                : PrefixTree.End(_values[child]);
        }

        return number;
    }

    private bool HasChildren(int node) =>
        _children.GetRange(node * PrefixTree.Width, PrefixTree.Width).Exists(child => child != NoChild);
}
