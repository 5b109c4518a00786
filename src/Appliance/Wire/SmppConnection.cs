using System.Diagnostics;
using System.Net.Sockets;
using System.Numerics;
using Appliance.Peers.Loop;
using Appliance.Ring;
using Codec;

namespace Appliance.Wire;

/// <summary>
/// An SMPP connection, whichever side opened it: cuts what is read into PDUs for its handler, and sends what is
/// posted, by the batch and without blocking whoever posts.
/// </summary>
/// <remarks>Reading, and all that is not said to be any thread's, is its loop's thread's.</remarks>
public sealed class SmppConnection : Peer
{
    /// <summary>Octets of a submit_sm of 160 characters, and of most other PDUs.</summary>
    private const int UsualPdu = 256;

    /// <summary>An idle session holds no burst's buffers.</summary>
    private const int KeptBuffer = 64 * 1024;

    /// <summary>How long a peer is given to close its side after ours.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly EventLoop _loop;
    private readonly Socket _socket;
    private readonly int _handle;
    private readonly Readiness _readiness;
    private readonly Action _receive;
    private readonly Action _goOn;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IPduHandler _handler = null!;

    private readonly Outbox _outbox;
    private readonly Lock _gate = new();
    private string _closeReason = "closed by peer";

    // The loop's.
    private int _maxPduLength;
    private byte[] _sending = [];
    private int _sendingStart;
    private int _sendingEnd;
    private byte[] _carry = [];
    private int _carryLength;
    private uint _interest;
    private bool _isAttached;
    private bool _hasEnded;
    private bool _isPaused;
    private bool _waits;
    private bool _isDiscarding;
    private bool _isShut;

    /// <param name="maxPduLength">Longest PDU accepted, in bytes.</param>
    /// <param name="unsentLimit">Bytes that may wait unsent before the peer counts as not reading.</param>
    internal SmppConnection(EventLoop loop, Socket socket, int maxPduLength, int unsentLimit)
    {
        _loop = loop;
        _socket = socket;
        _maxPduLength = maxPduLength;
        _outbox = new Outbox(unsentLimit);
        _readiness = new Readiness(this);
        _receive = Receive;
        _goOn = () => _waits = !_handler.TryGoOn();
        socket.Blocking = false;
        socket.NoDelay = true;
        _handle = (int)socket.Handle;
        Remote = NameOf(socket);
    }

    public string Remote { get; }

    /// <summary>Environment.TickCount64 when something was last received.</summary>
    public long ReceivedAt { get; private set; } = Environment.TickCount64;

    /// <summary>Stopwatch ticks when what is being taken was received.</summary>
    public long ReceivedTicks { get; private set; } = Stopwatch.GetTimestamp();

    /// <summary>Since when part of a PDU has been waiting for the rest (Environment.TickCount64); 0 for none.</summary>
    public long PartialSince { get; private set; }

    /// <summary>Since when sent bytes have been waiting for the peer to read; 0 for none.</summary>
    public long StuckSince { get; private set; }

    /// <summary>Why the connection ended.</summary>
    public string CloseReason => _closeReason;

    /// <summary>Another limit from here on; a session that is not bound yet has a smaller one.</summary>
    public void LimitPdu(int length) => _maxPduLength = length;

    /// <summary>Another number of bytes that may wait unsent before the peer counts as not reading.</summary>
    public void LimitUnsent(int bytes) => _outbox.Limit(bytes);

    /// <summary>Reads until the connection ends; never throws. Any thread, once.</summary>
    public Task RunAsync(IPduHandler handler)
    {
        _handler = handler;
        _loop.Post(Attach);
        return _ended.Task;
    }

    /// <summary>The handler has put something aside: it is asked once a turn of the loop, at least each millisecond,
    /// whether it can go on. Once until it can.</summary>
    internal void WaitForRoom() => _loop.Wait(_readiness);

