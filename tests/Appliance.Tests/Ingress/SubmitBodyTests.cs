using System.Text;
using Appliance.Ingress.Smpp;
using Codec;
using Xunit;

namespace Appliance.Tests.Ingress;

/// <summary>What goes into the ring of a submit_sm: all of it but its schedule, with the offsets of what is there.
/// </summary>
public sealed class SubmitBodyTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("", "000000020000000R")]
    [InlineData("000000010000000R", "")]
    [InlineData("000000010000000R", "000000020000000R")]
    [InlineData("000000010000000R", "301121000000000+")]
    public void The_schedule_stays_behind_and_the_offsets_are_right(string schedule, string validity)
    {
        var tlvs = Submits.Reference(9);
        foreach (var text in (string[])["", "x", new string('y', 254)])
        {
            var pdu = Submits.Pdu(text: text, schedule: schedule, validity: validity, tlvs: tlvs);
            var slot = new Slot { UnixMs = 1_763_676_000_000 };
            SubmitSm.TryRead(pdu, out var submit);
            Assert.Equal(CommandStatus.ESME_ROK, DeliveryTimes.Read(
                submit.ScheduleDeliveryTime, submit.ValidityPeriod, slot.UnixMs, 3600 * 24 * 3650, out var times));
            SubmitBody.Write(ref slot, in submit, pdu, in times);

            var carried = new byte[Header.Size + slot.Length];
            new Header((uint)carried.Length, CommandId.SubmitSm, 0, 1).Write(carried);
            slot.Bytes.CopyTo(carried.AsSpan(Header.Size));
            Assert.Equal(CommandStatus.ESME_ROK, SubmitSm.TryRead(carried, out var read));
            Assert.True(read.ScheduleDeliveryTime.IsEmpty);
            Assert.Equal(validity.Length, read.ValidityPeriod.Length);
            Assert.Equal("Shop", Encoding.ASCII.GetString(read.SourceAddr));
            Assert.Equal("447700900123", Encoding.ASCII.GetString(read.DestinationAddr));
            Assert.Equal(text, Encoding.ASCII.GetString(read.ShortMessage));
            Assert.Equal(tlvs, read.Tlvs.Bytes.ToArray());
            Assert.Equal(read.SourceAddrOffset - 2 - Header.Size, slot.SourceOffset);
            Assert.Equal(read.DestinationAddrOffset - 2 - Header.Size, slot.DestinationOffset);
            Assert.Equal(read.RegisteredDeliveryOffset - Header.Size, slot.RegisteredOffset);
            Assert.Equal((5, 1, 1), (slot.Bytes[slot.SourceOffset], slot.Bytes[slot.DestinationOffset],
                slot.Bytes[slot.RegisteredOffset]));
            slot.Clear();
        }
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("000000010000000R", "000000020000000R")]
    public void A_national_number_becomes_an_international_one(string schedule, string validity)
    {
        var pdu = Submits.Pdu(to: "01711234567", schedule: schedule, validity: validity, tlvs: Submits.Reference(9));
        var slot = new Slot { UnixMs = 1_763_676_000_000 };
        SubmitSm.TryRead(pdu, out var submit);
        DeliveryTimes.Read(submit.ScheduleDeliveryTime, submit.ValidityPeriod, slot.UnixMs, 3600 * 24, out var times);
        SubmitBody.Write(ref slot, in submit, pdu, in times, "491711234567"u8);

        var carried = new byte[Header.Size + slot.Length];
        new Header((uint)carried.Length, CommandId.SubmitSm, 0, 1).Write(carried);
        slot.Bytes.CopyTo(carried.AsSpan(Header.Size));
        Assert.Equal(CommandStatus.ESME_ROK, SubmitSm.TryRead(carried, out var read));
        Assert.Equal("491711234567", Encoding.ASCII.GetString(read.DestinationAddr));
        Assert.Equal((1, 1), (read.DestAddrTon, read.DestAddrNpi));
        Assert.Equal("hello", Encoding.ASCII.GetString(read.ShortMessage));
        Assert.True(read.ScheduleDeliveryTime.IsEmpty);
        Assert.Equal(validity.Length, read.ValidityPeriod.Length);
        Assert.Equal(Submits.Reference(9), read.Tlvs.Bytes.ToArray());
        Assert.Equal(read.SourceAddrOffset - 2 - Header.Size, slot.SourceOffset);
        Assert.Equal(read.DestinationAddrOffset - 2 - Header.Size, slot.DestinationOffset);
        Assert.Equal(read.RegisteredDeliveryOffset - Header.Size, slot.RegisteredOffset);
        slot.Clear();
    }

    [Fact]
    public void A_reference_and_a_destination_are_a_name()
    {
        var first = Names(Submits.Pdu(tlvs: Submits.Reference(5)));
        Assert.NotEqual(0ul, first.Key);
        Assert.Equal(first, Names(Submits.Pdu(tlvs: Submits.Reference(5))));
        Assert.Equal(first.Key, Names(Submits.Pdu(to: "+447700900123", tlvs: Submits.Reference(5))).Key);
        Assert.NotEqual(first.Key, Names(Submits.Pdu(tlvs: Submits.Reference(6))).Key);
        Assert.NotEqual(first.Key, Names(Submits.Pdu(to: "447700900124", tlvs: Submits.Reference(5))).Key);
        Assert.NotEqual(first.Key, Names(Submits.Pdu(tlvs: Submits.Reference(5)), account: 2).Key);
        var other = Names(Submits.Pdu(text: "other", tlvs: Submits.Reference(5)));
        Assert.Equal(first.Key, other.Key);
        Assert.NotEqual(first.Body, other.Body);
        Assert.Equal(default, Names(Submits.Pdu()));
    }

    [Fact]
    public void Parts_that_share_a_reference_have_names_of_their_own()
    {
        var sar = Names(Submits.Pdu(tlvs: Submits.Reference(5, (TlvTag.SarSegmentSeqnum, 1)))).Key;
        Assert.NotEqual(sar, Names(Submits.Pdu(tlvs: Submits.Reference(5, (TlvTag.SarSegmentSeqnum, 2)))).Key);
        var udh = Names(Submits.Pdu(text: "\u0005\0\u0003\u0009\u0002\u0001a", esmClass: 0x40,
            tlvs: Submits.Reference(5))).Key;
        Assert.NotEqual(udh, Names(Submits.Pdu(text: "\u0005\0\u0003\u0009\u0002\u0002a", esmClass: 0x40,
            tlvs: Submits.Reference(5))).Key);
    }

    [Fact]
    public void An_absolute_validity_that_was_made_anew_is_no_other_content()
    {
        var tlvs = Submits.Reference(5);
        Assert.Equal(Names(Submits.Pdu(validity: "301121000000000+", tlvs: tlvs)),
            Names(Submits.Pdu(validity: "301121000005000+", tlvs: tlvs)));
        Assert.NotEqual(Names(Submits.Pdu(validity: "000000010000000R", tlvs: tlvs)),
            Names(Submits.Pdu(validity: "000000020000000R", tlvs: tlvs)));
        Assert.NotEqual(Names(Submits.Pdu(schedule: "301121000000000+", tlvs: tlvs)),
            Names(Submits.Pdu(schedule: "301121000005000+", tlvs: tlvs)));
    }

    private static (ulong Key, ulong Body) Names(byte[] pdu, ushort account = 1)
    {
        var slot = default(Slot);
        SubmitSm.TryRead(pdu, out var submit);
        SubmitNames.Set(ref slot, account, in submit, pdu);
        return (slot.RepeatKey, slot.RepeatBody);
    }
}
