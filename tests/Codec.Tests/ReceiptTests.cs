using System.Text;
using Xunit;

namespace Codec.Tests;

/// <summary>Receipts in the forms that the vectors do not have, and texts that would like to be receipts.</summary>
public class ReceiptTests
{
    [Theory]
    [InlineData("stat:UNDELIV err:001 text:id:999 stat:DELIVRD", null, "UNDELIV")]
    [InlineData("id:1 stat:UNDELIV text: stat:DELIVRD", "1", "UNDELIV")]
    [InlineData("id:1 id:2 stat:EXPIRED", "1", "EXPIRED")]
    [InlineData("id:1 text:hello stat:DELIVRD", "1", null)]
    [InlineData("text: id:5 stat:DELIVRD", null, null)]
    [InlineData("id:1 text: id:2 stat:DELIVRD", "1", null)]
    [InlineData("xid:7 id:1 mystat:DELIVRD stat:REJECTD", "1", "REJECTD")]
    [InlineData("ID:1 SUB:001 Stat:Delivrd TEXT:id:3", "1", "Delivrd")]
    [InlineData("id:1\tstat:EXPIRED\r\n", "1", "EXPIRED")]
    [InlineData("id: 1 stat: DELIVRD", "1", "DELIVRD")]
    [InlineData("id: stat:DELIVRD", "", "DELIVRD")]
    public void The_text_of_a_message_names_no_field(string text, string? id, string? stat)
    {
        Assert.True(Receipt.TryRead(Encoding.Latin1.GetBytes(text), out var receipt));
        Assert.Equal(id, receipt.Has(ReceiptFields.Id) ? Encoding.Latin1.GetString(receipt.Id) : null);
        Assert.Equal(stat, receipt.Has(ReceiptFields.Stat) ? Encoding.Latin1.GetString(receipt.Stat) : null);
    }

    [Fact]
    public void A_British_operators_form_is_read()
    {
        Assert.True(Receipt.TryRead("00,0210021543,0210021500,,447700900123,12345,abc-1"u8, out var receipt));
        Assert.True(receipt.Id.SequenceEqual("abc-1"u8) && receipt.Stat.SequenceEqual("DELIVRD"u8));
        Assert.True(receipt.DoneDate.SequenceEqual("0210021543"u8) && receipt.SubmitDate.SequenceEqual("0210021500"u8));
        Assert.False(Receipt.TryRead("ok,then,I,will,come,at,8"u8, out _));
        Assert.False(Receipt.TryRead("Hello there"u8, out _));
    }

    [Fact]
    public void A_mobiles_message_is_no_receipt_unless_its_carrier_is_trusted_so()
    {
        var pdu = new DeliverSm { ShortMessage = "id:1 stat:DELIVRD"u8 };
        Assert.False(ReceiptFacts.TryRead(pdu, new byte[100], out _));
        Assert.True(ReceiptFacts.TryRead(pdu, new byte[100], out var facts, trustText: true));
        Assert.True(facts.Id.SequenceEqual("1"u8) && facts.IsFinal);
    }

    [Fact]
    public void A_receipt_in_UCS2_and_in_message_payload_is_read()
    {
        byte[] text = Encoding.BigEndianUnicode.GetBytes("id:77 stat:REJECTD err:12a text:é");
        var writer = new TlvWriter(new byte[200]);
        writer.Add(TlvTag.MessagePayload, text);
        var pdu = new DeliverSm { EsmClass = 4, DataCoding = 8, Tlvs = writer.Written };
        Assert.True(ReceiptFacts.TryRead(pdu, new byte[200], out var facts));
        Assert.True(facts.Id.SequenceEqual("77"u8) && facts.Err.SequenceEqual("12a"u8));
        Assert.Equal(MessageState.Rejected, facts.State);

        var unmarked = new DeliverSm { EsmClass = 4, ShortMessage = text };
        Assert.True(ReceiptFacts.TryRead(unmarked, new byte[200], out facts) && facts.Id.SequenceEqual("77"u8));
    }

