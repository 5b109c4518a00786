using System.Net;
using System.Net.Sockets;

namespace Rig;

/// <summary>Where things are, and what the environment asks for.</summary>
public static class Place
{
    private static readonly HashSet<int> Given = [];

    public static string Root { get; } = FindRoot();

    /// <summary>The native binary: environment variable APPLIANCE_BINARY, else out/appliance.</summary>
    public static string Binary =>
        Environment.GetEnvironmentVariable("APPLIANCE_BINARY") is { Length: > 0 } path
            ? path
            : Path.Combine(Root, "out", "appliance");

    public static string Results => Directory.CreateDirectory(Path.Combine(Root, "perf", "results")).FullName;

    public static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : otherwise;

    /// <summary>A port of 127.0.0.1 that was free a moment ago; none is given out twice.</summary>
    public static int FreePort()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            lock (Given)
                if (Given.Add(port))
                    return port;
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Appliance.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"No Appliance.sln above {AppContext.BaseDirectory}.");
    }
}
