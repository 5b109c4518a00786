using System.Net;
using System.Net.Sockets;
using Appliance.Wire;
using Codec;
using Xunit;

namespace Appliance.Tests.Wire;

/// <summary>One connection on its loop, with a plain socket at the other end.</summary>
public sealed class SmppConnectionTests : IDisposable
{
    private readonly WireLoops _loops = new(1);
    private readonly Socket _peer = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Taker _taker = new();
    private readonly SmppConnection _wire;
    private readonly Task _run;

    public SmppConnectionTests()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        _peer.Connect(listener.LocalEndPoint!);
        _peer.NoDelay = true;
        _peer.ReceiveTimeout = 10_000;
        _wire = _loops.Open(listener.Accept(), maxPduLength: 70_000, unsentLimit: 1 << 20);
        _run = _wire.RunAsync(_taker);
    }

    public void Dispose()
    {
        _peer.Dispose();
        _loops.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    [InlineData(1_000_000)]
    public async Task PDUs_are_the_same_however_they_are_cut(int piece)
    {
        var random = new Random(piece);
        var sent = new List<byte[]>();
        for (uint i = 1; i <= (piece == 1 ? 20 : 200); i++)
            sent.Add(Pdu(i, random.Next(20) == 0 && piece > 1 ? 69_000 : random.Next(0, 300)));
        var stream = sent.SelectMany(pdu => pdu).ToArray();
        for (var at = 0; at < stream.Length; at += piece)
            await _peer.SendAsync(stream.AsMemory(at, Math.Min(piece, stream.Length - at)));
        await UntilAsync(() => _taker.Count == sent.Count);
        Assert.Equal(sent, _taker.Taken);
        Assert.Equal(0, _wire.PartialSince);
    }

    [Fact]
    public async Task What_there_is_no_room_for_is_offered_again_and_nothing_is_read_meanwhile()
    {
        _taker.Room = 3;
        var sent = Enumerable.Range(1, 10).Select(i => Pdu((uint)i, i)).ToList();
        await _peer.SendAsync(sent.SelectMany(pdu => pdu).ToArray());
        await UntilAsync(() => _taker.Waits == 1);
        Assert.Equal(3, _taker.Count);
        _taker.MakeRoom(4);
        await UntilAsync(() => _taker.Waits == 2);
        _taker.MakeRoom(100);
        await UntilAsync(() => _taker.Count == 10);
        Assert.Equal(sent, _taker.Taken);
    }

    [Fact]
    public async Task A_partial_PDU_is_known_as_one()
    {
        await _peer.SendAsync(Pdu(1, 100).AsMemory(0, 50));
        await UntilAsync(() => _wire.PartialSince != 0);
        await _peer.SendAsync(Pdu(1, 100).AsMemory(50));
        await UntilAsync(() => _taker.Count == 1);
        Assert.Equal(0, _wire.PartialSince);
    }

    [Fact]
    public async Task What_was_posted_is_sent_before_the_end_even_after_a_broken_length()
    {
        _taker.OnBad = () => _wire.Post(Pdu(9, 5));
        var bad = Pdu(1, 0);
        bad[3] = 3;
        await _peer.SendAsync(bad.Concat(new byte[50_000]).ToArray());
        var answer = await ReadAllAsync();
        Assert.Equal(Pdu(9, 5), answer);
        _peer.Close();
        await _run.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("command_length out of range", _wire.CloseReason);
    }

    [Fact]
    public async Task Much_that_is_posted_arrives_whole_and_in_order()
    {
        var expected = new List<byte>();
        for (uint i = 0; i < 2000; i++)
        {
            var pdu = Pdu(i, 400);
            expected.AddRange(pdu);
            _wire.Post(pdu);
        }

        _wire.CloseWhenSent("done");
        Assert.Equal(expected.ToArray(), await ReadAllAsync());
        await _run.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_peer_that_does_not_read_is_cut_off()
    {
        var pdu = new byte[64 * 1024];
        for (var i = 0; i < 1000 && !_run.IsCompleted; i++) _wire.Post(pdu);
        await _run.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("the peer does not read what it is sent", _wire.CloseReason);
    }

    /// <summary>What a larger window may hold is not what a peer that does not read has before it.</summary>
    [Fact]
    public async Task A_peer_with_more_to_read_is_cut_off_later()
    {
        const int more = 16 << 20;
        _wire.LimitUnsent(more);
        var pdu = new byte[64 * 1024];
        var posted = 0L;
        for (; posted < more; posted += pdu.Length) _wire.Post(pdu);
        Assert.False(_run.IsCompleted);
        for (; posted < 4L * more && !_run.IsCompleted; posted += pdu.Length) _wire.Post(pdu);
        await _run.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("the peer does not read what it is sent", _wire.CloseReason);
    }

    [Fact]
    public async Task A_fault_in_the_handler_ends_this_connection_alone()
    {
        _taker.Fault = new InvalidOperationException("a fault");
        await _peer.SendAsync(Pdu(1, 1));
        await _run.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Contains("a fault", _wire.CloseReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_peers_end_is_the_end()
    {
        _peer.Close();
        await _run.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("closed by peer", _wire.CloseReason);
    }

    private async Task<byte[]> ReadAllAsync()
    {
        var read = new List<byte>();
        var buffer = new byte[64 * 1024];
        while (await _peer.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(60)) is var count and > 0)
            read.AddRange(buffer[..count]);
        return [.. read];
    }

    private static byte[] Pdu(uint sequence, int body)
    {
        var pdu = new byte[Header.Size + body];
        new Header((uint)pdu.Length, CommandId.SubmitSm, CommandStatus.ESME_ROK, sequence).Write(pdu);
        for (var i = Header.Size; i < pdu.Length; i++) pdu[i] = (byte)(i * sequence);
        return pdu;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var deadline = Environment.TickCount64 + 60_000;
        while (!condition())
        {
            if (Environment.TickCount64 > deadline) throw new TimeoutException("it did not come about in a minute");
            await Task.Yield();
        }
    }

    private sealed class Taker : IPduHandler
    {
        private TaskCompletionSource _room = new();
        private volatile int _count;
        private volatile int _waits;

        public List<byte[]> Taken { get; } = [];

        public int Count => _count;

        public int Waits => _waits;

        public int Room { get; set; } = int.MaxValue;

        public Action? OnBad { get; set; }

        public Exception? Fault { get; set; }

        public void MakeRoom(int room)
        {
            Room = room;
            var before = _room;
            _room = new TaskCompletionSource();
            before.SetResult();
        }

        public bool TryTake(in Header header, ReadOnlySpan<byte> pdu)
        {
            if (Fault is not null) throw Fault;
            if (Room == 0) return false;
            Room--;
            Taken.Add(pdu.ToArray());
            _count++;
            return true;
        }

        public Task RoomAsync()
        {
            var room = _room.Task;
            _waits++;
            return room;
        }

        public void OnReceived()
        {
        }

        public void OnBadLength(in Header header) => OnBad?.Invoke();

        public void OnHeartbeat(long now)
        {
        }
    }
}
