using Appliance.Ring;

namespace Appliance;

/// <summary>PDUs that go out behind all that the ring has decided to say to their peer.</summary>
internal static class RingReplies
{
    /// <param name="isLast">Whether the session ends when it has been sent.</param>
    /// <returns>False where the ring has no room.</returns>
    public static bool TryReply(this RingBuffer<Slot> ring, Peer peer, ReadOnlySpan<byte> pdu, bool isLast = false)
    {
        if (!ring.TryClaim(0, out var sequence)) return false;
        ref var slot = ref ring[sequence];
        slot.Kind = EventKind.Reply;
        slot.Source = peer;
        slot.UnixMs = Clock.UnixMs;
        slot.Code = isLast ? (byte)1 : (byte)0;
        pdu.CopyTo(slot.Allocate(pdu.Length));
        ring.Publish(sequence);
        ring.Wake();
        return true;
    }
}
