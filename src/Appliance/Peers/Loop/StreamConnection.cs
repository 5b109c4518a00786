using System.Buffers;
using System.Net.Sockets;

namespace Appliance.Peers.Loop;

/// <summary>
/// A TCP connection on an <see cref="EventLoop"/>. Input arrives as one span per receive, as large as what waited;
/// output collects in one buffer per connection and leaves once a turn. A connection without traffic holds no buffer.
/// </summary>
internal abstract class StreamConnection(EventLoop loop, Socket socket) : LoopHandler
{
    /// <summary>One receive: a window of 100 messages of 250 bytes, ten times over.</summary>
    internal const int ReceiveSize = 256 * 1024;

    /// <summary>A peer that leaves this much unread is not read from either until it has caught up.</summary>
    internal const int UnsentLimit = 1024 * 1024;

    private const int FirstBuffer = 16 * 1024;

    private byte[] _output = [];
    private int _outputStart;
    private int _outputEnd;
    private byte[]? _carry;
    private int _carryLength;
    private uint _interest;
    private bool _connecting;
    private bool _dirty;
    private bool _paused;
    private string? _closeReason;

    protected EventLoop Loop { get; } = loop;

    internal Socket Socket { get; } = socket;

    /// <summary>Handle of the socket; the system calls take it as it is.</summary>
    private readonly int _fd = (int)socket.Handle;

    internal bool IsOpen { get; private set; } = true;

    /// <summary>What is still written goes out, nothing more is read or should be said.</summary>
    internal bool IsClosing => _closeReason is not null || !IsOpen;

    /// <summary>Bytes written that the kernel has not taken yet.</summary>
    internal int Unsent => _outputEnd - _outputStart;

    /// <summary>Takes whole units off the front of what was received and says how many bytes those were.</summary>
    protected abstract int Consume(Span<byte> received);

    /// <summary>The connection attempt succeeded; an accepted connection is not told.</summary>
    protected virtual void OnConnected()
    {
    }

    /// <summary>Called once, after the socket has left the loop.</summary>
    protected abstract void OnClosed(string reason);

    /// <summary>Registers an accepted connection.</summary>
    internal void Attach()
    {
        Socket.Blocking = false;
        Socket.NoDelay = true;
        _interest = Posix.EpollIn;
        Loop.Add(Socket, this, _interest);
    }

    /// <summary>Starts connecting; <see cref="OnConnected"/> or <see cref="OnClosed"/> tells how it went.</summary>
    internal void Connect(System.Net.EndPoint endPoint)
    {
        Socket.Blocking = false;
        Socket.NoDelay = true;
        _connecting = true;
        try
        {
            Socket.Connect(endPoint);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // The usual course: the descriptor becomes writable when the handshake has ended either way.
        }
        _interest = Posix.EpollOut;
        Loop.Add(Socket, this, _interest);
    }

    /// <summary>Room for at least that many bytes; <see cref="Commit"/> says how many were written.</summary>
    internal Span<byte> Reserve(int size)
    {
        if (_output.Length - _outputEnd < size) Grow(size);
        return _output.AsSpan(_outputEnd);
    }

    internal void Commit(int size)
    {
        _outputEnd += size;
        if (_dirty) return;
        _dirty = true;
        Loop.MarkDirty(this);
    }

    /// <summary>Writes what the kernel takes now; the rest follows when the socket is writable again.</summary>
    internal override void Flush()
    {
        _dirty = false;
        if (!IsOpen || _connecting) return;
        while (_outputStart < _outputEnd)
        {
            nint sent = Posix.Send(_fd, _output.AsSpan(_outputStart, _outputEnd - _outputStart));
            if (sent >= 0)
            {
                _outputStart += (int)sent;
                continue;
            }
            int error = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
            if (error == Posix.Eintr) continue;
            if (error == Posix.Eagain) break;
            Close("the peer closed the connection while it was written to");
            return;
        }
        if (_outputStart == _outputEnd) ReturnOutput();
        if (_closeReason is not null && Unsent == 0) Close(_closeReason);
        else UpdateInterest();
    }

