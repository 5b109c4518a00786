namespace Appliance.Numbering;

/// <summary>
/// Prefixes with a value each; the longest that a number begins with counts. A node has ten entries, one a digit, in
/// one array: an entry from 0 on is another node, a negative one the end with the value -2 - entry, -1 being none.
/// Values of shorter prefixes stand in the ends below them, so a look-up never turns back. Immutable.
/// </summary>
/// <param name="entries">Ten a node; node 0 is the root.</param>
/// <param name="through">For each node the value of what ends before it or there; none where the tree has only
/// prefixes shorter than any number.</param>
internal sealed class PrefixTree(int[] entries, int[]? through = null)
{
    internal const int None = -1;
    internal const int Width = 10;

    internal static PrefixTree Empty { get; } = new([.. Enumerable.Repeat(End(None), Width)]);

    /// <summary>An entry that ends with a value.</summary>
    internal static int End(int value) => -2 - value;

    /// <summary>The value of the longest prefix, or <see cref="None"/>.</summary>
    /// <param name="digits">ASCII digits.</param>
    internal int Find(ReadOnlySpan<byte> digits)
    {
        var entry = 0;
        foreach (var digit in digits)
        {
            entry = entries[(entry * Width) + (digit - '0')];
            if (entry < 0) return End(entry);
        }

        return through is null ? None : through[entry];
    }
}
