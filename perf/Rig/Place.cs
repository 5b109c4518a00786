using System.Net;
using System.Net.Sockets;

namespace Rig;

/// <summary>Where things are, and what the environment asks for.</summary>
public static class Place
{
    public static string Root { get; } = FindRoot();

    /// <summary>The native binary: environment variable APPLIANCE_BINARY, else out/appliance.</summary>
    public static string Binary =>
        Environment.GetEnvironmentVariable("APPLIANCE_BINARY") is { Length: > 0 } path
            ? path
            : Path.Combine(Root, "out", "appliance");

    public static string Results => Directory.CreateDirectory(Path.Combine(Root, "perf", "results")).FullName;

    public static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : otherwise;

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Appliance.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"No Appliance.sln above {AppContext.BaseDirectory}.");
    }
}
