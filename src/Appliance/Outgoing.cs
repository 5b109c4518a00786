using System.Collections.Concurrent;

namespace Appliance;

/// <summary>
/// Everything a batch has decided to say: staged at the peers while it decides, let out by the act stage after the
/// batch is durable, while the next one is staged. The ring's thread's.
/// </summary>
public sealed class Outgoing
{
    private readonly List<Peer> _touched = [];
    private readonly ConcurrentQueue<OutgoingBatch> _free = new();
    private OutgoingBatch _batch;

    public Outgoing() => _batch = new OutgoingBatch(this);

    /// <summary>Room for a PDU to this peer.</summary>
    public Span<byte> To(Peer peer, int length)
    {
        if (!peer.HasStaged) _touched.Add(peer);
        var room = peer.RoomFor(length);
        if (room > 0) SpareBuffers.Shared.Give(peer.StageIn(SpareBuffers.Shared.Take(room)));
        return peer.Stage(length);
    }

    public void Accepted(PendingAnswer who, ulong position, long unixMs) => _batch.Accepted(who, position, unixMs);

    public void Refused(PendingAnswer who, Refusal refusal) => _batch.Refused(who, refusal);

    public void Located(PendingAnswer who, ulong last) => _batch.Located(who, last);

    public void Changed(PendingAnswer who, ChangeResult result) => _batch.Changed(who, result);

    /// <summary>All that was said since the last call; nothing joins it any more.</summary>
    public OutgoingBatch Seal()
    {
        foreach (var peer in _touched) peer.TakeStaged(_batch);
        _touched.Clear();
        var sealedBatch = _batch;
        _batch = _free.TryDequeue(out var free) ? free : new OutgoingBatch(this);
        return sealedBatch;
    }

    /// <summary>A batch was heard. Any thread.</summary>
    internal void TakeBack(OutgoingBatch batch) => _free.Enqueue(batch);
}