    /// <summary>Sends bytes that wait for nothing; any thread.</summary>
    public void Post(ReadOnlySpan<byte> pdus) => Posted(_outbox.Append(pdus));

    /// <summary>Ends the connection now; what is unsent is lost. Any thread.</summary>
    public override void Close(string reason)
    {
        SetReason(reason);
        _outbox.Close();
        _loop.Post(End);
    }

    /// <summary>Ends the connection once what was posted is sent. Any thread.</summary>
    public override void CloseWhenSent(string reason)
    {
        SetReason(reason);
        _outbox.CloseWhenSent();
        _loop.FlushSoon(_readiness);
    }

    protected override void Send(ref byte[] staged, int length) => Posted(_outbox.Swap(ref staged, length));

    private void Posted(Posted how)
    {
        if (how == Wire.Posted.TooMuch) Close("the peer does not read what it is sent");
        else if (how == Wire.Posted.First) _loop.FlushSoon(_readiness);
    }

    private static string NameOf(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint?.ToString() ?? "?";
        }
        catch (SocketException)
        {
            // Gone already.
            return "?";
        }
    }

    private void Attach()
    {
        if (_hasEnded) return;
        _isAttached = true;
        _interest = Posix.EpollIn;
        _loop.Add(_socket, _readiness, _interest);
        Flush();
    }

    private void OnReady(uint events)
    {
        if ((events & Posix.EpollOut) != 0) Flush();
        if (!_hasEnded && (events & (Posix.EpollIn | Posix.EpollHup | Posix.EpollErr)) != 0) Guard(_receive);
    }

    /// <summary>A fault of ours ends the one connection that met it, not its loop.</summary>
    private void Guard(Action work)
    {
        try
        {
            work();
        }
#pragma warning disable CA1031 // The other connections of the loop go on, whatever it was.
        catch (Exception e)
#pragma warning restore CA1031
        {
            SetReason($"internal error: {e}");
            End();
        }
    }

    private void Receive()
    {
        // A peer that is not read while the ring is full, and is gone.
        if (_isPaused && (_interest & Posix.EpollIn) == 0)
        {
            End();
            return;
        }

        var buffer = _loop.ReceiveBuffer;
        var held = _carryLength;
        _carry.AsSpan(0, held).CopyTo(buffer);
        var received = Posix.Receive(_handle, buffer.AsSpan(held));
        if (received <= 0)
        {
            var error = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
            if (received < 0 && error is Posix.Eagain or Posix.Eintr) return;
            if (received < 0) SetReason("the connection was reset");
            End();
            return;
        }

        ReceivedAt = Environment.TickCount64;
        ReceivedTicks = Stopwatch.GetTimestamp();
        if (!_isDiscarding) Take(buffer.AsSpan(0, held + (int)received));
    }

    private void Take(Span<byte> bytes)
    {
        var taken = Consume(bytes, out var bad, out var full);
        _handler.OnReceived();
        if (bad)
        {
            // Leaving now, with input unread, would reset the connection, the last answer and all.
            _isDiscarding = true;
            _carryLength = 0;
            PartialSince = 0;
            CloseWhenSent("command_length out of range");
            return;
        }

        Keep(bytes[taken..]);
        PartialSince = full || taken == bytes.Length ? 0 : PartialSince == 0 ? ReceivedAt : PartialSince;
        if (!full) return;
        _isPaused = true;
        UpdateInterest();
        _ = _handler.RoomAsync().ContinueWith(
            _ => _loop.Post(Resume), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private int Consume(ReadOnlySpan<byte> bytes, out bool bad, out bool full)
    {
        bad = full = false;
        var taken = 0;
        while (!_outbox.IsClosed)
        {
            var rest = bytes[taken..];
            switch (Frame.Peek(rest, _maxPduLength, out var header))
            {
                case FrameStatus.BadLength:
                    _handler.OnBadLength(in header);
                    bad = true;
                    return taken;
                case FrameStatus.NeedMore:
                    return taken;
                default:
                    Memory.FetchAll(Beginning(rest[(int)header.Length..]));
                    if (!_handler.TryTake(in header, rest[..(int)header.Length]))
                    {
                        full = true;
                        return taken;
                    }

                    taken += (int)header.Length;
                    break;
            }
        }

        return bytes.Length;
    }

    /// <summary>As much of what follows as a usual PDU has.</summary>
    private static ReadOnlySpan<byte> Beginning(ReadOnlySpan<byte> bytes) => bytes[..Math.Min(bytes.Length, UsualPdu)];

    /// <summary>There may be room for what could not be taken.</summary>
    private void Resume()
    {
        if (_hasEnded) return;
        _isPaused = false;
        UpdateInterest();
        if (_carryLength > 0) Guard(TakeAgain);
    }

    private void TakeAgain()
    {
        var buffer = _loop.ReceiveBuffer.AsSpan(0, _carryLength);
        _carry.AsSpan(0, _carryLength).CopyTo(buffer);
        Take(buffer);
    }

    private bool TryGoOn()
    {
        _waits = false;
        // What could not be answered any more is not taken.
        if (!_hasEnded && !_isDiscarding && !_outbox.IsClosed) Guard(_goOn);
        return !_waits;
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (rest.Length > _carry.Length)
            _carry = new byte[BitOperations.RoundUpToPowerOf2((uint)Math.Max(256, rest.Length))];
        else if (rest.IsEmpty && _carry.Length > KeptBuffer) _carry = [];
        rest.CopyTo(_carry);
        _carryLength = rest.Length;
    }

    private void Flush()
    {
        if (!_isAttached || _hasEnded) return;
        while (_sendingStart < _sendingEnd || TrySwap())
        {
            var sent = Posix.Send(_handle, _sending.AsSpan(_sendingStart, _sendingEnd - _sendingStart));
            if (sent >= 0)
            {
                _sendingStart += (int)sent;
                continue;
            }

            var error = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
            if (error == Posix.Eintr) continue;
            if (error == Posix.Eagain) break;
            SetReason("the connection was reset");
            End();
            return;
        }

        StuckSince = _sendingStart == _sendingEnd ? 0 : StuckSince == 0 ? Environment.TickCount64 : StuckSince;
        UpdateInterest();
    }

    private bool TrySwap()
    {
        _sendingEnd = _outbox.Take(ref _sending, out var ends);
        _sendingStart = 0;
        if (ends) Shut();
        return _sendingEnd > 0;
    }

    /// <summary>All is sent: FIN, and the end when the peer does likewise, or soon.</summary>
    private void Shut()
    {
        if (_isShut) return;
        _isShut = _isDiscarding = true;
        _outbox.Close();
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            End();
            return;
        }

        _ = Task.Delay(Farewell).ContinueWith(
            _ => _loop.Post(End), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private void UpdateInterest()
    {
        if (!_isAttached || _hasEnded) return;
        var interest = (_isPaused ? 0 : Posix.EpollIn) | (_sendingStart < _sendingEnd ? Posix.EpollOut : 0);
        if (interest == _interest) return;
        _interest = interest;
        _loop.Modify(_socket, _readiness, interest);
    }

    private void End()
    {
        if (_hasEnded) return;
        _hasEnded = true;
        _outbox.Close();
        if (_isAttached) _loop.Remove(_socket, _readiness);
        _socket.Dispose();
        _carry = _sending = [];
        _ended.TrySetResult();
    }

    private void SetReason(string reason)
    {
        lock (_gate)
            if (_closeReason == "closed by peer") _closeReason = reason;
    }

    /// <summary>What the loop calls.</summary>
    private sealed class Readiness(SmppConnection connection) : LoopHandler
    {
        internal override void OnReady(uint events) => connection.OnReady(events);

        internal override void Flush() => connection.Flush();

        internal override bool TryGoOn() => connection.TryGoOn();

        internal override void Close(string reason)
        {
            connection.SetReason(reason);
            connection.End();
        }
    }
}
