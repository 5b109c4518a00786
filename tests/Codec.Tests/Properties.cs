using FsCheck;
using FsCheck.Fluent;
using Fuzz;
using Xunit;

namespace Codec.Tests;

/// <summary>What holds for every PDU and for any octets.</summary>
public class Properties
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(2000).WithQuietOnSuccess(true);

    public static TheoryData<CommandId> Commands => [.. SamplePdus.Commands];

    [Theory]
    [MemberData(nameof(Commands))]
    public void What_is_written_is_read_and_written_again(CommandId command) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            byte[] pdu = new byte[SamplePdus.MaxLength];
            int length = new SamplePdus(seed).Next(command, pdu);
            byte[] again = new byte[SamplePdus.MaxLength];
            return length > 0 && Pdu.Rewrite(pdu.AsSpan(0, length), again) == length
                && pdu.AsSpan(0, length).SequenceEqual(again.AsSpan(0, length));
        }).Check(Many.WithMaxTest(300));

    [Fact]
    public void Any_octets_give_a_PDU_or_a_named_error() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<CommandId>(), (octets, command) =>
        {
            byte[] pdu = new byte[Header.Size + octets.Length];
            new Header((uint)pdu.Length, command, default, 7).Write(pdu);
            octets.CopyTo(pdu, Header.Size);
            new Oracle().Check(pdu);
        }).Check(Many);

    [Fact]
    public void Any_text_joins_to_itself_from_its_parts() =>
        Prop.ForAll(Texts(), ArbMap.Default.ArbFor<byte>(), (text, choice) =>
        {
            var form = (ConcatenationForm)(choice % 3);
            var plan = Segmentation.Plan(text, form, allowLatin1: choice > 127);
            return Join(text, plan, choice) == text;
        }).Check(Many);

    [Fact]
    public void A_text_has_as_many_parts_as_segments_and_none_tears_a_character() =>
        Prop.ForAll(Texts(), text =>
        {
            var plan = Segmentation.Plan(text);
            int parts = 0;
            for (var rest = text.AsSpan(); !rest.IsEmpty; parts++)
            {
                int take = Segmentation.Take(rest, plan);
                Assert.False(take < rest.Length && char.IsSurrogatePair(rest[take - 1], rest[take]));
                rest = rest[take..];
            }

            return Math.Max(1, parts) == plan.Segments;
        }).Check(Many);

    [Fact]
    public void Encoded_octets_split_as_their_text_does() =>
        Prop.ForAll(Texts(), text =>
        {
            var plan = Segmentation.Plan(text);
            byte[] octets = new byte[text.Length * 2];
            int length = Segmentation.Encode(text, plan, octets);
            return Segmentation.PlanEncoded(octets.AsSpan(0, length), plan.Encoding).Segments == plan.Segments;
        }).Check(Many);

    [Fact]
    public void Septets_unpack_as_they_were_packed() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte>(), (octets, choice) =>
        {
            byte[] septets = [.. octets.Select(o => (byte)(o & 0x7F))];
            int fill = choice % 7;
            byte[] packed = new byte[Gsm7.PackedLength(septets.Length, fill)];
            byte[] unpacked = new byte[septets.Length];
            int length = Gsm7.Pack(septets, packed, fill);
            return Gsm7.Unpack(packed.AsSpan(0, length), unpacked, fill) == septets.Length
                && unpacked.SequenceEqual(septets);
        }).Check(Many);

    [Fact]
    public void Every_national_character_comes_back()
    {
        Span<char> decoded = stackalloc char[2];
        Span<byte> encoded = stackalloc byte[2];
        foreach (var language in Enum.GetValues<NationalLanguage>())
        {
            for (byte code = 0; code < 0x80; code++)
            {
                byte[] septets = code == Gsm7.Escape ? [code, 0x65] : [code];
                if (!Gsm7.IsWellFormed(septets, language, language))
                {
                    continue;
                }

                int count = Gsm7.Decode(septets, decoded, language, language);
                var text = decoded[..count].ToString();
                int length = Gsm7.Encode(text, encoded, language, language);
                Assert.True(length > 0, $"{language} 0x{code:x2}");
                Assert.Equal(count, Gsm7.Decode(encoded[..length], decoded, language, language));
                Assert.Equal(text, decoded[..count].ToString());
            }
        }
    }

    [Fact]
    public void Times_come_back() =>
        Prop.ForAll(ArbMap.Default.ArbFor<uint>(), seconds =>
        {
            byte[] text = new byte[SmppTime.Length];
            var at = DateTimeOffset.UnixEpoch.AddYears(35).AddSeconds(seconds % (60L * 365 * 86400));
            bool absolute = SmppTime.WriteAbsolute(text, at) == SmppTime.Length
                && SmppTime.TryParse(text, out var read) && !read.IsRelative && read.From(default) == at;
            var span = TimeSpan.FromSeconds(seconds % (31 * 86400));
            bool relative = SmppTime.WriteRelative(text, span) == SmppTime.Length
                && SmppTime.TryParse(text, out read) && read.IsRelative && read.From(at) == at + span;
            return absolute && relative;
        }).Check(Many);

    /// <summary>Texts of GSM, Latin-1 and other characters, long enough for several parts.</summary>
    private static Arbitrary<string> Texts() => Arb.From(
        from kind in Gen.Choose(0, 2)
        from length in Gen.Choose(0, 700)
        from pieces in Gen.ArrayOf(
            Gen.Elements(kind switch
            {
                0 => new[] { "a", "€", "[", "Ω", " ", "\n", "@" },
                1 => ["a", "é", "ç", "Á", "~"],
                _ => ["a", "😀", "я", "你", "\U0001F3F3", "€"],
            }),
            length)
        select string.Concat(pieces));

    private static string Join(string text, in SegmentPlan plan, byte choice)
    {
        var joiner = new MessageJoiner(10, 1_000_000, 1000);
        var order = Enumerable.Range(0, plan.Segments).OrderBy(i => (i * 31 + choice) % 17).ToList();
        byte[] part = new byte[256];
        JoinedMessage? message = null;
        foreach (int i in order)
        {
            int length = Segmentation.WritePart(text, plan, i, choice, part);
            var body = part.AsSpan(plan.HeaderLength, length - plan.HeaderLength);
            var key = new PartKey(1, new("A"u8), new("B"u8), choice, (byte)plan.Segments, false);
            var result = joiner.Add(key, (byte)(i + 1), body, i, 0, out message);
            if (result == JoinResult.Waiting)
            {
                Assert.Equal(JoinResult.Repeated, joiner.Add(key, (byte)(i + 1), body, i, 0, out _));
            }
        }

        byte[] joined = new byte[message!.Length];
        int octets = message.CopyTo(joined);
        char[] decoded = new char[octets + 1];
        int count = plan.Encoding switch
        {
            TextEncoding.Gsm7 => Gsm7.Decode(joined, decoded),
            TextEncoding.Ucs2 => Ucs2.Decode(joined, decoded),
            _ => Latin1.Decode(joined, decoded),
        };
        return new string(decoded, 0, count);
    }
}
