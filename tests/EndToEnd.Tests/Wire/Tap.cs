using System.Net;
using System.Net.Sockets;
using EndToEnd.Tests.Harness;

namespace EndToEnd.Tests.Wire;

/// <summary>A port that passes everything on to another one and writes down both ways in a capture.</summary>
internal sealed class Tap : IDisposable
{
    private readonly TcpListener _listener;
    private readonly List<TcpClient> _ends = [];
    private readonly int _target;
    private readonly PcapFile _file;

    private Tap(int port, int target, PcapFile file)
    {
        Port = port;
        _target = target;
        _file = file;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
    }

    /// <summary>Where to connect; it is the server's port in the capture too.</summary>
    public int Port { get; }

    public static Tap Start(int target, PcapFile file)
    {
        var tap = new Tap(Ports.Free(), target, file);
        _ = tap.AcceptAsync();
        return tap;
    }

    public void Dispose()
    {
        _listener.Stop();
        lock (_ends)
            _ends.ForEach(end => end.Dispose());
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                var server = new TcpClient { NoDelay = true };
                lock (_ends)
                    _ends.AddRange([client, server]);
                await server.ConnectAsync(IPAddress.Loopback, _target);
                var clientPort = ((IPEndPoint)client.Client.RemoteEndPoint!).Port;
                _ = PumpAsync(client.Client, server.Client, clientPort, Port);
                _ = PumpAsync(server.Client, client.Client, Port, clientPort);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task PumpAsync(Socket from, Socket to, int fromPort, int toPort)
    {
        var buffer = new byte[64 * 1024];
        long offset = 0;
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer)) > 0)
            {
                _file.Add(fromPort, toPort, offset, buffer.AsSpan(0, count));
                offset += count;
                await to.SendAsync(buffer.AsMemory(0, count));
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
