using System.Net;
using System.Net.Sockets;
using Appliance.Peers.Loop;

namespace Appliance.Wire;

/// <summary>
/// The threads on which all SMPP connections are read and written: each one epoll, in one turn of which whatever has
/// come in is taken and whatever is to go out leaves, in one system call a connection.
/// </summary>
public sealed class WireLoops : IDisposable
{
    private readonly EventLoop[] _loops;
    private int _next;

    /// <param name="threads">How many; connections take turns.</param>
    public WireLoops(int threads)
    {
        _loops = new EventLoop[threads];
        for (var i = 0; i < threads; i++)
        {
            _loops[i] = new EventLoop(threads == 1 ? "smpp" : $"smpp-{i}", _ => long.MaxValue);
            _loops[i].Start();
            // Without it nobody would be heard any more.
            _ = _loops[i].Completion.ContinueWith(
                task => Environment.FailFast("the thread of the SMPP connections has died", task.Exception),
                CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    /// <summary>A connection over a connected socket, which it owns from here on.</summary>
    public SmppConnection Open(Socket socket, int maxPduLength, int unsentLimit)
    {
        var loop = _loops[(uint)Interlocked.Increment(ref _next) % _loops.Length];
        return new SmppConnection(loop, socket, maxPduLength, unsentLimit);
    }

    /// <summary>Connects to a host, to one of its addresses after the other.</summary>
    /// <exception cref="IOException">None of them takes us.</exception>
    /// <exception cref="SocketException">The name is not known.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public async Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(host, cancellation).ConfigureAwait(false);
        for (var i = 0; ; i++)
        {
            try
            {
                if (addresses.Length == 0) throw new IOException("the name has no address");
                var to = new IPEndPoint(addresses[i], port);
                return await Connector.ConnectAsync(_loops[0], to, cancellation).ConfigureAwait(false);
            }
            catch (IOException) when (i + 1 < addresses.Length)
            {
                // The next address may answer.
            }
        }
    }

    /// <summary>Hands every connection that comes in to <paramref name="accepted"/>, on a loop's thread.</summary>
    /// <returns>Call it to take no more.</returns>
    /// <exception cref="SocketException">The address is taken or not ours.</exception>
    public Action Listen(IPEndPoint address, Action<Socket> accepted)
    {
        var loop = _loops[0];
        var listener = new Listener(address, accepted);
        loop.Post(() => listener.Attach(loop));
        return () => loop.Post(() => listener.Detach(loop));
    }

    public void Dispose()
    {
        foreach (var loop in _loops) loop.Dispose();
    }
}
