using System.Net;
using System.Net.Sockets;

namespace Load.Bare;

/// <summary>
/// Two threads and a TCP connection of this machine: 216 octets there, 53 back, a window of 100, as many in a system
/// call as there are. Nothing is parsed, decided or kept.
/// </summary>
internal static class SocketLoop
{
    private const int Request = 216;
    private const int Response = 53;
    private const int Window = 100;

    /// <returns>Exchanges done in the time.</returns>
    public static long Run(TimeSpan time)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.Connect(listener.LocalEndPoint!);
        using var server = listener.Accept();
        server.NoDelay = true;
        var answering = new Thread(() => Exchange(server, Request, Response));
        answering.Start();
        var done = Drive(client, time);
        client.Shutdown(SocketShutdown.Both);
        answering.Join();
        return done;
    }

    private static long Drive(Socket socket, TimeSpan time)
    {
        var requests = new byte[Request * Window];
        var responses = new byte[Response * Window];
        var end = Environment.TickCount64 + (long)time.TotalMilliseconds;
        long done = 0;
        var (free, rest) = (Window, 0);
        while (Environment.TickCount64 < end)
        {
            Send(socket, requests.AsSpan(0, free * Request));
            rest += socket.Receive(responses);
            free = rest / Response;
            rest %= Response;
            done += free;
        }

        return done;
    }

    private static void Exchange(Socket socket, int request, int response)
    {
        var requests = new byte[request * Window];
        var responses = new byte[response * Window];
        var rest = 0;
        while (socket.Receive(requests) is var read and > 0)
        {
            rest += read;
            Send(socket, responses.AsSpan(0, rest / request * response));
            rest %= request;
        }
    }

    private static void Send(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[socket.Send(bytes)..];
    }
}
