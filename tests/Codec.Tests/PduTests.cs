using System.Buffers;
using Xunit;

namespace Codec.Tests;

/// <summary>What the properties do not say: which status and field an error has, and the small print.</summary>
public class PduTests
{
    private static readonly byte[] Room = new byte[1024];

    [Fact]
    public void Each_field_that_is_too_long_has_its_own_status()
    {
        byte[] text = new byte[40];
        text.AsSpan().Fill((byte)'1');
        Assert.Equal(CommandStatus.ESME_RINVSERTYP, new SubmitSm { ServiceType = text }.Check().Status);
        Assert.Equal(CommandStatus.ESME_RINVSRCADR, new SubmitSm { SourceAddr = text }.Check().Status);
        Assert.Equal("destination_addr", new SubmitSm { DestinationAddr = text }.Check().Field);
        Assert.Equal(CommandStatus.ESME_RINVSCHED, new SubmitSm { ScheduleDeliveryTime = text }.Check().Status);
        Assert.Equal(CommandStatus.ESME_RINVMSGLEN, new SubmitSm { ShortMessage = new byte[256] }.Check().Status);
        Assert.Equal(-1, new SubmitSm { SourceAddr = text }.Write(Room, 1));
        Assert.True(new SubmitSm { ShortMessage = new byte[255] }.Check().IsNone);
    }

