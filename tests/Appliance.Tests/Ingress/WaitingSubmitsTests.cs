using System.Buffers.Binary;
using Appliance.Ingress.Smpp;
using Appliance.Ring;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Appliance.Tests.Ingress;

/// <summary>Submissions that wait for room in the ring.</summary>
public sealed class WaitingSubmitsTests
{
    private const int TicksSize = 8;

    /// <summary>Added and removed in any order of steps: what comes out is what went in, in its order.</summary>
    [Fact]
    public void They_come_out_as_they_went_in() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), steps => Follows(steps)).QuickCheckThrowOnFailure();

    private static bool Follows(byte[] steps)
    {
        var room = new WaitingRoom(1 << 20);
        var waiting = new WaitingSubmits(room);
        var expected = new Queue<(long Ticks, byte[] Pdu)>();
        var ticks = 0L;
        foreach (var step in steps)
        {
            if (step % 3 == 0 && expected.TryDequeue(out var first))
            {
                if (!waiting.First(out var since).SequenceEqual(first.Pdu) || since != first.Ticks) return false;
                waiting.RemoveFirst();
            }
            else
            {
                var pdu = Pdu(16 + (step * 37 % 700), step);
                if (!waiting.TryAdd(++ticks, pdu)) return false;
                expected.Enqueue((ticks, pdu));
            }

            if (waiting.Count != expected.Count || room.Count != expected.Count) return false;
        }

        waiting.Clear();
        return waiting.Count == 0 && room.Count == 0;
    }

    [Fact]
    public void All_sessions_together_have_so_much_room_and_get_it_back()
    {
        var room = new WaitingRoom(2 * (TicksSize + 100));
        var one = new WaitingSubmits(room);
        var other = new WaitingSubmits(room);
        Assert.True(one.TryAdd(1, Pdu(100, 1)));
        Assert.True(other.TryAdd(2, Pdu(100, 2)));
        Assert.False(other.TryAdd(3, Pdu(100, 3)));
        Assert.Equal(2, room.Count);
        one.Clear();
        Assert.True(other.TryAdd(4, Pdu(100, 4)));
        other.RemoveFirst();
        Assert.Equal(Pdu(100, 4), other.First(out var ticks).ToArray());
        Assert.Equal(4, ticks);
    }

    [Fact]
    public void One_session_has_its_part_of_the_room_and_no_larger_buffer_for_it()
    {
        var room = new WaitingRoom(long.MaxValue);
        var waiting = new WaitingSubmits(room);
        var pdu = Pdu(1000, 7);
        var count = 0;
        while (waiting.TryAdd(count, pdu)) count++;
        Assert.Equal(WaitingSubmits.MostBytes / (1000 + TicksSize), count);
        for (var i = 0; i < 10 * count; i++)
        {
            Assert.Equal(pdu, waiting.First(out var ticks).ToArray());
            Assert.Equal(i, ticks);
            waiting.RemoveFirst();
            Assert.True(waiting.TryAdd(count + i, pdu));
        }

        Assert.False(waiting.TryAdd(0, pdu));
        waiting.Clear();
        Assert.Equal(0, room.Count);
    }

    private static byte[] Pdu(int length, byte fill)
    {
        var pdu = new byte[length];
        pdu.AsSpan().Fill(fill);
        BinaryPrimitives.WriteInt32BigEndian(pdu, length);
        return pdu;
    }
}
