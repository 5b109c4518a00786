namespace Appliance.Policy.Text;

/// <summary>
/// An expression as a deterministic automaton: a table that is made once, and one step a character after that. It
/// allocates nothing and needs no lock, which System.Text.RegularExpressions cannot promise: its automaton grows while
/// it meets texts (docs/decisions/0016).
/// </summary>
public sealed class Expression
{
    /// <summary>States that an expression may need.</summary>
    public const int MostStates = 2000;

    internal const int Found = -1;
    private const int Ascii = 128;

    private readonly byte[] _ascii = new byte[Ascii];
    private readonly char[] _borders;
    private readonly byte[] _kinds;
    private readonly int _width;
    private readonly int[] _table;

    /// <param name="borders">First character of each range of one class, the first of them 0.</param>
    /// <param name="kinds">The class of each range.</param>
    /// <param name="width">Columns of the table: the classes, and the text's end.</param>
    /// <param name="table">A row a state: where its row begins that follows, or <see cref="Found"/>.</param>
    internal Expression(char[] borders, byte[] kinds, int width, int[] table)
    {
        _borders = borders;
        _kinds = kinds;
        _width = width;
        _table = table;
        for (var c = 0; c < Ascii; c++) _ascii[c] = KindOf((char)c);
    }

    public int StateCount => _table.Length / _width;

    /// <exception cref="FormatException">Its message says what was expected.</exception>
    public static Expression Build(string expression) =>
        new ExpressionBuilder(ExpressionProgram.Of(ExpressionParser.Parse(expression))).Build();

    /// <summary>Automata that find any of the expressions: one for all, where that isn't too large, else one for
    /// each.</summary>
    /// <exception cref="FormatException">Its message says what was expected.</exception>
    public static Expression[] BuildAny(IReadOnlyList<string> expressions)
    {
        if (expressions.Count == 0) return [];
        try
        {
            var any = new Alternatives([.. expressions.Select(ExpressionParser.Parse)]);
            return [new ExpressionBuilder(ExpressionProgram.Of(any)).Build()];
        }
        catch (FormatException) when (expressions.Count > 1)
        {
            return [.. expressions.Select(Build)];
        }
    }

    public bool IsFound(ReadOnlySpan<char> folded) => IsFound(folded, out _);

    /// <param name="folded">The text, as <see cref="TextFold.Plain"/> has it.</param>
    /// <param name="steps">At most one a character and one for the end.</param>
    public bool IsFound(ReadOnlySpan<char> folded, out int steps)
    {
        var row = 0;
        for (var i = 0; i < folded.Length; i++)
        {
            var c = folded[i];
            row = _table[row + (c < Ascii ? _ascii[c] : KindOf(c))];
            if (row != Found) continue;
            steps = i + 1;
            return true;
        }

        steps = folded.Length + 1;
        return _table[row + _width - 1] == Found;
    }

    private byte KindOf(char c)
    {
        var place = Array.BinarySearch(_borders, c);
        return _kinds[place >= 0 ? place : ~place - 1];
    }
}