    [Fact]
    public void A_string_with_a_NUL_is_not_written()
    {
        var pdu = new SubmitSm { SourceAddr = "12\0"u8 };
        Assert.Equal(-1, pdu.Write(Room, 1));
        Assert.Equal(PduFault.EmbeddedNul, pdu.Check().Fault);
        Assert.Contains("source_addr", pdu.Check().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_address_that_is_too_long_is_refused_with_its_status()
    {
        var pdu = new DataSm { SourceAddr = "1234567890123456789012345678901234567890"u8, DestinationAddr = "1"u8 };
        byte[] octets = Room.AsSpan(0, pdu.Write(Room, 1)).ToArray();
        octets[7] = (byte)CommandId.SubmitSm;
        octets[6] = 0;
        Assert.Equal(CommandStatus.ESME_RINVSRCADR, SubmitSm.TryRead(octets, out _, out var error));
        Assert.Equal(("source_addr", PduFault.TooLong), (error.Field, error.Fault));
    }

    [Fact]
    public void A_reader_refuses_another_PDU()
    {
        int length = new DeliverSm().Write(Room, 1);
        Assert.Equal(CommandStatus.ESME_RINVCMDID, SubmitSm.TryRead(Room.AsSpan(0, length), out _));
    }

    [Fact]
    public void Nothing_is_written_where_it_does_not_fit()
    {
        var pdu = new SubmitSm { ShortMessage = "hello"u8 };
        Assert.Equal(-1, pdu.Write(new byte[pdu.EncodedSize - 1], 1));
        Assert.Equal(pdu.EncodedSize, pdu.Write(new byte[pdu.EncodedSize], 1));
    }

    [Fact]
    public void A_buffer_writer_gets_the_same_octets()
    {
        var pdu = new SubmitSm { SourceAddr = "1"u8, DestinationAddr = "2"u8, ShortMessage = "hello"u8 };
        var writer = new ArrayBufferWriter<byte>();
        Assert.Equal(pdu.EncodedSize, pdu.WriteTo(writer, 9));
        pdu.Write(Room, 9);
        Assert.True(writer.WrittenSpan.SequenceEqual(Room.AsSpan(0, pdu.EncodedSize)));
    }

    [Fact]
    public void Offsets_lead_to_their_fields()
    {
        int length = new DeliverSm
        {
            ServiceType = "WAP"u8,
            SourceAddr = "123"u8,
            DestinationAddr = "45"u8,
            RegisteredDelivery = 0x11,
            ShortMessage = "text"u8,
        }.Write(Room, 1);
        DeliverSm.TryRead(Room.AsSpan(0, length), out var pdu);
        Assert.True(Room.AsSpan(pdu.SourceAddrOffset).StartsWith("123\0"u8));
        Assert.True(Room.AsSpan(pdu.DestinationAddrOffset).StartsWith("45\0"u8));
        Assert.Equal(0x11, Room[pdu.RegisteredDeliveryOffset]);
        Assert.True(Room.AsSpan(pdu.ShortMessageOffset).StartsWith("text"u8));
    }

    [Fact]
    public void A_response_without_a_body_stays_one()
    {
        var resp = new SubmitSmResp { OmitBody = true };
        Assert.Equal(Header.Size, resp.Write(Room, 3, CommandStatus.ESME_RTHROTTLED));
        Assert.Equal(CommandStatus.ESME_ROK, SubmitSmResp.TryRead(Room.AsSpan(0, Header.Size), out var read));
        Assert.True(read.OmitBody);
        Assert.Equal(CommandStatus.ESME_RTHROTTLED, read.Status);
    }

    [Fact]
    public void TLVs_come_in_their_order_known_and_unknown()
    {
        var writer = new TlvWriter(new byte[64]);
        writer.Add((TlvTag)0x1403, [1, 2, 3]);
        writer.AddUInt16(TlvTag.SarMsgRefNum, 0x1234);
        writer.AddCString(TlvTag.ReceiptedMessageId, "abc"u8);
        writer.AddUInt32(TlvTag.QosTimeToLive, 0x01020304);
        Assert.False(writer.Add(TlvTag.MessagePayload, new byte[64]));
        Assert.True(writer.Overflowed);
        TlvReader tlvs = writer.Written;
        var tags = new List<int>();
        foreach (var tlv in tlvs)
        {
            tags.Add((int)tlv.Tag);
        }

        Assert.Equal([0x1403, 0x020C, 0x001E, 0x0017], tags);
        Assert.True(tlvs.TryFindInteger(TlvTag.SarMsgRefNum, out uint reference) && reference == 0x1234);
        Assert.True(tlvs.TryFindCString(TlvTag.ReceiptedMessageId, out var id) && id.SequenceEqual("abc"u8));
        Assert.False(tlvs.TryFind(TlvTag.MessagePayload, out _));
        Assert.Null(((TlvTag)0x1403).Name());
    }

    [Fact]
    public void Names_are_the_specifications()
    {
        foreach (var command in Enum.GetValues<CommandId>())
        {
            Assert.True(command.IsKnown());
            Assert.Equal(command.ToString(), Pascal(command.Name()));
        }

        foreach (var status in Enum.GetValues<CommandStatus>())
        {
            Assert.StartsWith("ESME_R", status.Name(), StringComparison.Ordinal);
        }

        Assert.Equal("ESME_RTHROTTLED", CommandStatus.ESME_RTHROTTLED.Name());
        Assert.Equal("unknown", ((CommandStatus)0x400).Name());
        foreach (var tag in Enum.GetValues<TlvTag>())
        {
            Assert.Equal(tag.ToString(), Pascal(tag.Name()!));
        }

        Assert.Equal(CommandId.SubmitSmResp, CommandId.SubmitSm.Response());
        Assert.Equal(CommandId.GenericNack, CommandId.Outbind.Response());
        Assert.Equal(CommandId.GenericNack, ((CommandId)0x77).Response());
    }

    [Fact]
    public void A_peer_of_3_3_gets_no_TLVs_and_short_ids()
    {
        Assert.True(InterfaceVersion.Allow(InterfaceVersion.V33, new byte[8].AsSpan()).IsEmpty);
        Assert.False(InterfaceVersion.Allow(InterfaceVersion.V34, new byte[8].AsSpan()).IsEmpty);
        Assert.True(InterfaceVersion.ShortenId(0, "0123456789"u8).SequenceEqual("23456789"u8));
        Assert.True(InterfaceVersion.ShortenId(0x50, "0123456789"u8).SequenceEqual("0123456789"u8));
    }

    private static string Pascal(string name) =>
        string.Concat(name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
