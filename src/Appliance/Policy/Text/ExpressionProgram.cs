namespace Appliance.Policy.Text;

internal enum ExpressionStep : byte
{
    /// <summary>Takes a character of the set.</summary>
    Take,

    /// <summary>Goes on in two places.</summary>
    Split,

    Jump,

    /// <summary>Goes on if the place is here.</summary>
    Place,

    Found,
}

/// <param name="Next">Of Split and Jump, where to.</param>
/// <param name="Other">Of Split, where to as well.</param>
internal readonly record struct ExpressionInstruction(
    ExpressionStep Step, CharSet? Set = null, ExpressionPlace Place = default, int Next = 0, int Other = 0);

/// <summary>An expression's tree as instructions of a nondeterministic automaton (Thompson 1968).</summary>
internal sealed class ExpressionProgram
{
    private const int MostInstructions = 5000;

    /// <summary>Bounds repetitions of nothing, which leave no instruction behind.</summary>
    private const int MostVisits = 4 * MostInstructions;

    private readonly List<ExpressionInstruction> _steps = [];
    private int _visits;

    private ExpressionProgram()
    {
    }

    public IReadOnlyList<ExpressionInstruction> Steps => _steps;

    /// <exception cref="FormatException">It is too long.</exception>
    public static ExpressionProgram Of(ExpressionNode node)
    {
        var program = new ExpressionProgram();
        program.Emit(node);
        program.Add(new ExpressionInstruction(ExpressionStep.Found));
        return program;
    }

    private void Emit(ExpressionNode node)
    {
        if (++_visits > MostVisits) throw TooLong();
        switch (node)
        {
            case OneOf one:
                Add(new ExpressionInstruction(ExpressionStep.Take, one.Set));
                break;
            case AtPlace at:
                Add(new ExpressionInstruction(ExpressionStep.Place, Place: at.Place));
                break;
            case Sequence sequence:
                foreach (var item in sequence.Items) Emit(item);
                break;
            case Alternatives alternatives:
                EmitAlternatives(alternatives.Items);
                break;
            case Repeat repeat:
                for (var i = 0; i < repeat.Least; i++) Emit(repeat.Item);
                if (repeat.Most < 0) EmitLoop(repeat.Item);
                for (var i = repeat.Least; i < repeat.Most; i++) EmitOption(repeat.Item);
                break;
        }
    }

    private void EmitAlternatives(IReadOnlyList<ExpressionNode> items)
    {
        var ends = new List<int>();
        foreach (var item in items.SkipLast(1))
        {
            var split = Add(default);
            Emit(item);
            ends.Add(Add(default));
            _steps[split] = new ExpressionInstruction(ExpressionStep.Split, Next: split + 1, Other: _steps.Count);
        }

        Emit(items[^1]);
        foreach (var end in ends) _steps[end] = new ExpressionInstruction(ExpressionStep.Jump, Next: _steps.Count);
    }

    private void EmitLoop(ExpressionNode item)
    {
        var split = Add(default);
        Emit(item);
        Add(new ExpressionInstruction(ExpressionStep.Jump, Next: split));
        _steps[split] = new ExpressionInstruction(ExpressionStep.Split, Next: split + 1, Other: _steps.Count);
    }

    private void EmitOption(ExpressionNode item)
    {
        var split = Add(default);
        Emit(item);
        _steps[split] = new ExpressionInstruction(ExpressionStep.Split, Next: split + 1, Other: _steps.Count);
    }

    private int Add(ExpressionInstruction step)
    {
        if (_steps.Count == MostInstructions) throw TooLong();
        _steps.Add(step);
        return _steps.Count - 1;
    }

    private static FormatException TooLong() => new("an expression with fewer repetitions");
}
