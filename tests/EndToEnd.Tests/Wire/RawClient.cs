using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EndToEnd.Tests.Harness;
using Xunit.Sdk;

namespace EndToEnd.Tests.Wire;

/// <summary>
/// An SMPP client on a bare socket. It reads on its own and keeps what came; it answers nothing but what
/// <see cref="AnswerDeliveries"/>, <see cref="AnswerEnquiries"/> and <see cref="AnswerUnbinds"/> say.
/// </summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket;
    private readonly ConcurrentQueue<Pdu> _received = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sequence;

    private RawClient(Socket socket) => _socket = socket;

    public bool AnswerDeliveries { get; set; } = true;

    public bool AnswerEnquiries { get; set; } = true;

    public bool AnswerUnbinds { get; set; } = true;

    /// <summary>Called for each PDU on the reading task, before it can be found.</summary>
    public Action<Pdu>? OnPdu { get; set; }

    public bool IsClosed => _closed.Task.IsCompleted;

    public IReadOnlyCollection<Pdu> Received => _received;

    /// <param name="reading">False for a client that never reads.</param>
    public static async Task<RawClient> ConnectAsync(int port, bool reading = true)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var client = new RawClient(socket);
        if (reading)
            _ = client.DoReadAsync();
        return client;
    }

    /// <param name="answering">False for a client that takes deliver_sm from its bind on and answers none.</param>
    public static async Task<RawClient> BoundAsync(
        int port, uint command = Command.BindTransceiver, bool answering = true, string account = "demo")
    {
        var client = await ConnectAsync(port);
        client.AnswerDeliveries = answering;
        var resp = await client.RequestAsync(command, Bodies.Bind(account, account));
        if (resp.Status != Status.Ok)
            throw new XunitException($"bind answered {resp}");
        return client;
    }

    public uint NextSequence() => (uint)Interlocked.Increment(ref _sequence);

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _writing.WaitAsync();
        try
        {
            while (!bytes.IsEmpty)
                bytes = bytes[await _socket.SendAsync(bytes)..];
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Sends a request and waits for the PDU with its sequence_number.</summary>
    public async Task<Pdu> RequestAsync(uint command, byte[] body, TimeSpan? within = null)
    {
        var sequence = NextSequence();
        await WriteAsync(new Pdu(command, 0, sequence, body).ToBytes());
        return await AnswerAsync(sequence, within);
    }

    public Task<Pdu> AnswerAsync(uint sequence, TimeSpan? within = null) =>
        PduAsync($"answer to sequence_number {sequence}",
            pdu => pdu.Sequence == sequence && (pdu.Command & Command.Resp) != 0, within);

    /// <summary>Submits and gives the message id; fails unless it is taken.</summary>
    public async Task<string> SubmitAsync(string from, string to, string text, byte registered = 1)
    {
        var resp = await RequestAsync(Command.SubmitSm, Bodies.Submit(from, to, text, registered));
        if (resp.Status != Status.Ok || resp.FirstString().Length == 0)
            throw new XunitException($"submit_sm answered {resp}");
        return resp.FirstString();
    }

    public Task<Pdu> PduAsync(string what, Func<Pdu, bool> where, TimeSpan? within = null) =>
        Until.Found($"{what}; received: {string.Join(", ", _received)}", () => _received.FirstOrDefault(where), within);

    public Task ClosedAsync(TimeSpan? within = null) =>
        Until.True("the peer closes the connection", () => IsClosed, within);

    /// <summary>Reset, as a cut cable or a dead process looks to the other side.</summary>
    public void Abort()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    public void Dispose()
    {
        _socket.Dispose();
        _writing.Dispose();
    }

    private async Task DoReadAsync()
    {
        try
        {
            var header = new byte[Pdu.HeaderLength];
            while (await FillAsync(header))
                await ReadBodyAsync(header);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Reset by the peer or disposed by the test: closed either way.
        }
        _closed.TrySetResult();
    }

    private async Task ReadBodyAsync(byte[] header)
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(header);
        var frame = new byte[length];
        header.CopyTo(frame, 0);
        if (!await FillAsync(frame.AsMemory(Pdu.HeaderLength)))
            return;
        var pdu = Pdu.Read(frame);
        OnPdu?.Invoke(pdu);
        _received.Enqueue(pdu);
        if (AnswerTo(pdu) is { } body)
            await WriteAsync(new Pdu(pdu.Command | Command.Resp, 0, pdu.Sequence, body).ToBytes());
    }

    private byte[]? AnswerTo(Pdu pdu) => pdu.Command switch
    {
        Command.DeliverSm when AnswerDeliveries => [0],
        Command.EnquireLink when AnswerEnquiries => [],
        Command.Unbind when AnswerUnbinds => [],
        _ => null,
    };

    private async Task<bool> FillAsync(Memory<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = await _socket.ReceiveAsync(buffer);
            if (count == 0)
                return false;
            buffer = buffer[count..];
        }
        return true;
    }
}
