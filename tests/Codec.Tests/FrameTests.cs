using System.Buffers;
using System.Buffers.Binary;
using Fuzz;
using Xunit;

namespace Codec.Tests;

/// <summary>Streams, however they are torn.</summary>
public class FrameTests
{
    [Fact]
    public void Every_PDU_torn_at_every_octet_is_found_whole()
    {
        var samples = new SamplePdus(1);
        byte[] buffer = new byte[SamplePdus.MaxLength];
        byte[] scratch = new byte[SamplePdus.MaxLength];
        foreach (var command in SamplePdus.Commands)
        {
            byte[] pdu = buffer[..samples.Next(command, buffer)];
            for (int at = 0; at <= pdu.Length; at++)
            {
                var sequence = Torn(pdu[..at], pdu[at..]);
                var status = Frame.TryRead(ref sequence, pdu.Length, out var header, out var found);
                Assert.Equal(FrameStatus.Pdu, status);
                Assert.Equal(command, header.Command);
                Assert.True(sequence.IsEmpty);
                Assert.True(Frame.Contiguous(found, scratch).SequenceEqual(pdu));

                var expected = at == pdu.Length ? FrameStatus.Pdu : FrameStatus.NeedMore;
                Assert.Equal(expected, Frame.Peek(pdu.AsSpan(0, at), 65536, out _));
            }
        }
    }

    [Fact]
    public void Two_PDUs_come_one_after_the_other()
    {
        byte[] one = new byte[Header.Size];
        new Header(Header.Size, CommandId.EnquireLink, default, 1).Write(one);
        byte[] stream = [.. one, .. one, 0, 0];
        var buffer = new ReadOnlySequence<byte>(stream);
        Assert.Equal(FrameStatus.Pdu, Frame.TryRead(ref buffer, 100, out _, out _));
        Assert.Equal(FrameStatus.Pdu, Frame.TryRead(ref buffer, 100, out _, out _));
        Assert.Equal(FrameStatus.NeedMore, Frame.TryRead(ref buffer, 100, out _, out _));
        Assert.Equal(2, buffer.Length);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(15u)]
    [InlineData(101u)]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0xFFFFFFFFu)]
    public void A_length_no_PDU_has_is_refused_before_its_body_is_waited_for(uint length)
    {
        byte[] octets = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, length);
        Assert.Equal(FrameStatus.BadLength, Frame.Peek(octets, 100, out _));
        var sequence = Torn(octets[..2], octets[2..]);
        Assert.Equal(FrameStatus.BadLength, Frame.TryRead(ref sequence, 100, out _, out _));
    }

    [Fact]
    public void Every_PDU_cut_anywhere_is_an_error_that_names_a_field_or_a_response()
    {
        var samples = new SamplePdus(2);
        byte[] buffer = new byte[SamplePdus.MaxLength];
        foreach (var command in SamplePdus.Commands)
        {
            byte[] pdu = buffer[..samples.Next(command, buffer)];
            for (int length = Header.Size; length < pdu.Length; length++)
            {
                byte[] cut = pdu[..length];
                BinaryPrimitives.WriteUInt32BigEndian(cut, (uint)length);
                new Oracle().Check(cut);
            }
        }
    }

    [Fact]
    public void A_PDU_shorter_than_it_says_is_refused_by_its_reader()
    {
        byte[] pdu = new byte[Header.Size];
        new Header(Header.Size + 1, CommandId.SubmitSm, default, 1).Write(pdu);
        Assert.Equal(CommandStatus.ESME_RINVCMDLEN, SubmitSm.TryRead(pdu, out _, out var error));
        Assert.Equal("command_length", error.Field);
        Assert.Equal(CommandStatus.ESME_RINVCMDLEN, SubmitSm.TryRead(pdu.AsSpan(0, 9), out _, out _));
    }

    private static ReadOnlySequence<byte> Torn(byte[] first, byte[] second)
    {
        var start = new Segment(first, 0, null);
        var end = new Segment(second, first.Length, start);
        return new ReadOnlySequence<byte>(start, 0, end, second.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] memory, long index, Segment? before)
        {
            Memory = memory;
            RunningIndex = index;
            if (before is not null)
            {
                before.Next = this;
            }
        }
    }
}
