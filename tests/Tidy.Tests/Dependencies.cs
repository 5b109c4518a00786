using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tidy.Tests;

/// <summary>
/// Who may name whom. Codec names nobody; Store names Codec at most; within src/Appliance a stage names its own
/// namespace, the value types of the root and what serves all stages (<see cref="Common"/>), never another stage.
/// </summary>
internal static class Dependencies
{
    /// <summary>
    /// The stages of a message's journey, and the other side of it; each is a folder of src/Appliance.
    /// </summary>
    internal static readonly string[] Stages =
        ["Ingress", "Decide", "Journal", "Act", "Carriers", "Notify", "History", "Cluster", "Simulator",
            "Load"];

    /// <summary>
    /// What several stages stand on: the ring's mechanism, the connection, the records of the journal, what every
    /// stage reports to, and the event loop of simulators and load. It names no stage itself.
    /// </summary>
    internal static readonly string[] Common = ["Ring", "Wire", "Records", "Operate", "Peers", "Numbering",
        "Routing", "Money", "Limits", "Policy"];

    private static readonly string[] Ours = ["Codec", "Store", "Appliance"];

    internal static IEnumerable<string> Violations(SourceFile file)
    {
        foreach (var (name, line) in NamesIn(file))
        {
            var reason = Forbidden(file.Path, name.Split('.'));
            if (reason is not null)
                yield return $"{file.Path}:{line}: names {name}: {reason}";
        }
    }

    /// <summary>Folders of src/Appliance that no list above has a place for.</summary>
    internal static IEnumerable<string> UnknownFolders(IEnumerable<SourceFile> files) =>
        files.Select(file => file.Path.Split('/'))
            .Where(parts => parts.Length > 3 && parts[0] == "src" && parts[1] == "Appliance")
            .Select(parts => parts[2])
            .Distinct()
            .Except([.. Stages, .. Common, "Commands"])
            .Select(folder => $"src/Appliance/{folder}: is it a stage or what stages stand on?");

    private static string? Forbidden(string path, string[] name)
    {
        if (path.StartsWith("src/", StringComparison.Ordinal) && name[0] is "perf" or "Perf" or "Tests")
            return "src knows neither perf nor tests";
        if (path.StartsWith("src/Codec/", StringComparison.Ordinal) && Ours.Contains(name[0]) && name[0] != "Codec")
            return "Codec knows nothing";
        if (path.StartsWith("src/Store/", StringComparison.Ordinal) && name[0] == "Appliance")
            return "Store knows Codec at most";
        return path.StartsWith("src/Appliance/", StringComparison.Ordinal) ? ForbiddenStage(path, name) : null;
    }

    private static string? ForbiddenStage(string path, string[] name)
    {
        var parts = path.Split('/');
        var folder = parts.Length > 3 ? parts[2] : "";
        if (folder == "Commands" || (folder == "" && IsComposition(parts[2])))
            return null;
        if (folder == "Ring" && name[0] is "Codec" or "Store")
            return "the ring knows no SMS";
        var named = name[0] == "Appliance" && name.Length > 1 ? name[1] : name[0];
        if (named == folder || !Stages.Contains(named))
            return null;
        // The load generator is an ESME of the simulator's world: loop, connection and submit template are shared.
        if (folder == "Load" && named == "Simulator")
            return null;
        return folder.Length == 0
            ? "only Pipeline*.cs and Program.cs of the root name stages"
            : $"{folder} does not name a stage of its users or neighbours";
    }

    private static bool IsComposition(string file) =>
        file is "Program.cs" or "ApplianceHost.cs" or "Admission.cs" or "StoryRecord.cs"
        || file.StartsWith("Pipeline", StringComparison.Ordinal);

    /// <summary>Namespaces in using directives, and qualified names where a type is expected.</summary>
    private static IEnumerable<(string Name, int Line)> NamesIn(SourceFile file)
    {
        foreach (var node in file.Syntax.DescendantNodes())
        {
            var name = node switch
            {
                UsingDirectiveSyntax directive => directive.NamespaceOrType.ToString(),
                QualifiedNameSyntax qualified when IsTypeUse(qualified) => qualified.ToString(),
                MemberAccessExpressionSyntax access when StartsOurs(access) => access.ToString(),
                _ => null,
            };
            if (name is not null)
                yield return (name.Replace("global::", "", StringComparison.Ordinal), file.LineOf(node));
        }
    }

    private static bool IsTypeUse(QualifiedNameSyntax name) =>
        name.Parent is not QualifiedNameSyntax
        && !name.Ancestors().Any(a => a is UsingDirectiveSyntax)
        && name.Parent is not BaseNamespaceDeclarationSyntax;

    private static bool StartsOurs(MemberAccessExpressionSyntax access) =>
        access.Parent is not MemberAccessExpressionSyntax
        && access.ToString().StartsWith("Appliance.", StringComparison.Ordinal);
}
