using System.Runtime.CompilerServices;

namespace EndToEnd.Tests.Harness;

/// <summary>Where things are.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The native binary under test: environment variable APPLIANCE_BINARY, else out/appliance.</summary>
    public static string Binary =>
        Environment.GetEnvironmentVariable("APPLIANCE_BINARY") is { Length: > 0 } path
            ? path
            : Path.Combine(Root, "out", "appliance");

    public static string Peer(string file) => Path.Combine(Root, "tests", "EndToEnd.Tests", "peers", file);

    private static string FindRoot([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Appliance.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"No Appliance.sln above {here}.");
    }
}
