namespace Appliance.Policy.Text;

/// <summary>
/// Finds words and phrases of many rules in one pass over a folded text: Aho and Corasick's automaton ("Efficient
/// string matching", 1975) with its failure links resolved into a table, so that each character is one step.
/// </summary>
/// <remarks>
/// All that is no part of a word counts as one separator, so "free   money!" is "free money". A text begins and ends
/// with a separator, and so does every word but where it has a *.
/// </remarks>
public sealed class WordMatcher
{
    internal const int Separator = 0;

    private readonly ushort[] _classes;
    private readonly int _classCount;
    private readonly int[] _table;
    private readonly int[] _outputs;
    private readonly RuleBits[] _sets;

    /// <param name="classes">Of each character; class 0 separates words.</param>
    /// <param name="classCount">Columns of the table.</param>
    /// <param name="table">A row of classCount a state: the next state times 2, plus 1 if it has an output.</param>
    /// <param name="outputs">Of each state the place in sets, where it has an output.</param>
    /// <param name="sets">Rules whose words end at a state.</param>
    internal WordMatcher(ushort[] classes, int classCount, int[] table, int[] outputs, RuleBits[] sets)
    {
        _classes = classes;
        _classCount = classCount;
        _table = table;
        _outputs = outputs;
        _sets = sets;
    }

    public int StateCount => _outputs.Length;

    /// <summary>Adds the rules that have a word in the text; gives the steps taken: at most a text's length and
    /// 2.</summary>
    public int Match(ReadOnlySpan<char> folded, ref RuleBits rules)
    {
        var entry = _table[Separator];
        Note(entry, ref rules);
        var steps = 1;
        var separated = true;
        foreach (var c in folded)
        {
            var kind = _classes[c];
            if (kind == Separator && separated) continue;
            separated = kind == Separator;
            entry = _table[((entry >> 1) * _classCount) + kind];
            steps++;
            Note(entry, ref rules);
        }

        if (separated) return steps;
        Note(_table[((entry >> 1) * _classCount) + Separator], ref rules);
        return steps + 1;
    }

    private void Note(int entry, ref RuleBits rules)
    {
        if ((entry & 1) != 0) rules.Add(_sets[_outputs[entry >> 1]]);
    }
}
