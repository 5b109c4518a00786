namespace Appliance.Policy.Text;

/// <summary>What stands between two characters.</summary>
internal enum ExpressionPlace : byte
{
    Start,
    End,
    WordBorder,
    NoWordBorder,
}

/// <summary>An expression as a tree.</summary>
internal abstract record ExpressionNode;

/// <summary>One character.</summary>
internal sealed record OneOf(CharSet Set) : ExpressionNode;

internal sealed record AtPlace(ExpressionPlace Place) : ExpressionNode;

internal sealed record Sequence(IReadOnlyList<ExpressionNode> Items) : ExpressionNode;

internal sealed record Alternatives(IReadOnlyList<ExpressionNode> Items) : ExpressionNode;

/// <param name="Most">-1 for any number.</param>
internal sealed record Repeat(ExpressionNode Item, int Least, int Most) : ExpressionNode;
