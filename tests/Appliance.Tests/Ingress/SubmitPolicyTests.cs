using System.Text;
using Appliance.Ingress;
using Appliance.Ingress.Http;
using Appliance.Ingress.Smpp;
using Appliance.Numbering;
using Appliance.Policy;
using Appliance.Policy.Hours;
using Appliance.Policy.OptOuts;
using Appliance.Policy.Senders;
using Codec;
using Xunit;
using Country = Appliance.Policy.Country;

namespace Appliance.Tests.Ingress;

/// <summary>What the rules see of a submission, and what they make of it.</summary>
public sealed class SubmitPolicyTests
{
    /// <summary>A Monday, 21:00 in France.</summary>
    private const long Night = 1_763_409_600_000;

    private static readonly PolicyRules Quiet = new()
    {
        QuietHours =
        [
            new QuietHoursRule
            {
                Name = "fr", Countries = [Country.Parse("FR")],
                Quiet = [.. Enum.GetValues<DayOfWeek>().Select(day => new QuietWindow(day, 20 * 60, 8 * 60))],
            },
        ],
    };

    private readonly PolicyNotes _notes = new();

    [Theory]
    [InlineData("Shop")]
    [InlineData("")]
    [InlineData("12345678901234567890")]
    public void A_replaced_sender_stands_in_the_body_and_the_offsets_follow(string from)
    {
        foreach (var text in (string[])["x", new string('y', 254)])
        {
            var pdu = Submits.Pdu(from: from, text: text, tlvs: Submits.Reference(9), schedule: "000000010000000R");
            var slot = new Slot { UnixMs = Night };
            SubmitSm.TryRead(pdu, out var submit);
            DeliveryTimes.Read(submit.ScheduleDeliveryTime, default, slot.UnixMs, 1 << 30, out var times);
            SubmitBody.Write(ref slot, in submit, pdu, in times);
            SubmitPolicy.ReplaceSource(ref slot, SenderAddress.Of("+46701234567"));

            // What it came with stands behind the body.
            Assert.Equal(from, Encoding.ASCII.GetString(slot.Bytes[^slot.OtherSender..]));
            var carried = new byte[Header.Size + slot.Length - slot.OtherSender];
            new Header((uint)carried.Length, CommandId.SubmitSm, 0, 1).Write(carried);
            slot.Bytes[..^slot.OtherSender].CopyTo(carried.AsSpan(Header.Size));
            Assert.Equal(CommandStatus.ESME_ROK, SubmitSm.TryRead(carried, out var read));
            Assert.Equal(("46701234567", 1, 1),
                (Encoding.ASCII.GetString(read.SourceAddr), read.SourceAddrTon, read.SourceAddrNpi));
            Assert.Equal("447700900123", Encoding.ASCII.GetString(read.DestinationAddr));
            Assert.Equal(text, Encoding.ASCII.GetString(read.ShortMessage));
            Assert.Equal(Submits.Reference(9), read.Tlvs.Bytes.ToArray());
            Assert.Equal(read.SourceAddrOffset - 2 - Header.Size, slot.SourceOffset);
            Assert.Equal(read.DestinationAddrOffset - 2 - Header.Size, slot.DestinationOffset);
            Assert.Equal(read.RegisteredDeliveryOffset - Header.Size, slot.RegisteredOffset);
            slot.Clear();
        }
    }

    [Fact]
    public void A_message_that_is_put_off_has_what_is_left_of_its_validity_when_it_goes_out()
    {
        var pdu = Submits.Pdu(to: "33600000001", validity: "000002000000000R");
        SubmitSm.TryRead(pdu, out var submit);
        DeliveryTimes.Read(default, submit.ValidityPeriod, Night, 1 << 30, out var times);
        var status = new SubmitPolicy(Gates.Of(Quiet, notes: _notes)).Check(
            1, MessageClass.Transactional, in submit, "33600000001"u8, CountryKey.Of("FR"), Night, ref times, out _);
        Assert.Equal((CommandStatus.ESME_ROK, (uint)(Night / 1000) + (11 * 3600)), (status, times.Due));
        Assert.Equal(["deferred fr"], _notes.All);
        var slot = new Slot { UnixMs = Night };
        SubmitBody.Write(ref slot, in submit, pdu, in times);
        Assert.Contains("000001130000000R", Encoding.ASCII.GetString(slot.Bytes), StringComparison.Ordinal);
        slot.Clear();
    }

