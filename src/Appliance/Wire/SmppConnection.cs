using System.Buffers;
using System.IO.Pipelines;
using Codec;
using Microsoft.AspNetCore.Connections;

namespace Appliance.Wire;

/// <summary>
/// An SMPP connection, whichever side opened it: cuts what is read into PDUs for its handler, and sends what is
/// posted, by the batch and without blocking whoever posts.
/// </summary>
/// <param name="context">The transport.</param>
/// <param name="maxPduLength">Longest PDU accepted, in bytes.</param>
/// <param name="unsentLimit">Bytes that may wait unsent before the peer counts as not reading.</param>
public sealed class SmppConnection(ConnectionContext context, int maxPduLength, int unsentLimit)
    : Peer, IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private byte[] _unsent = [];
    private byte[] _sending = [];
    private int _unsentLength;
    private bool _isSending;
    private bool _closeWhenSent;
    private bool _closed;
    private string _closeReason = "closed by peer";
    private int _maxPduLength = maxPduLength;

    public string Remote { get; } = context.RemoteEndPoint?.ToString() ?? "?";

    /// <summary>Environment.TickCount64 when something was last received.</summary>
    public long ReceivedAt { get; private set; } = Environment.TickCount64;

    /// <summary>Since when part of a PDU has been waiting for the rest (Environment.TickCount64); 0 for none.</summary>
    public long PartialSince { get; private set; }

    /// <summary>Since when sent bytes have been waiting for the peer to read; 0 for none.</summary>
    public long StuckSince { get; private set; }

    /// <summary>Why the connection ended.</summary>
    public string CloseReason => _closeReason;

    /// <summary>Another limit from here on; a session that is not bound yet has a smaller one.</summary>
    public void LimitPdu(int length) => _maxPduLength = length;

    /// <summary>Reads until the connection ends; never throws.</summary>
    public async Task RunAsync(IPduHandler handler)
    {
        try
        {
            await ReadAsync(handler).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ConnectionAbortedException
            or ConnectionResetException or ObjectDisposedException)
        {
            SetReason(e.Message);
        }
        finally
        {
            lock (_gate) _closed = true;
            await context.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sends bytes that wait for nothing; any thread.</summary>
    public void Post(ReadOnlySpan<byte> pdus) => Send(pdus);

    /// <summary>Ends the connection now; what is unsent is lost.</summary>
    public override void Close(string reason)
    {
        SetReason(reason);
        lock (_gate) _closed = true;
        context.Abort(new ConnectionAbortedException(reason));
    }

    /// <summary>Ends the connection once what was posted is sent.</summary>
    public void CloseWhenSent(string reason)
    {
        SetReason(reason);
        bool now;
        lock (_gate)
        {
            _closeWhenSent = true;
            now = !_isSending && _unsentLength == 0;
        }

        if (now) Shut();
    }

    void IThreadPoolWorkItem.Execute() => _ = SendAllAsync();

    protected override void Send(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        var overflow = false;
        lock (_gate)
        {
            if (_closed) return;
            var needed = _unsentLength + bytes.Length;
            if (needed > unsentLimit + bytes.Length) overflow = true;
            else Append(bytes, needed);
            if (!overflow && _isSending) return;
            _isSending = true;
        }

        if (overflow) Close("the peer does not read what it is sent");
        else ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private async Task ReadAsync(IPduHandler handler)
    {
        var input = context.Transport.Input;
        while (true)
        {
            var result = await input.ReadAsync().ConfigureAwait(false);
            var buffer = result.Buffer;
            ReceivedAt = Environment.TickCount64;
            while (true)
            {
                var consumed = Consume(handler, in buffer, out var bad, out var full);
                buffer = buffer.Slice(consumed);
                if (bad)
                {
                    handler.OnReceived();
                    CloseWhenSent("command_length out of range");
                    await DropUntilSentAsync(input, result.Buffer.End).ConfigureAwait(false);
                    return;
                }

                if (!full) break;
                handler.OnReceived();
                await handler.RoomAsync().ConfigureAwait(false);
            }

            handler.OnReceived();
            PartialSince = buffer.IsEmpty ? 0 : PartialSince == 0 ? ReceivedAt : PartialSince;
            input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted || result.IsCanceled) return;
        }
    }

    /// <summary>
    /// Throws away what still comes until the last answer is out: leaving now would dispose of the transport under it,
    /// and
    /// a socket closed with unread input resets the connection, answer and all.
    /// </summary>
    private static async Task DropUntilSentAsync(PipeReader input, SequencePosition read)
    {
        input.AdvanceTo(read);
        while (true)
        {
            var result = await input.ReadAsync().ConfigureAwait(false);
            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted || result.IsCanceled) return;
        }
    }

    /// <summary>Gives the handler every whole PDU.</summary>
    /// <returns>Bytes taken.</returns>
    private long Consume(IPduHandler handler, in ReadOnlySequence<byte> buffer, out bool bad, out bool full)
    {
        if (buffer.IsSingleSegment) return Consume(handler, buffer.FirstSpan, out bad, out full);
        // PDUs that straddle the transport's blocks are read from one stretch of memory.
        var length = (int)buffer.Length;
        var joined = ArrayPool<byte>.Shared.Rent(length);
        buffer.CopyTo(joined);
        var taken = Consume(handler, joined.AsSpan(0, length), out bad, out full);
        ArrayPool<byte>.Shared.Return(joined);
        return taken;
    }

    private int Consume(IPduHandler handler, ReadOnlySpan<byte> bytes, out bool bad, out bool full)
    {
        bad = full = false;
        var taken = 0;
        while (true)
        {
            var rest = bytes[taken..];
            switch (Frame.Peek(rest, _maxPduLength, out var header))
            {
                case FrameStatus.BadLength:
                    handler.OnBadLength(in header);
                    bad = true;
                    return taken;
                case FrameStatus.NeedMore:
                    return taken;
                default:
                    if (!handler.TryTake(in header, rest[..(int)header.Length]))
                    {
                        full = true;
                        return taken;
                    }

                    taken += (int)header.Length;
                    break;
            }
        }
    }

    private void Append(ReadOnlySpan<byte> bytes, int needed)
    {
        if (needed > _unsent.Length)
            Array.Resize(ref _unsent, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(512,
                needed)));
        bytes.CopyTo(_unsent.AsSpan(_unsentLength));
        _unsentLength = needed;
    }

    private async Task SendAllAsync()
    {
        try
        {
            var output = context.Transport.Output;
            while (TryTakeUnsent(out var length))
            {
                var flush = output.WriteAsync(_sending.AsMemory(0, length));
                if (!flush.IsCompleted) StuckSince = Environment.TickCount64;
                var result = await flush.ConfigureAwait(false);
                StuckSince = 0;
                if (result.IsCompleted) break;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ConnectionAbortedException
            or ConnectionResetException or ObjectDisposedException or InvalidOperationException)
        {
            Close(e.Message);
        }
    }

    private bool TryTakeUnsent(out int length)
    {
        var close = false;
        lock (_gate)
        {
            length = _unsentLength;
            if (length == 0)
            {
                _isSending = false;
                close = _closeWhenSent;
                // An idle session holds no burst's buffers.
                if (_sending.Length > 64 * 1024) _sending = [];
                if (_unsent.Length > 64 * 1024) _unsent = [];
            }
            else
            {
                (_unsent, _sending) = (_sending, _unsent);
                _unsentLength = 0;
            }
        }

        if (close) Shut();
        return length > 0;
    }

    /// <summary>Sends what the transport still holds, then FIN; the reader ends when the peer does likewise.</summary>
    private void Shut()
    {
        lock (_gate) _closed = true;
        context.Transport.Output.Complete();
        context.Transport.Input.CancelPendingRead();
    }

    private void SetReason(string reason)
    {
        lock (_gate)
            if (_closeReason == "closed by peer") _closeReason = reason;
    }
}
