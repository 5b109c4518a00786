using System.Collections.Concurrent;
using Codec;

namespace Appliance;

/// <summary>
/// Everything a batch has decided to say: staged at the peers while it decides, let out by the act stage after the
/// batch is durable, while the next one is staged. The ring's thread's.
/// </summary>
/// <remarks>
/// While much is on its way, what carriers are to hear is kept for some milliseconds, so that fewer and larger pieces
/// go out (decision 21): an ESME waits for its answer, a carrier with room in its windows for nothing.
/// </remarks>
public sealed class Outgoing
{
    /// <summary>Events a millisecond at which much is on its way: some 30,000 messages a second.</summary>
    public const int Many = 120;

    /// <summary>Octets of a receipt for an ESME: header, addresses, Appendix B text and three TLVs, with room to
    /// spare.</summary>
    public const int LongestReceipt = 512;

    /// <summary>Octets for one carrier's session that are piece enough.</summary>
    private const int LargePiece = 8192;

    /// <summary>Milliseconds after which what was kept goes out.</summary>
    private const long LongestKept = 5;

    /// <summary>The same at four times the rate, where a batch alone takes nearly as long.</summary>
    private const long LongestKeptInPlenty = 8;
    private const int Plenty = 4;

    /// <summary>Milliseconds over which events are counted.</summary>
    private const long MeasuredOver = 4;

    private readonly List<Peer> _touched = [];
    private readonly ConcurrentQueue<OutgoingBatch> _free = new();
    private OutgoingBatch _batch;
    private readonly int _many;
    private long _rate;
    private long _events;
    private long _measuredAt;
    private long _keptSince;
    private bool _keeps;
    private bool _letsOut;

    /// <param name="many">Events a millisecond from which on carriers' pieces gather.</param>
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

    /// <summary>The answer to a carrier's deliver_sm or data_sm.</summary>
    /// <param name="slot">What came; its Status is the answer's command.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    public void AnswerDelivery(Peer peer, in Slot slot, CommandStatus status, long now)
    {
        // deliver_sm_resp and data_sm_resp carry an empty message_id (SMPP 3.4 section 4.6.2).
        const int length = Header.Size + 1;
        var pdu = To(peer, length);
        new Header(length, (CommandId)slot.Status, status, slot.Sequence).Write(pdu);
        pdu[^1] = 0;
        peer.StagedAnswer(now);
    }

    public void Accepted(PendingAnswer who, ulong position, long unixMs) => _batch.Accepted(who, position, unixMs);

    public void Refused(PendingAnswer who, Refusal refusal) => _batch.Refused(who, refusal);

    public void Located(PendingAnswer who, ulong last) => _batch.Located(who, last);

    public void Changed(PendingAnswer who, ChangeResult result) => _batch.Changed(who, result);

    /// <summary>What is staged must not be heard after what this batch says: the batch keeps nothing.</summary>
    public void LetOut() => _letsOut = true;

    /// <summary>What is to be heard now of all that was said; nothing joins it any more.</summary>
    /// <param name="events">Of the batch.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    public OutgoingBatch Seal(int events, long now)
    {
        Measure(events, now);
        var longest = _rate >= Plenty * _many ? LongestKeptInPlenty : LongestKept;
        var keeps = _rate >= _many && !_letsOut && (!_keeps || Math.Abs(now - _keptSince) < longest);
        if (!_keeps) _keptSince = now;
        var kept = 0;
        for (var i = 0; i < _touched.Count; i++)
        {
            var peer = _touched[i];
            if (keeps && peer.IsCarrier && peer.StagedLength < LargePiece && peer.MayWait) _touched[kept++] = peer;
            else peer.TakeStaged(_batch, now);
        }

        // What is kept is staged as it was, and goes on in the next batch.
        _touched.RemoveRange(kept, _touched.Count - kept);
        _keeps = kept > 0;
        _letsOut = false;
        var sealedBatch = _batch;
        _batch = _free.TryDequeue(out var free) ? free : new OutgoingBatch(this);
        return sealedBatch;
    }

    private void Measure(int events, long now)
    {
        _events += events;
        var passed = now - _measuredAt;
        if (passed is >= 0 and < MeasuredOver) return;
        _rate = passed > 0 ? _events / passed : 0;
        (_events, _measuredAt) = (0, now);
    }

    /// <summary>A batch was heard. Any thread.</summary>
    internal void TakeBack(OutgoingBatch batch) => _free.Enqueue(batch);
}