    [Theory]
    [InlineData(11 * 3600, false)]
    [InlineData((11 * 3600) + 1, true)]
    [InlineData(0, true)]
    public void What_expires_in_the_quiet_hours_is_refused(int validity, bool passes)
    {
        uint due = 0;
        var input = new PolicyInput
        {
            Account = 1, Class = MessageClass.Otp, Country = Country.Parse("FR"), Source = "Shop"u8, SourceTon = 5,
            Destination = "33600000001"u8, Text = default,
        };
        var gate = Gates.Of(Quiet, notes: _notes);
        Assert.Equal(passes, gate.Passes(in input, Night, (uint)validity, ref due, out var verdict));
        Assert.Equal(passes ? (uint)(Night / 1000) + (11 * 3600) : 0, due);
        Assert.Equal([passes ? "deferred fr" : "refused QuietHours fr"], _notes.All);
        Assert.Equal(passes ? PolicyOutcome.Defer : PolicyOutcome.Refuse, verdict.Outcome);
        // For a time outside of them it stays as it was scheduled.
        due = (uint)(Night / 1000) + (12 * 3600);
        Assert.True(gate.Passes(in input, Night, 0, ref due, out _));
        Assert.Equal((uint)(Night / 1000) + (12 * 3600), due);
    }

    [Fact]
    public void Other_rules_count_from_the_next_message_on()
    {
        uint due = 0;
        var input = new PolicyInput
        {
            Account = 1, Class = MessageClass.Otp, Country = Country.Parse("FR"), Source = "Shop"u8, SourceTon = 5,
            Destination = "33600000001"u8, Text = default,
        };
        var gate = Gates.Of(new PolicyRules(), notes: _notes);
        var before = gate.Tables;
        gate.Replace(new PolicyTables(Quiet, Gates.Accounts));
        Assert.False(gate.Passes(in input, Night, 60, ref due, out _));
        // What was read under the rules of before goes by them.
        Assert.True(gate.Passes(before, in input, Night, 60, ref due, out _));
        gate.Replace(before);
        Assert.True(gate.Passes(in input, Night, 60, ref due, out _));
        Assert.Equal(0u, due);
    }

    [Fact]
    public void An_answer_of_ours_is_under_no_rule()
    {
        var optOuts = new OptOutList();
        Assert.True(OptOutKey.TryCreate(1, "33600000001"u8, default, out var key));
        optOuts.Add(key);
        uint due = 0;
        foreach (var (messageClass, passes) in new[] { (MessageClass.Reply, true), (MessageClass.Otp, false) })
        {
            var input = new PolicyInput
            {
                Account = 1, Class = messageClass, Country = Country.Parse("FR"), Source = "72345"u8,
                Destination = "33600000001"u8, Text = default,
            };
            Assert.Equal(passes, Gates.Of(Quiet, optOuts).Passes(in input, Night, 0, ref due, out _));
        }
    }

    [Fact]
    public void A_text_is_read_in_its_alphabet_without_its_header()
    {
        var reader = new SubmitText();
        Assert.Equal("€uro@", Read(reader, [0x1B, 0x65, 0x75, 0x72, 0x6F, 0x00], 0, 0));
        Assert.Equal("Привет", Read(reader, Encoding.BigEndianUnicode.GetBytes("Привет"), 8, 0));
        Assert.Equal("", Read(reader, [1, 2, 3], 4, 0));
        Assert.Equal("part two", Read(reader, [5, 0, 3, 9, 2, 2, .. "part two"u8], 0, 0x40, isPart: true));
        // Turkish by a locking shift: 0x0B is a dotless i there.
        Assert.Equal("ğ", Read(reader, [3, 0x25, 1, 1, 0x0C], 0, 0x40));
        var payload = new TlvWriter(new byte[64]);
        payload.Add(TlvTag.MessagePayload, "in the payload"u8);
        payload.AddByte(TlvTag.SarTotalSegments, 2);
        Assert.Equal("in the payload", Read(reader, [], 0, 0, isPart: true, payload.Written.ToArray()));
    }

    [Fact]
    public void By_HTTP_a_sender_is_replaced_and_what_is_left_of_the_validity_is_carried()
    {
        var message = new HttpSubmission { ValidityPeriod = TimeSpan.FromDays(2) };
        message.SetSource("Shop"u8, 5, 0);
        message.SetDestination("33600000001"u8, 1, 1);
        var rules = Quiet with
        {
            Senders = [new SenderRule { Name = "s", Allowed = SenderKinds.ShortCode, Replacement = "36000" }],
        };
        Assert.Null(new HttpPolicy(Gates.Of(rules, notes: _notes)).Check(
            1, MessageClass.Promotional, message, CountryKey.Of("FR"), Night, 2 * 24 * 3600));
        Assert.Equal(("36000", 3), (Encoding.ASCII.GetString(message.Source), message.SourceTon));
        Assert.Equal((uint)(Night / 1000) + (11 * 3600), message.DueSeconds);
        Assert.Equal(TimeSpan.FromHours(37), message.ValidityPeriod);
        Assert.Equal(["replaced", "deferred fr"], _notes.All);
    }

    private static string Read(
        SubmitText reader, byte[] octets, byte dataCoding, byte esmClass, bool isPart = false, byte[]? tlvs = null)
    {
        var submit = new SubmitSm
        {
            ShortMessage = octets,
            DataCoding = dataCoding,
            EsmClass = esmClass,
            Tlvs = new TlvReader(tlvs ?? []),
        };
        var text = reader.Read(in submit, out var part).ToString();
        Assert.Equal(isPart, part);
        return text;
    }
}
