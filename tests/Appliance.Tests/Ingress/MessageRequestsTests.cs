using System.Net.Sockets;
using Appliance.Ingress.Smpp;
using Appliance.Records;
using Appliance.Ring;
using Appliance.Wire;
using Codec;
using Xunit;

namespace Appliance.Tests.Ingress;

/// <summary>One session's requests: how many at a time, and that each is answered through the ring.</summary>
public sealed class MessageRequestsTests : IDisposable
{
    private readonly FakeMessages _messages = new();
    private readonly Heartbeat _heartbeat = new();
    private readonly RingBuffer<Slot> _ring = new(64, new BlockingWait());
    private readonly WireLoops _loops = new(1);
    private readonly SmppConnection _wire;
    private readonly EsmeAccount _account = new(FakeMessages.Account, "a", "a", default, 1, false, new(0));
    private long _next;

    public MessageRequestsTests() =>
        _wire = _loops.Open(new Socket(SocketType.Stream, ProtocolType.Tcp), 1024, 1024);

    public void Dispose()
    {
        _heartbeat.Dispose();
        _loops.Dispose();
    }

    [Fact]
    public async Task So_many_are_under_way_and_the_others_throttled()
    {
        var requests = Requests();
        _messages.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = _messages.Add(77, Submits.Pdu(), State.Delivered);
        for (var i = 0; i < MessageRequests.Most; i++)
            Assert.Equal(CommandStatus.ESME_ROK, Take(requests, MessageRequestTests.Query(id, "Shop")));
        Assert.Equal(CommandStatus.ESME_RTHROTTLED, Take(requests, MessageRequestTests.Query(id, "Shop")));

        _messages.Gate.SetResult();
        for (var i = 0; i < MessageRequests.Most; i++)
            Assert.Equal(CommandStatus.ESME_ROK, Header.Read(await AnswerAsync()).Status);
        // The last answer stands in the ring a moment before its place is free.
        await UntilAsync(() => Take(requests, MessageRequestTests.Query(id, "Shop")) == CommandStatus.ESME_ROK);
        Assert.Equal((CommandId.QuerySmResp, 42u),
            (Header.Read(await AnswerAsync()).Command, Header.Read(MessageRequestTests.Query(id, "Shop")).Sequence));
    }

    [Fact]
    public async Task A_fault_of_ours_is_answered_and_costs_no_place()
    {
        var requests = Requests();
        var id = _messages.Add(77, Submits.Pdu());
        _messages.Fault = new InvalidOperationException("a fault");
        for (var i = 0; i < 2 * MessageRequests.Most; i++)
        {
            await UntilAsync(() => Take(requests, MessageRequestTests.Query(id, "Shop")) == CommandStatus.ESME_ROK);
            Assert.Equal(CommandStatus.ESME_RSYSERR, Header.Read(await AnswerAsync()).Status);
        }
    }

    [Fact]
    public void What_cannot_be_read_is_answered_at_once()
    {
        var requests = Requests();
        var pdu = MessageRequestTests.Query("no id of ours", "Shop");
        Assert.Equal(CommandStatus.ESME_RINVMSGID, Take(requests, pdu));
        Assert.Equal(CommandStatus.ESME_RINVCMDLEN, Take(requests, pdu[..^6]));
        Assert.Equal(0, _ring.Used);
    }

    [Fact]
    public void Before_the_messages_can_be_asked_for_nothing_is_promised()
    {
        var requests = new MessageRequests(Context(null), _wire);
        Assert.Equal(CommandStatus.ESME_RSYSERR, Take(requests, MessageRequestTests.Query("x", "Shop")));
    }

    private MessageRequests Requests() => new(Context(_messages), _wire);

    private EsmeContext Context(FakeMessages? messages) => new(
        new EsmeOptions(), new EsmeAccounts([_account]), Decide.TestRoutes.Of([new Decide.Route("", [1])]), _ring,
        _heartbeat, new Silent())
    {
        Messages = messages,
        Policy = Gates.Open,
    };

    private CommandStatus Take(MessageRequests requests, byte[] pdu)
    {
        var header = Header.Read(pdu);
        return requests.Take(_account, in header, Whole(pdu));
    }

    /// <summary>With a command_length that is true.</summary>
    private static byte[] Whole(byte[] pdu)
    {
        var whole = pdu.ToArray();
        (Header.Read(whole) with { Length = (uint)whole.Length }).Write(whole);
        return whole;
    }

    /// <summary>The next reply that comes through the ring.</summary>
    private async Task<byte[]> AnswerAsync()
    {
        byte[]? answer = null;
        await UntilAsync(() =>
        {
            if (_ring.WaitFor(_next, 1) < _next) return false;
            ref var slot = ref _ring[_next];
            Assert.Equal((EventKind.Reply, (object)_wire), (slot.Kind, slot.Source!));
            answer = slot.Bytes.ToArray();
            slot.Clear();
            _ring.Release(_next++);
            return true;
        });
        return answer!;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var deadline = Environment.TickCount64 + 10_000;
        while (!await Task.Run(condition))
            Assert.True(Environment.TickCount64 < deadline, "not within ten seconds");
    }

    private sealed class Silent : IEsmeObserver
    {
        public void BadInput(string reason) { }

        public void RingRefused() { }

        public void Throttled(string account) { }

        public void Bound(string account, string systemId, string remote, string bindType) { }

        public void BindRefused(string systemId, string remote, string status) { }

        public void Closed(string account, string remote, string reason) { }

        public void RequestFailed(string account, Exception exception) { }
    }
}
