using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Appliance.Decide;
using Appliance.Records;
using Codec;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>Mobiles' messages in the deciding stage: written down, answered, and on their way to ESMEs.</summary>
public sealed class InboundStageTests
{
    private const ushort List = 77;

    private readonly DecideRig _rig = new(Options());

    [Fact]
    public void It_is_answered_when_it_is_durable_and_goes_out_as_it_came()
    {
        var (carrier, esme) = (new VirtualPeer(_rig.Log), _rig.Esme(1));
        var body = Receive(carrier, "447700900001", "hello", Owner(1));
        Assert.Empty(carrier.Received);
        _rig.Commit();
        Assert.Equal((CommandId.DeliverSmResp, CommandStatus.ESME_ROK),
            (Assert.Single(carrier.Received).Header.Command, carrier.Received[0].Header.Status));
        var deliver = Assert.Single(esme.Received);
        Assert.Equal(CommandId.DeliverSm, deliver.Header.Command);
        Assert.Equal(body, deliver.Pdu[Header.Size..]);
        var record = Assert.Single(_rig.Log.Records, one => (RecordKind)one.Value[0] == RecordKind.Inbound);
        Assert.Contains(record.Key, _rig.Log.Indexed);
        Answer(esme, deliver.Header.Sequence, CommandStatus.ESME_ROK);
        Assert.Equal((0, 0), (_rig.Decider.Notices.Waiting, _rig.Decider.Ledger.Table.Count));
        Assert.True(_rig.Log.Filed.ContainsKey(record.Key));
        Assert.Equal(1, _rig.Decider.Notices.Account(1).Inbound.Delivered);
        Structure.Check(_rig.Decider, _rig.Log);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(500)]
    public void What_waits_in_memory_and_outside_survives_a_restart_in_order(int count)
    {
        var carrier = new VirtualPeer(_rig.Log);
        for (var i = 0; i < count; i++)
        {
            Receive(carrier, Number(i), "waits", Owner(1));
            if (i % 7 == 0) _rig.Commit();
        }

        _rig.Commit();
        Structure.Check(_rig.Decider, _rig.Log);
        _rig.Restart(Options());
        Assert.Equal(count, _rig.Decider.Notices.Waiting);
        Structure.Check(_rig.Decider, _rig.Log);
        var esme = _rig.Esme(1);
        var seen = new List<string>();
        _rig.Pass(5000, () =>
        {
            foreach (var (header, pdu) in Take(esme))
            {
                DeliverSm.TryRead(pdu, out var deliver);
                seen.Add(Encoding.ASCII.GetString(deliver.SourceAddr));
                Answer(esme, header.Sequence, CommandStatus.ESME_ROK);
            }
        });
        Assert.Equal(Enumerable.Range(0, count).Select(Number), seen);
        Assert.Equal(0, _rig.Decider.Notices.Waiting + _rig.Decider.Ledger.Table.Count + _rig.Decider.Backlog.Lists.Parts);
    }

    [Fact]
    public void It_ends_after_its_time_and_when_the_esme_does_not_want_it()
    {
        var carrier = new VirtualPeer(_rig.Log);
        Receive(carrier, Number(1), "nobody comes", Owner(2));
        var esme = _rig.Esme(1);
        Receive(carrier, Number(2), "unwanted", Owner(1));
        _rig.Commit();
        Answer(esme, Assert.Single(Take(esme)).Header.Sequence, CommandStatus.ESME_RX_R_APPN);
        _rig.Pass(610_000, step: 1000);
        Assert.Equal(0, _rig.Decider.Notices.Waiting);
        Assert.Equal((1, 1), (_rig.Decider.Notices.Account(2).Inbound.Expired, _rig.Decider.Notices.Account(1).Inbound.Rejected));
        Assert.Contains("Changed NoticeExpired", _rig.Log.Kinds());
    }

