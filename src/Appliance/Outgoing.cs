namespace Appliance;

/// <summary>
/// Everything a batch has decided to say: staged at the peers while it decides, let out after the batch is durable.
/// </summary>
public sealed class Outgoing
{
    private readonly List<Peer> _touched = [];
    private readonly List<(PendingAnswer Who, ulong Position, long UnixMs, Refusal Refusal)> _answers = [];
    private readonly List<(PendingAnswer Who, ulong Last)> _located = [];
    private AnswerGroup? _group;
    private readonly List<(PendingAnswer Who, ChangeResult Result)> _changed = [];

    /// <summary>Room for a PDU to this peer.</summary>
    public Span<byte> To(Peer peer, int length)
    {
        if (!peer.HasStaged) _touched.Add(peer);
        return peer.Stage(length);
    }

    public void Accepted(PendingAnswer who, ulong position, long unixMs) =>
        _answers.Add((who, position, unixMs, Refusal.None));

    public void Refused(PendingAnswer who, Refusal refusal) => _answers.Add((who, 0, 0, refusal));

    public void Located(PendingAnswer who, ulong last) => _located.Add((who, last));

    public void Changed(PendingAnswer who, ChangeResult result) => _changed.Add((who, result));

    /// <summary>The act: the batch is durable, so it may be heard.</summary>
    public void Release()
    {
        foreach (var peer in _touched) Release(peer);
        _touched.Clear();
        KillPoints.Pass(KillPoint.BeforeAcknowledge);
        foreach (var (who, position, unixMs, refusal) in _answers)
        {
            if (refusal == Refusal.None) who.Accepted(position, unixMs);
            else who.Refused(refusal);
            if (who.IsFinishedElsewhere) Finish(who);
        }

        _group?.Queue();
        _group = null;
        _answers.Clear();
        foreach (var (who, last) in _located) who.Located(last);
        _located.Clear();
        foreach (var (who, result) in _changed) who.Changed(result);
        _changed.Clear();
        KillPoints.Pass(KillPoint.AfterAcknowledge);
    }

    private void Finish(PendingAnswer who)
    {
        _group ??= AnswerGroup.Take();
        if (!_group.Add(who)) return;
        _group.Queue();
        _group = null;
    }

    private static void Release(Peer peer)
    {
        var isCarrier = peer.IsCarrier;
        KillPoints.Pass(isCarrier ? KillPoint.BeforeSubmit : KillPoint.BeforeAcknowledge);
        peer.Release();
        KillPoints.Pass(isCarrier ? KillPoint.AfterSubmit : KillPoint.AfterAcknowledge);
    }
}
