using System.Collections.Concurrent;

namespace Appliance;

/// <summary>
/// Everything a batch has decided to say: staged at the peers while it decides, let out by the act stage after the
/// batch is durable, while the next one is staged. The ring's thread's.
/// </summary>
/// <remarks>
/// While much is on its way, what carriers are to hear is kept for some batches, so that fewer and larger pieces go out
/// (decision 21): ESMEs wait for their answers, a carrier for nothing.
/// </remarks>
public sealed class Outgoing
{
    /// <summary>The usual number of <c>many</c>: at 100,000 messages a second batches are smaller.</summary>
    public const int Many = 1024;

    /// <summary>Octets for one carrier's session that are piece enough.</summary>
    private const int LargePiece = 8192;

    /// <summary>Milliseconds after which what was kept goes out.</summary>
    private const long LongestKept = 8;

    private readonly List<Peer> _touched = [];
    private readonly int _many;
    private long _keptSince;
    private bool _keeps;
    private readonly ConcurrentQueue<OutgoingBatch> _free = new();
    private OutgoingBatch _batch;

    /// <param name="many">Events of a batch from which on much is on its way.</param>
    public Outgoing(int many = Many)
    {
        _many = many;
        _batch = new OutgoingBatch(this);
    }

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

    /// <summary>What is to be heard of all that was said; nothing joins it any more. After few events that is
    /// everything, so that the next tick lets out what was kept.</summary>
    /// <param name="events">Of the batch.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    public OutgoingBatch Seal(int events, long now)
    {
        var keeps = events >= _many && (!_keeps || Math.Abs(now - _keptSince) < LongestKept);
        if (!_keeps) _keptSince = now;
        var kept = 0;
        for (var i = 0; i < _touched.Count; i++)
        {
            var peer = _touched[i];
            if (keeps && peer.IsCarrier && peer.HasStaged && peer.StagedLength < LargePiece) _touched[kept++] = peer;
            else peer.TakeStaged(_batch);
        }

        // What is kept is staged as it was, and goes on in the next batch.
        _touched.RemoveRange(kept, _touched.Count - kept);
        _keeps = kept > 0;
        var sealedBatch = _batch;
        _batch = _free.TryDequeue(out var free) ? free : new OutgoingBatch(this);
        return sealedBatch;
    }

    /// <summary>A batch was heard. Any thread.</summary>
    internal void TakeBack(OutgoingBatch batch) => _free.Enqueue(batch);
}