    [Fact]
    public void What_an_esme_asks_again_for_comes_again_and_so_does_what_its_session_left_unanswered()
    {
        var esme = _rig.Esme(1);
        Receive(new VirtualPeer(_rig.Log), Number(1), "again", Owner(1));
        _rig.Commit();
        Answer(esme, Assert.Single(Take(esme)).Header.Sequence, CommandStatus.ESME_RTHROTTLED);
        _rig.Pass(3000, step: 100);
        Assert.Single(Take(esme));
        _rig.Event(EventKind.EsmeUnbound, esme, (ref Slot _) => { });
        var next = _rig.Esme(1);
        _rig.Pass(2000, step: 100);
        Assert.Single(Take(next));
    }

    [Fact]
    public void A_carrier_keeps_what_does_not_fit()
    {
        _rig.Restart(Options() with { NoticesLimit = 20 });
        var carrier = new VirtualPeer(_rig.Log);
        for (var i = 0; i < 25; i++) Receive(carrier, Number(i), "many", Owner(1), Owner(2));
        _rig.Commit();
        // 20 may wait; each comes to both or to none, and to none once the next pair does not fit.
        var statuses = carrier.Received.Select(one => one.Header.Status).ToList();
        Assert.Equal(10, statuses.Count(status => status == CommandStatus.ESME_ROK));
        Assert.Equal(15, statuses.Count(status => status == CommandStatus.ESME_RMSGQFUL));
        Assert.Equal((10, 10), (_rig.Decider.Notices.Account(1).NoticesWaiting, _rig.Decider.Notices.Account(2).NoticesWaiting));
    }

    [Fact]
    public void A_long_one_waits_until_it_can_be_read_and_goes_out_alone()
    {
        var (carrier, esme) = (new VirtualPeer(_rig.Log), _rig.Esme(1));
        Receive(carrier, Number(1), "first", Owner(1));
        var body = Receive(carrier, Number(2), new string('x', 65_000), Owner(1));
        _rig.Commit();
        var first = Assert.Single(Take(esme));
        _rig.Pass(1500);
        Assert.Empty(Take(esme));
        Answer(esme, first.Header.Sequence, CommandStatus.ESME_ROK);
        _rig.Pass(1500);
        Assert.Equal(body, Assert.Single(Take(esme)).Pdu[Header.Size..]);
    }

    /// <summary>A receipt is as old as its message, and may be older than what came before it.</summary>
    [Fact]
    public void A_long_one_that_waits_stays_before_what_came_after_it()
    {
        var (carrier, esme) = (_rig.Bind(1), _rig.Esme(1));
        _rig.Submit("491511", "text", registered: 1, esme: esme);
        _rig.Commit();
        var sequence = Assert.Single(DecidingStage.Written(carrier)).Sequence;
        _rig.Answer(carrier, sequence);
        Receive(carrier, Number(1), "first", Owner(1));
        _rig.Pass(100);
        Take(esme);
        string[] after = [new('x', 5000), "second"];
        var bodies = after.Select((text, i) => Receive(carrier, Number(2 + i), text, Owner(1))).ToList();
        _rig.Receipt(carrier, 1, sequence.ToString("x", CultureInfo.InvariantCulture));
        _rig.Pass(1500);
        Assert.Empty(Take(esme));
        Answer(esme, 1, CommandStatus.ESME_ROK);
        _rig.Pass(1500);
        var taken = Take(esme).Where(one => one.Header.Command == CommandId.DeliverSm).ToList();
        Assert.Equal(3, taken.Count);
        Assert.Equal(bodies, taken.Take(2).Select(one => one.Pdu[Header.Size..]));
    }