    [Fact]
    public void TLVs_win_over_the_text()
    {
        var writer = new TlvWriter(new byte[200]);
        writer.AddCString(TlvTag.ReceiptedMessageId, "6aad5"u8);
        writer.AddByte(TlvTag.MessageState, (byte)MessageState.Expired);
        writer.Add(TlvTag.NetworkErrorCode, [3, 1, 2]);
        var pdu = new DeliverSm
        {
            EsmClass = 4,
            ShortMessage = "id:0000436949 stat:DELIVRD err:000\0"u8,
            Tlvs = writer.Written,
        };
        Assert.True(ReceiptFacts.TryRead(pdu, default, out var facts));
        Assert.True(facts.Id.SequenceEqual("6aad5"u8) && facts.TextId.SequenceEqual("0000436949"u8));
        Assert.Equal((MessageState.Expired, true), (facts.State, facts.IsFinal));
        Assert.Equal((true, (byte)3, (ushort)0x102), (facts.HasNetworkError, facts.NetworkType, facts.NetworkError));
        Assert.True(facts.Err.SequenceEqual("000"u8));
    }

    [Theory]
    [InlineData("ENROUTE", 4, MessageState.Enroute, false)]
    [InlineData("ACCEPTD", 4, MessageState.Accepted, false)]
    [InlineData("BUFFRED", 4, MessageState.Enroute, false)]
    [InlineData("DELIVRD", 0x20, MessageState.Delivered, false)]
    [InlineData("FAILED", 4, MessageState.Undeliverable, true)]
    [InlineData("UNDELIVERABLE", 4, MessageState.Undeliverable, true)]
    [InlineData("UNKNOWN", 4, MessageState.Unknown, true)]
    [InlineData("BADSTAT", 4, MessageState.Unknown, false)]
    public void A_state_is_final_or_not(string stat, byte esmClass, MessageState state, bool final)
    {
        byte[] text = Encoding.ASCII.GetBytes("id:1 stat:" + stat);
        Assert.True(ReceiptFacts.TryRead(
            new DeliverSm { EsmClass = esmClass, ShortMessage = text }, default, out var facts));
        Assert.Equal((state, final), (facts.State, facts.IsFinal));
    }

    [Theory]
    [InlineData("2611202030", "2026-11-20T20:30:00")]
    [InlineData("261120203015", "2026-11-20T20:30:15")]
    [InlineData("201906190720", "2019-06-19T07:20:00")]
    [InlineData("20110314181534", "2011-03-14T18:15:34")]
    [InlineData("261120203015004+", "2026-11-20T20:30:15")]
    [InlineData("0000000000", null)]
    [InlineData("2613202030", null)]
    [InlineData("26112020", null)]
    [InlineData("", null)]
    public void Dates_are_read_in_every_form(string text, string? expected)
    {
        bool read = SmppTime.TryParseReceiptDate(Encoding.ASCII.GetBytes(text), out var date);
        Assert.Equal(expected, read ? date.ToString("yyyy-MM-ddTHH:mm:ss") : null);
    }

    [Theory]
    [InlineData("261120203015104+", "2026-11-20T19:30:15.1")]
    [InlineData("261120203015048-", "2026-11-21T08:30:15.0")]
    [InlineData("000001020304000R", "2020-01-02T02:03:04.0")]
    [InlineData("010200000000000R", "2021-03-01T00:00:00.0")]
    [InlineData("261120203015049+", null)]
    [InlineData("260020203015000+", null)]
    [InlineData("26112020301500+", null)]
    [InlineData("261120203015000X", null)]
    public void SMPPs_times_are_read(string text, string? expected)
    {
        bool read = SmppTime.TryParse(Encoding.ASCII.GetBytes(text), out var time);
        var from = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(expected, read ? time.From(from).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.f") : null);
    }
}
