using System.Text.RegularExpressions;

namespace Tidy.Tests;

/// <summary>What does not belong in the text, with the reason a reader is told.</summary>
internal static partial class Bans
{
    private sealed record Ban(Regex Pattern, string Reason, Func<string, bool> AppliesTo);

    private static readonly Ban[] List =
    [
        new(ThreadSleep(), "wait on a condition with a deadline", _ => true),
        new(ConsoleWrite(), "only commands speak to the terminal; the rest logs", InSrcOutsideCommands),
        new(LocalTime(), "local time is not a clock: use TimeProvider or UtcNow", _ => true),
        new(Unfinished(), "finish it or open an issue", _ => true),
        new(ClassicImport(), "LibraryImport is the form that NativeAOT compiles", InSrc),
        new(AsyncVoid(), "an async void method cannot be awaited, and its exception ends the process", _ => true),
        new(WorkplacePath(), "no path of the machine it was written on", _ => true),
        new(VagueName(), "name the type for what it does", _ => true),
    ];

    internal static IEnumerable<string> Violations(string path, IReadOnlyList<string> lines)
    {
        foreach (var ban in List.Where(ban => ban.AppliesTo(path)))
        {
            for (var i = 0; i < lines.Count; i++)
            {
                var match = ban.Pattern.Match(lines[i]);
                if (match.Success)
                    yield return $"{path}:{i + 1}: {match.Value.Trim()}: {ban.Reason}";
            }
        }
    }

    private static bool InSrc(string path) => path.StartsWith("src/", StringComparison.Ordinal);

    private static bool InSrcOutsideCommands(string path) =>
        InSrc(path) && !path.Contains("/Commands/", StringComparison.Ordinal);

    [GeneratedRegex(@"\bThread\.Sleep\b")]
    private static partial Regex ThreadSleep();

    [GeneratedRegex(@"\bConsole\.(Write|WriteLine|Error|Out)\b")]
    private static partial Regex ConsoleWrite();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Now|Today)\b")]
    private static partial Regex LocalTime();

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|HACK|NotImplementedException)\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\bDllImport\b")]
    private static partial Regex ClassicImport();

    [GeneratedRegex(@"\basync void\b")]
    private static partial Regex AsyncVoid();

    [GeneratedRegex(@"(?<![\w.])/(work|tmp|root|home)/\w+")]
    private static partial Regex WorkplacePath();

    [GeneratedRegex(@"\b(class|struct|record) \w*(Utils?|Utilities|Helpers?)\b")]
    private static partial Regex VagueName();
}