    [Fact]
    public void What_is_only_kept_is_filed_at_once_and_found_again_after_a_crash()
    {
        Receive(new VirtualPeer(_rig.Log), Number(1), "kept", Owner(1) with { HasEsme = 0 });
        _rig.Commit();
        var position = _rig.Log.Records.Single(one => (RecordKind)one.Value[0] == RecordKind.Inbound).Key;
        Assert.Equal(0, _rig.Decider.Notices.Waiting + _rig.Decider.Ledger.Table.Count);
        _rig.Restart(Options());
        Assert.Equal(position, _rig.Log.Filed[position]);
        Assert.Equal(0, _rig.Decider.Ledger.Table.Count);
        var eraser = _rig.Change(EventKind.Erase, position);
        _rig.Commit();
        Assert.Equal(ChangeResult.Done, eraser.Result);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    public void An_erasure_ends_what_waits(int count)
    {
        for (var i = 0; i < count; i++) Receive(new VirtualPeer(_rig.Log), Number(i), "secret", Owner(1));
        _rig.Commit();
        var last = _rig.Log.Records.Last(one => (RecordKind)one.Value[0] == RecordKind.Inbound).Key;
        var eraser = _rig.Change(EventKind.Erase, last);
        _rig.Commit();
        Assert.Equal(ChangeResult.Done, eraser.Result);
        Assert.Equal(count - 1, _rig.Decider.Notices.Waiting);
        Structure.Check(_rig.Decider, _rig.Log);
        _rig.Restart(Options());
        Assert.Equal(count - 1, _rig.Decider.Notices.Waiting);
    }

    private static DeciderOptions Options() =>
        DecideRig.Options(20_000, [new Route("", [1])], DecideRig.Carrier(1)) with
        {
            NoticeTtl = 600,
            MostNotices = 10,
            NoticesLimit = 1000,
        };

    private static InboundOwner Owner(ushort account) => new() { Account = account, List = List, HasEsme = 1 };

    private static string Number(int i) => string.Create(CultureInfo.InvariantCulture, $"44770090{i:D4}");

    /// <summary>A long text is in message_payload.</summary>
    private byte[] Receive(VirtualPeer carrier, string from, string text, params InboundOwner[] owners)
    {
        var pdu = new byte[256 + text.Length];
        var isLong = text.Length > 254;
        var tlvs = new TlvWriter(new byte[text.Length + 16]);
        if (isLong) tlvs.Add(TlvTag.MessagePayload, Encoding.ASCII.GetBytes(text));
        var length = new DeliverSm
        {
            SourceAddr = Encoding.ASCII.GetBytes(from),
            DestinationAddr = "72345"u8,
            DataCoding = 3,
            ShortMessage = isLong ? default : Encoding.ASCII.GetBytes(text),
            Tlvs = new TlvReader(tlvs.Written),
        }.Write(pdu, 1);
        DeliverSm.TryRead(pdu.AsSpan(0, length), out var read);
        var (source, destination) = (read.SourceAddrOffset - 2 - Header.Size, read.DestinationAddrOffset - 2 - Header.Size);
        var body = pdu[Header.Size..length];
        _rig.Event(EventKind.Inbound, carrier, (ref Slot slot) =>
        {
            slot.Carrier = 1;
            slot.Status = (uint)CommandId.DeliverSmResp;
            slot.Segments = (ushort)owners.Length;
            (slot.SourceOffset, slot.DestinationOffset) = ((ushort)source, (ushort)destination);
            byte[] bytes = [.. MemoryMarshal.AsBytes(owners.AsSpan()), .. body];
            Assert.Equal(5, Unsafe.SizeOf<InboundOwner>());
            bytes.CopyTo(slot.Allocate(bytes.Length));
        });
        return body;
    }

    private static (Header Header, byte[] Pdu)[] Take(VirtualPeer esme)
    {
        var received = esme.Received.ToArray();
        esme.Received.Clear();
        return received;
    }

    private void Answer(VirtualPeer esme, uint sequence, CommandStatus status)
    {
        _rig.Event(EventKind.NoticeResponse, esme, (ref Slot slot) =>
        {
            slot.Sequence = sequence;
            slot.Status = (uint)status;
        });
        _rig.Commit();
    }
}
