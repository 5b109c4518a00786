using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Store.Tests;

public sealed class MessageIdTests
{
    [Fact]
    public void The_text_is_a_version_7_uuid_with_its_fields_in_place()
    {
        var text = new byte[36];
        Assert.True(MessageId.TryFormat(0x0190_1234_5678, 0xABC, 0x0123_4567_89AB_CDEF & Position.Max, text));
        Assert.Equal("01901234-5678-7abc-8123-456789abcdef", Encoding.ASCII.GetString(text));
        Assert.Equal(7, Guid.Parse(Encoding.ASCII.GetString(text)).Version);
    }

    [Fact]
    public void Every_id_is_read_back_from_its_text() => Prop.ForAll(
        ArbMap.Default.ArbFor<ulong>().Convert(v => (long)(v >> 16), v => (ulong)v << 16),
        ArbMap.Default.ArbFor<ulong>().Convert(v => v & Position.Max, v => v),
        ArbMap.Default.ArbFor<int>().Convert(v => v & MessageId.MaxNode, v => v),
        (time, position, node) =>
        {
            var text = new byte[36];
            return MessageId.TryFormat(time, node, position, text)
                && MessageId.TryParse(text, out var p, out var n, out var t)
                && (p, n, t) == (position, node, time)
                && Guid.TryParseExact(Encoding.ASCII.GetString(text), "D", out var guid)
                && guid.ToString() == Encoding.ASCII.GetString(text)
                && MessageId.TryParse(Encoding.ASCII.GetBytes(guid.ToString().ToUpperInvariant()), out UInt128 id)
                && id == MessageId.Create(time, node, position);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Ids_order_like_time_and_then_position()
    {
        Assert.True(MessageId.Create(1, 5, 9) < MessageId.Create(2, 5, 1));
        Assert.True(MessageId.Create(2, 5, 1) < MessageId.Create(2, 5, 2));
    }

    [Theory]
    [InlineData("")]
    [InlineData("01901234-5678-7abc-8123-456789abcde")]
    [InlineData("01901234-5678-7abc-8123-456789abcdef0")]
    [InlineData("01901234-5678-4abc-8123-456789abcdef")]
    [InlineData("01901234-5678-7abc-c123-456789abcdef")]
    [InlineData("01901234-5678-7abc-0123-456789abcdef")]
    [InlineData("01901234+5678-7abc-8123-456789abcdef")]
    [InlineData("01901234-5678-7abc-8123-456789abcdeg")]
    [InlineData("0190123456787abc8123456789abcdef----")]
    [InlineData("01901234-5678-7abc-8123-4567 9abcdef")]
    public void What_is_no_id_of_ours_is_refused(string text) =>
        Assert.False(MessageId.TryParse(Encoding.ASCII.GetBytes(text), out ulong _, out _, out _));

    [Fact]
    public void Any_byte_that_is_not_a_digit_is_refused()
    {
        var good = Encoding.ASCII.GetBytes("01901234-5678-7abc-8123-456789abcdef");
        for (var at = 0; at < good.Length; at++)
        {
            for (var b = 0; b < 256; b++)
            {
                var text = (byte[])good.Clone();
                text[at] = (byte)b;
                var isDash = good[at] == '-';
                Assert.Equal(isDash ? b == '-' : b < 128 && char.IsAsciiHexDigit((char)b),
                    MessageId.TryParse(text, out UInt128 _));
            }
        }
    }

    [Fact]
    public void Fields_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MessageId.Create(-1, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => MessageId.Create(1L << 48, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => MessageId.Create(0, 4096, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => MessageId.Create(0, -1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => MessageId.Create(0, 0, Position.Max + 1));
        Assert.False(MessageId.TryFormat(1, new byte[35]));
    }

    [Fact]
    public void Positions_grow_with_frame_and_offset() => Prop.ForAll(
        ArbMap.Default.ArbFor<uint>(), ArbMap.Default.ArbFor<ushort>(), (frame, offset) =>
        {
            var at = offset / 4 * 4;
            var position = Position.Of(frame, at);
            return Position.Frame(position) == frame && Position.Offset(position) == at
                && position < Position.Of(frame, at + 4) && Position.Of(frame,
                    4 * ushort.MaxValue) < Position.Of(frame + 1UL, 0);
        }).QuickCheckThrowOnFailure();
}
