namespace Appliance.Policy.Text;

/// <summary>
/// The subset construction. A state is the set of instructions that may come next, before what depends on the next
/// character (word borders, the text's end) is resolved, and what the last character was.
/// </summary>
internal sealed class ExpressionBuilder
{
    private const int MostKinds = 250;

    /// <summary>Instructions looked at: some seconds, for an expression that was written to take hours.</summary>
    private const long MostWork = 30_000_000;

    private readonly IReadOnlyList<ExpressionInstruction> _steps;
    private readonly bool _knowsWords;
    private readonly List<char> _borders = [];
    private readonly List<byte> _kinds = [];

    /// <summary>Of each class a character that stands for all.</summary>
    private readonly List<char> _samples = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Queue<State> _waiting = new();
    private readonly List<int[]> _rows = [];
    private long _work;

    public ExpressionBuilder(ExpressionProgram program)
    {
        _steps = program.Steps;
        _knowsWords = _steps.Any(step => step.Step == ExpressionStep.Place
            && step.Place is ExpressionPlace.WordBorder or ExpressionPlace.NoWordBorder);
        Classify();
    }

    private sealed record State(int[] Instructions, bool AfterWord, bool AtStart);

    /// <exception cref="FormatException">It has too many states, or finds every text.</exception>
    public Expression Build()
    {
        // An empty text is a text like all others, but where there is something to find in it the rule is a mistake.
        Number(new State([0], AfterWord: false, AtStart: true));
        while (_waiting.TryDequeue(out var state)) _rows.Add(RowOf(state));
        var width = _samples.Count + 1;
        if (_rows[0].All(next => next == Expression.Found))
            throw new FormatException("an expression that is not found in every text");
        var table = new int[_rows.Count * width];
        for (var i = 0; i < table.Length; i++)
        {
            var next = _rows[i / width][i % width];
            table[i] = next == Expression.Found ? next : next * width;
        }

        return new Expression([.. _borders], [.. _kinds], width, table);
    }

    private int[] RowOf(State state)
    {
        var row = new int[_samples.Count + 1];
        for (var kind = 0; kind < row.Length; kind++)
        {
            var atEnd = kind == _samples.Count;
            var beforeWord = !atEnd && _knowsWords && CharSet.Word.Contains(_samples[kind]);
            var reached = Closure(state, beforeWord, atEnd);
            if (reached is null)
                row[kind] = Expression.Found;
            else if (!atEnd)
                row[kind] = Number(new State(Next(reached, _samples[kind]), beforeWord, AtStart: false));
        }

        return row;
    }

    /// <summary>Instructions that take a character, reached without one; null if the expression is found.</summary>
    private List<int>? Closure(State state, bool beforeWord, bool atEnd)
    {
        var seen = new HashSet<int>();
        var taking = new List<int>();
        var stack = new Stack<int>(state.Instructions);
        while (stack.TryPop(out var at))
        {
            if (!seen.Add(at)) continue;
            if (++_work > MostWork) throw TooManyStates();
            var step = _steps[at];
            switch (step.Step)
            {
                case ExpressionStep.Found:
                    return null;
                case ExpressionStep.Take:
                    taking.Add(at);
                    break;
                case ExpressionStep.Jump:
                    stack.Push(step.Next);
                    break;
                case ExpressionStep.Split:
                    stack.Push(step.Next);
                    stack.Push(step.Other);
                    break;
                default:
                    if (IsAt(step.Place, state, beforeWord, atEnd)) stack.Push(at + 1);
                    break;
            }
        }

        return taking;
    }

    private static bool IsAt(ExpressionPlace place, State state, bool beforeWord, bool atEnd) => place switch
    {
        ExpressionPlace.Start => state.AtStart,
        ExpressionPlace.End => atEnd,
        ExpressionPlace.WordBorder => state.AfterWord != beforeWord,
        _ => state.AfterWord == beforeWord,
    };

    /// <summary>The first instruction is always among them: the expression may begin anywhere.</summary>
    private int[] Next(List<int> taking, char c)
    {
        var next = new SortedSet<int> { 0 };
        foreach (var at in taking)
        {
            if (_steps[at].Set!.Contains(c)) next.Add(at + 1);
        }

        return [.. next];
    }

    private int Number(State state)
    {
        var key = $"{state.AfterWord} {state.AtStart} {string.Join(' ', state.Instructions)}";
        if (_numbers.TryGetValue(key, out var number)) return number;
        number = _numbers.Count;
        if (number == Expression.MostStates)
            throw TooManyStates();
        _numbers.Add(key, number);
        _waiting.Enqueue(state);
        return number;
    }

    private static FormatException TooManyStates() => new(
        $"an expression that needs at most {Expression.MostStates} states: fewer or shorter repetitions of what "
        + "overlaps");

    /// <summary>Characters that no set tells apart are one class.</summary>
    private void Classify()
    {
        var sets = _steps.Where(step => step.Set is not null).Select(step => step.Set!).Distinct().ToList();
        if (_knowsWords) sets.Add(CharSet.Word);
        var borders = new SortedSet<int> { 0 };
        foreach (var (first, last) in sets.SelectMany(set => set.Ranges))
        {
            borders.Add(first);
            borders.Add(last + 1);
        }

        borders.Remove(char.MaxValue + 1);
        var known = new Dictionary<string, byte>(StringComparer.Ordinal);
        foreach (var border in borders)
        {
            var signature = new string([.. sets.Select(set => set.Contains((char)border) ? '1' : '0')]);
            if (!known.TryGetValue(signature, out var kind))
            {
                if (known.Count == MostKinds)
                    throw new FormatException("an expression with fewer different characters");
                kind = (byte)known.Count;
                known.Add(signature, kind);
                _samples.Add((char)border);
            }

            _borders.Add((char)border);
            _kinds.Add(kind);
        }
    }
}