    /// <summary>Closes at once; what was not sent is lost.</summary>
    internal override void Close(string reason)
    {
        if (!IsOpen) return;
        IsOpen = false;
        Loop.Remove(Socket, this);
        Socket.Dispose();
        ReturnOutput();
        ReturnCarry();
        OnClosed(reason);
    }

    /// <summary>Closes when everything written has been handed to the kernel; nothing more is read.</summary>
    internal void CloseAfterFlush(string reason)
    {
        _closeReason ??= reason;
        if (Unsent == 0) Close(reason);
        else UpdateInterest();
    }

    /// <summary>A peer that does not read: the receive window fills and the other side feels it.</summary>
    internal void PauseReading(bool paused)
    {
        _paused = paused;
        UpdateInterest();
    }

    internal override void OnReady(uint events)
    {
        if (_connecting)
        {
            FinishConnect();
            return;
        }
        if ((events & Posix.EpollOut) != 0) Flush();
        if (IsOpen && (events & (Posix.EpollIn | Posix.EpollHup | Posix.EpollErr)) != 0) Receive();
    }

    private void FinishConnect()
    {
        int error = (int)(Socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) ?? 0);
        if (error != 0)
        {
            Close($"connection failed: {new SocketException(error).Message}");
            return;
        }
        _connecting = false;
        UpdateInterest();
        OnConnected();
    }

    private void Receive()
    {
        var buffer = Loop.ReceiveBuffer;
        int held = _carryLength;
        if (held > 0) _carry.AsSpan(0, held).CopyTo(buffer);
        nint received = Posix.Receive(_fd, buffer.AsSpan(held));
        if (received <= 0)
        {
            int error = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
            if (received < 0 && error is Posix.Eagain or Posix.Eintr) return;
            Close(received == 0 ? "the peer closed the connection" : "the connection was reset");
            return;
        }
        int total = held + (int)received;
        int consumed = _closeReason is null ? Consume(buffer.AsSpan(0, total)) : total;
        if (IsOpen) Keep(buffer.AsSpan(consumed, total - consumed));
        if (IsOpen && Unsent > UnsentLimit) UpdateInterest();
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (rest.Length == 0)
        {
            ReturnCarry();
            return;
        }
        if (_carry is null || _carry.Length < rest.Length)
        {
            ReturnCarry();
            _carry = ArrayPool<byte>.Shared.Rent(Math.Max(rest.Length, 512));
        }
        rest.CopyTo(_carry);
        _carryLength = rest.Length;
    }

    private void UpdateInterest()
    {
        if (!IsOpen || _connecting) return;
        bool read = !_paused && Unsent <= UnsentLimit && _closeReason is null;
        bool write = Unsent > 0 && !_dirty;
        uint interest = (read ? Posix.EpollIn : 0) | (write ? Posix.EpollOut : 0);
        if (interest == _interest) return;
        _interest = interest;
        Loop.Modify(Socket, this, interest);
    }

    private void Grow(int size)
    {
        int unsent = Unsent;
        int needed = Math.Max(FirstBuffer, unsent + size);
        if (_outputStart > 0 && needed <= _output.Length && unsent < _output.Length / 2)
        {
            _output.AsSpan(_outputStart, unsent).CopyTo(_output);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _output.Length * 2));
            _output.AsSpan(_outputStart, unsent).CopyTo(larger);
            if (_output.Length > 0) ArrayPool<byte>.Shared.Return(_output);
            _output = larger;
        }
        _outputStart = 0;
        _outputEnd = unsent;
    }

    private void ReturnOutput()
    {
        if (_output.Length > 0) ArrayPool<byte>.Shared.Return(_output);
        _output = [];
        _outputStart = _outputEnd = 0;
    }

    private void ReturnCarry()
    {
        if (_carry is not null) ArrayPool<byte>.Shared.Return(_carry);
        _carry = null;
        _carryLength = 0;
    }
}
