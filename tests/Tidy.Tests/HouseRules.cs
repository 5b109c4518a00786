using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Tidy.Tests;

/// <summary>The rules of the house over the whole repository.</summary>
public sealed class HouseRules
{
    private static readonly string[] TextKinds = [".md", ".sh", ".js", ".pl", ".yml", ".json", ".csproj", ".props"];

    [Fact]
    public void Lines_are_at_most_120_columns() => Holds(Size.Lines);

    [Fact]
    public void Files_are_at_most_400_lines() => Holds(Size.Files);

    [Fact]
    public void Methods_are_at_most_70_lines() => Holds(Size.Methods);

    [Fact]
    public void A_stage_names_no_other_stage() => Holds(Dependencies.Violations);

    [Fact]
    public void Every_folder_of_the_appliance_has_its_place() => AssertNone(Dependencies.UnknownFolders(SourceFile.All));

    [Fact]
    public void Banned_words_do_not_occur() =>
        Holds(file => file.IsIn("tests/Tidy.Tests") ? [] : Bans.Violations(file.Path, file.Lines));

    [Fact]
    public void Namespaces_follow_folders() => Holds(file => file.IsIn("src") ? NamespaceViolations(file) : []);

    [Fact]
    public void Namespaces_are_file_scoped() => Holds(file =>
        file.Syntax.Members.OfType<NamespaceDeclarationSyntax>()
            .Select(space => $"{file.Path}:{file.LineOf(space)}: namespace {space.Name} has braces"));

    /// <summary>A plain difference counts what a collection on another thread adds now and then.</summary>
    [Fact]
    public void Tests_measure_allocations_in_one_way() => Holds(file =>
        file.IsIn("tests") && file.Path is not ("tests/Allocations.cs" or "tests/Fuzz/Fuzzer.cs")
            ? file.Lines.Where(line => line.Contains(nameof(GC.GetAllocatedBytesForCurrentThread), StringComparison.Ordinal)
                    && !file.IsIn("tests/Tidy.Tests"))
                .Select(line => $"{file.Path}: {line.Trim()}, expected Measured.Allocations")
            : []);

    [Fact]
    public void Scripts_and_texts_name_no_workplace()
    {
        var violations = Tracked()
            .Where(path => TextKinds.Contains(Path.GetExtension(path)) || Path.GetFileName(path) is "Makefile" or "run")
            .SelectMany(path => Bans.Violations(path, File.ReadAllLines(Path.Combine(SourceFile.Root, path))));
        AssertNone(violations);
    }

    [Theory]
    [InlineData("src/Codec/Codec.csproj")]
    [InlineData("src/Store/Store.csproj", "Codec")]
    [InlineData("src/Appliance/Appliance.csproj", "Codec", "Store")]
    public void Projects_refer_downwards_only(string project, params string[] allowed)
    {
        var references = XDocument.Load(Path.Combine(SourceFile.Root, project)).Descendants("ProjectReference")
            .Where(reference => (string?)reference.Attribute("OutputItemType") != "Analyzer")
            .Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!)
                .Replace('\\', '/')));
        Assert.Empty(references.Except(allowed));
    }

    /// <summary>Both ways: no metric without a word about it, no word about one that is not.</summary>
    [Fact]
    public void Metrics_are_described()
    {
        var described = File.ReadAllText(Path.Combine(SourceFile.Root, "docs/metrics.md"));
        var made = SourceFile.All.Where(file => file.IsIn("src/Appliance"))
            .SelectMany(file => file.Syntax.DescendantTokens().Where(token => token.IsKind(SyntaxKind.StringLiteralToken)))
            .Select(token => token.ValueText)
            .Where(text => Regex.IsMatch(text, "^(sms|process|dotnet)_[a-z0-9_]+$"))
            .ToHashSet();
        Assert.Contains("sms_queue_depth", made);
        AssertNone(made.Where(name => !described.Contains($"`{name}`", StringComparison.Ordinal))
            .Select(name => $"docs/metrics.md: {name} is missing"));
        AssertNone(Tracked().Where(path => path.EndsWith(".md", StringComparison.Ordinal))
            .SelectMany(path => Regex.Matches(File.ReadAllText(Path.Combine(SourceFile.Root, path)), "`(sms_[a-z0-9_]+)`")
                .Select(match => match.Groups[1].Value).Where(name => !made.Contains(name))
                .Select(name => $"{path}: there is no metric {name}")));
    }

    [Fact]
    public void Codec_takes_no_package() =>
        Assert.Empty(XDocument.Load(Path.Combine(SourceFile.Root, "src/Codec/Codec.csproj"))
            .Descendants("PackageReference").Select(package => (string?)package.Attribute("Include")));

    private static void Holds(Func<SourceFile, IEnumerable<string>> rule)
    {
        Assert.Contains(SourceFile.All, file => file.IsIn("src/Codec") || file.IsIn("src/Store"));
        AssertNone(SourceFile.All.SelectMany(rule));
    }

    private static void AssertNone(IEnumerable<string> violations)
    {
        var all = violations.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    /// <summary>
    /// The folders' names, or in their sub-folders the name of the part: Codec/Pdus may be Codec, a stage's Smpp the
    /// stage.
    /// </summary>
    internal static IEnumerable<string> NamespaceViolations(SourceFile file)
    {
        var folders = file.Path.Split('/')[1..^1];
        var whole = string.Join('.', folders);
        var part = string.Join('.', folders.Take(folders[0] == "Appliance" ? 2 : 1));
        return file.Syntax.Members.OfType<BaseNamespaceDeclarationSyntax>()
            .Select(space => space.Name.ToString())
            .Where(name => name != whole && name != part)
            .Select(name => $"{file.Path}: namespace {name}, expected {whole} or {part}");
    }

    private static IEnumerable<string> Tracked()
    {
        var start = new ProcessStartInfo("git", ["ls-files"])
        {
            WorkingDirectory = SourceFile.Root,
            RedirectStandardOutput = true,
        };
        using var git = Process.Start(start)!;
        var listed = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return listed.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(path => File.Exists(Path.Combine(SourceFile.Root, path)));
    }
}
