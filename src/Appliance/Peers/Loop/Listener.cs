using System.Net;
using System.Net.Sockets;

namespace Appliance.Peers.Loop;

/// <summary>A listening socket on an <see cref="EventLoop"/>.</summary>
internal sealed class Listener : LoopHandler, IDisposable
{
    private const int Backlog = 1024;

    private readonly Socket _socket;
    private readonly Action<Socket> _accepted;

    /// <exception cref="SocketException">The address is taken or not ours.</exception>
    internal Listener(IPEndPoint endPoint, Action<Socket> accepted)
    {
        _accepted = accepted;
        _socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.Address.Equals(IPAddress.IPv6Any)) _socket.DualMode = true;
            _socket.Bind(endPoint);
            _socket.Listen(Backlog);
            _socket.Blocking = false;
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>With port 0 asked for, the one the system chose.</summary>
    internal IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    internal void Attach(EventLoop loop) => loop.Add(_socket, this, Posix.EpollIn);

    internal override void OnReady(uint events)
    {
        while (true)
        {
            Socket accepted;
            try
            {
                accepted = _socket.Accept();
            }
            catch (SocketException)
            {
                // None waits any more, or the one that waited has gone; out of descriptors, the next turn tries again.
                return;
            }
            _accepted(accepted);
        }
    }

    /// <summary>Takes no more connections; on the loop's thread.</summary>
    internal void Detach(EventLoop loop)
    {
        loop.Remove(_socket, this);
        Dispose();
    }

    public void Dispose() => _socket.Dispose();
}
