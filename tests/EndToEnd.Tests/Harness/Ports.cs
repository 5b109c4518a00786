using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Tests.Harness;

/// <summary>Ports of 127.0.0.1 that were free a moment ago; none is handed out twice in a run.</summary>
internal static class Ports
{
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    public static int Free()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            if (Given.TryAdd(port, true))
                return port;
        }
    }

    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
