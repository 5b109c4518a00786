using Xunit;

namespace Codec.Tests;

/// <summary>Long messages that arrive as the field sends them.</summary>
public class JoinerTests
{
    [Fact]
    public void Parts_over_several_binds_in_any_order_make_one_message()
    {
        var joiner = new MessageJoiner(10, 1000, 100);
        Assert.Equal(JoinResult.Waiting, joiner.Add(Key(3), 3, "c"u8, 30, 0, out _));
        Assert.Equal(JoinResult.Waiting, joiner.Add(Key(3), 1, "a"u8, 10, 5, out _));
        Assert.Equal(JoinResult.Repeated, joiner.Add(Key(3), 1, "a"u8, 11, 6, out _));
        Assert.Equal(JoinResult.Complete, joiner.Add(Key(3), 2, "b"u8, 20, 7, out var message));
        byte[] text = new byte[3];
        Assert.Equal(3, message!.CopyTo(text));
        Assert.True(text.AsSpan().SequenceEqual("abc"u8));
        Assert.True(message.TryGetPart(1, out _, out long tag) && tag == 10);
        Assert.Equal((0, 0L), (joiner.Count, joiner.Octets));
    }

    [Fact]
    public void Messages_of_other_senders_references_and_widths_are_others()
    {
        var joiner = new MessageJoiner(10, 1000, 100);
        joiner.Add(Key(2), 1, "a"u8, 0, 0, out _);
        Assert.Equal(JoinResult.Waiting, joiner.Add(Key(2) with { Reference = 8 }, 2, "b"u8, 0, 0, out _));
        Assert.Equal(JoinResult.Waiting, joiner.Add(Key(2) with { IsWide = true }, 2, "b"u8, 0, 0, out _));
        Assert.Equal(JoinResult.Waiting, joiner.Add(Key(2) with { Source = new("X"u8) }, 2, "b"u8, 0, 0, out _));
        Assert.Equal(JoinResult.Waiting, joiner.Add(Key(2) with { Scope = 2 }, 2, "b"u8, 0, 0, out _));
        Assert.Equal(5, joiner.Count);
    }

    [Fact]
    public void A_reference_used_again_gives_the_older_message_back()
    {
        var joiner = new MessageJoiner(10, 1000, 100);
        joiner.Add(Key(2), 1, "old"u8, 1, 0, out _);
        Assert.Equal(JoinResult.Conflict, joiner.Add(Key(2), 1, "new"u8, 2, 1, out var old));
        Assert.Equal(1, old!.Received);
        Assert.True(old.TryGetPart(1, out var text, out _) && text.SequenceEqual("old"u8));
        Assert.Equal(JoinResult.Complete, joiner.Add(Key(2), 2, "er"u8, 3, 2, out var message));
        Assert.Equal(5, message!.Length);
    }

    [Fact]
    public void What_stays_incomplete_is_given_back_in_its_time_oldest_first()
    {
        var joiner = new MessageJoiner(10, 1000, 100);
        joiner.Add(Key(2), 1, "a"u8, 0, 10, out _);
        joiner.Add(Key(3), 1, "b"u8, 0, 20, out _);
        Assert.Equal(110, joiner.NextExpiry);
        Assert.False(joiner.TryExpire(109, out _));
        Assert.True(joiner.TryExpire(115, out var message));
        Assert.Equal(2, message.Key.Total);
        Assert.False(message.TryGetPart(2, out _, out _));
        Assert.False(joiner.TryExpire(119, out _));
        Assert.True(joiner.TryExpire(120, out _));
        Assert.Equal(long.MaxValue, joiner.NextExpiry);
    }

    [Fact]
    public void No_more_is_held_than_is_allowed()
    {
        var joiner = new MessageJoiner(2, 10, 100);
        joiner.Add(Key(2), 1, "12345"u8, 0, 0, out _);
        Assert.Equal(JoinResult.Full, joiner.Add(Key(3), 1, "123456"u8, 0, 0, out _));
        joiner.Add(Key(3), 1, "1"u8, 0, 0, out _);
        Assert.Equal(JoinResult.Full, joiner.Add(Key(4), 1, "1"u8, 0, 0, out _));
        Assert.Equal(JoinResult.Complete, joiner.Add(Key(2), 2, "1"u8, 0, 0, out _));
        Assert.Equal(JoinResult.Waiting, joiner.Add(Key(4), 1, "1"u8, 0, 0, out _));
        Assert.Equal(JoinResult.Conflict, joiner.Add(Key(4), 5, "1"u8, 0, 0, out _));
        Assert.Equal(JoinResult.Conflict, joiner.Add(Key(4), 0, "1"u8, 0, 0, out _));
    }

    private static PartKey Key(byte total) => new(1, new("447700900123"u8), new("12345"u8), 7, total, false);
}
