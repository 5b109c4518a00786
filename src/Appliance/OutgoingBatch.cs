using Appliance.Ring;

namespace Appliance;

/// <summary>
/// What one batch has decided to say, and may say once its records are durable. Filled by the ring's thread; then the
/// act stage's.
/// </summary>
/// <param name="home">Gets it back.</param>
public sealed class OutgoingBatch(Outgoing home)
{
    private readonly List<(Peer Peer, byte[] Staged, int Length, string? End)> _said = [];
    private readonly List<(PendingAnswer Who, ulong Position, long UnixMs, Refusal Refusal)> _answers = [];
    private readonly List<(PendingAnswer Who, ulong Last)> _located = [];
    private readonly List<(PendingAnswer Who, ChangeResult Result)> _changed = [];
    private AnswerGroup? _group;

    /// <summary>Its records.</summary>
    public LogMark Mark { get; set; }

    /// <summary>Submissions it took.</summary>
    public SubmissionBatch Submissions { get; } = new();

    public void Add(Peer peer, byte[] staged, int length, string? end) => _said.Add((peer, staged, length, end));

    public void Accepted(PendingAnswer who, ulong position, long unixMs) =>
        _answers.Add((who, position, unixMs, Refusal.None));

    public void Refused(PendingAnswer who, Refusal refusal) => _answers.Add((who, 0, 0, refusal));

    public void Located(PendingAnswer who, ulong last) => _located.Add((who, last));

    public void Changed(PendingAnswer who, ChangeResult result) => _changed.Add((who, result));

    /// <summary>The act: the batch is durable, so it may be heard.</summary>
    public void Release()
    {
        foreach (var (peer, staged, length, end) in _said) Release(peer, staged, length, end);
        _said.Clear();
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
        home.TakeBack(this);
    }

    private void Finish(PendingAnswer who)
    {
        _group ??= AnswerGroup.Take();
        if (!_group.Add(who)) return;
        _group.Queue();
        _group = null;
    }

    private static void Release(Peer peer, byte[] staged, int length, string? end)
    {
        var isCarrier = peer.IsCarrier;
        KillPoints.Pass(isCarrier ? KillPoint.BeforeSubmit : KillPoint.BeforeAcknowledge);
        SpareBuffers.Shared.Give(peer.Release(staged, length, end));
        KillPoints.Pass(isCarrier ? KillPoint.AfterSubmit : KillPoint.AfterAcknowledge);
    }
}
