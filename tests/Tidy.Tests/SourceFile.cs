using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tidy.Tests;

/// <summary>
/// A C# file of the repository: its path from the root with forward slashes, its lines, its syntax tree.
/// </summary>
public sealed class SourceFile
{
    private static readonly Lazy<IReadOnlyList<SourceFile>> Everything = new(ReadAll);

    private SourceFile(string path, string text)
    {
        Path = path;
        Text = text;
        Lines = text.Split('\n');
        var newest = new CSharpParseOptions(LanguageVersion.Preview);
        Syntax = CSharpSyntaxTree.ParseText(text, newest).GetCompilationUnitRoot();
    }

    public static IReadOnlyList<SourceFile> All => Everything.Value;

    public static string Root { get; } = FindRoot();

    public string Path { get; }

    public string Text { get; }

    public string[] Lines { get; }

    public CompilationUnitSyntax Syntax { get; }

    public bool IsIn(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <summary>A file parsed from text alone, for the tests of the rules themselves.</summary>
    public static SourceFile Of(string path, string text) => new(path, text);

    public int LineOf(Microsoft.CodeAnalysis.SyntaxNode node) =>
        node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;

    private static List<SourceFile> ReadAll()
    {
        var files = new List<SourceFile>();
        foreach (var top in new[] { "src", "perf", "tests" })
        {
            var folder = System.IO.Path.Combine(Root, top);
            if (!Directory.Exists(folder))
                continue;
            foreach (var file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Order())
            {
                var path = System.IO.Path.GetRelativePath(Root, file).Replace('\\', '/');
                if (!path.Contains("/bin/") && !path.Contains("/obj/") && !path.Contains("/node_modules/"))
                    files.Add(new SourceFile(path, File.ReadAllText(file)));
            }
        }
        return files;
    }

    private static string FindRoot([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(System.IO.Path.GetDirectoryName(here)!);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Appliance.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"No Appliance.sln above {here}.");
    }
}
