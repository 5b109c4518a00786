using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tidy.Tests;

/// <summary>How long a line, a file and a method may be.</summary>
internal static class Size
{
    internal const int LineColumns = 120;
    internal const int TableColumns = 160;
    internal const int FileLines = 400;
    internal const int MethodLines = 70;

    internal static IEnumerable<string> Lines(SourceFile file)
    {
        for (var i = 0; i < file.Lines.Length; i++)
        {
            var columns = file.Lines[i].TrimEnd('\r').Length;
            var most = IsTable(file) ? TableColumns : LineColumns;
            if (columns > most)
                yield return $"{file.Path}:{i + 1}: {columns} columns, at most {most}";
        }
    }

    /// <summary>Tests and emitters of code are full of examples and templates that read best on one line.</summary>
    private static bool IsTable(SourceFile file) =>
        file.Path.StartsWith("tests/", StringComparison.Ordinal)
        || file.Path.StartsWith("perf/", StringComparison.Ordinal)
        || file.Path.StartsWith("src/Codec.Generator/", StringComparison.Ordinal);

    internal static IEnumerable<string> Files(SourceFile file)
    {
        var lines = file.Lines.Length - (file.Lines[^1].Length == 0 ? 1 : 0);
        if (lines > FileLines)
            yield return $"{file.Path}: {lines} lines, at most {FileLines}";
    }

    internal static IEnumerable<string> Methods(SourceFile file)
    {
        foreach (var node in file.Syntax.DescendantNodes().Where(node => IsMethod(node) && !IsTable(node)))
        {
            var lines = LinesOf(node);
            if (lines > MethodLines)
                yield return $"{file.Path}:{file.LineOf(node)}: {NameOf(node)} has {lines} lines, at most {MethodLines}";
        }
        var statements = file.Syntax.Members.OfType<GlobalStatementSyntax>().Sum(LinesOf);
        if (statements > MethodLines)
            yield return $"{file.Path}: {statements} lines of top-level statements, at most {MethodLines}";
    }

    private static bool IsMethod(SyntaxNode node) =>
        node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax
            or PropertyDeclarationSyntax { ExpressionBody: not null };

    /// <summary>A single switch from constants to constants is data, not control flow.</summary>
    private static bool IsTable(SyntaxNode node) =>
        node.ChildNodes().OfType<ArrowExpressionClauseSyntax>().FirstOrDefault()?.Expression is SwitchExpressionSyntax table
        && table.Arms.All(arm => arm.WhenClause is null
            && arm.Expression is LiteralExpressionSyntax or MemberAccessExpressionSyntax or IdentifierNameSyntax);

    /// <summary>From the first token after attributes and comments to the closing brace.</summary>
    private static int LinesOf(SyntaxNode node)
    {
        var lists = node.ChildNodes().OfType<AttributeListSyntax>().LastOrDefault();
        var first = lists is null ? node.GetFirstToken() : lists.GetLastToken().GetNextToken();
        var from = first.GetLocation().GetLineSpan().StartLinePosition.Line;
        var to = node.GetLastToken().GetLocation().GetLineSpan().EndLinePosition.Line;
        return to - from + 1;
    }

    private static string NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        LocalFunctionStatementSyntax local => local.Identifier.Text,
        PropertyDeclarationSyntax property => property.Identifier.Text,
        _ => node.Kind().ToString(),
    };
}
