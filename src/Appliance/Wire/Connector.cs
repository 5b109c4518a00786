using System.Net;
using System.Net.Sockets;
using Appliance.Peers.Loop;

namespace Appliance.Wire;

/// <summary>One connection on its way to another host.</summary>
/// <remarks>
/// Not <see cref="Socket.ConnectAsync(EndPoint)"/>: a socket that has once waited in the framework's own epoll stays
/// there, and each time something comes in a thread of the pool is woken for nothing.
/// </remarks>
internal sealed class Connector : LoopHandler
{
    private readonly EventLoop _loop;
    private readonly int _handle;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isWaiting;

    private Connector(EventLoop loop, int handle)
    {
        _loop = loop;
        _handle = handle;
    }

    /// <exception cref="IOException">It is refused, or there is no way to the host.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    internal static async Task<Socket> ConnectAsync(EventLoop loop, IPEndPoint to, CancellationToken cancellation)
    {
        var handle = Posix.OpenStream(to.AddressFamily == AddressFamily.InterNetworkV6);
        var connector = new Connector(loop, handle);
        try
        {
            if (!Posix.TryConnect(handle, to.Serialize().Buffer.Span))
            {
                loop.Post(connector.Begin);
                await using var registration = cancellation.Register(() => loop.Post(connector.Cancel));
                await connector._done.Task.ConfigureAwait(false);
            }

            // The framework takes a socket for connected only if it is by now.
            return new Socket(new SafeSocketHandle(handle, ownsHandle: true));
        }
        catch
        {
            // What stays open keeps the carrier's old session alive, and the next bind is refused.
            Posix.Close(handle);
            throw;
        }
    }

    internal override void OnReady(uint events)
    {
        End();
        if (Posix.TakeError(_handle) is { } error) _done.TrySetException(new IOException(error));
        else _done.TrySetResult();
    }

    internal override void Close(string reason) => _done.TrySetException(new IOException(reason));

    private void Begin()
    {
        if (_done.Task.IsCompleted) return;
        _isWaiting = true;
        _loop.Add(_handle, this, Posix.EpollOut);
    }

    private void Cancel()
    {
        End();
        _done.TrySetCanceled();
    }

    private void End()
    {
        if (_isWaiting) _loop.Remove(_handle, this);
        _isWaiting = false;
    }
}
