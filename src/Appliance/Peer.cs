namespace Appliance;

/// <summary>
/// Someone the ring speaks to. Decisions are staged here as bytes; they leave only in <see cref="Release"/>,
/// after the batch is durable.
/// </summary>
/// <remarks>Owned by the ring's thread, but for Release.</remarks>
public abstract class Peer
{
    /// <summary>Milliseconds without a request after which a peer whose answers are kept may be waiting for them.
    /// </summary>
    private const long Silence = 2;

    /// <summary>So often one after the other it fell silent after as many requests: that is all it has unanswered at a
    /// time.</summary>
    private const int Sure = 8;

    /// <summary>Milliseconds for which that is taken to be so.</summary>
    private const long Remembered = 10_000;

    private byte[] _staged = [];
    private int _stagedBefore;
    private int _answers;
    private int _mostAnswers = int.MaxValue;
    private int _silentAfter;
    private int _silences;
    private long _answeredAt;
    private long _learnedAt;
    private string? _end;

    /// <summary>Bytes staged and not yet given to a batch.</summary>
    public int StagedLength { get; private set; }

    /// <summary>What the deciding stage keeps about this peer.</summary>
    public object? State { get; set; }

    /// <summary>Whether it is a carrier, not an ESME.</summary>
    public bool IsCarrier { get; set; }

    /// <summary>Whether what is staged is waited for: little more can be, until the peer has answered.</summary>
    public bool MustHear { get; set; }

    /// <summary>Whether all that is staged for it goes out with its batch: its session is about to end.</summary>
    public bool KeepsNothing { get; set; }

    /// <summary>Submissions of this peer answered so far; the session reads it to know its window.</summary>
    public long Answered;

    /// <summary>Whether anything is staged.</summary>
    public bool HasStaged => StagedLength > 0;

    /// <returns>The size of the buffer it takes to stage so many bytes more; 0 if the one it has will do.</returns>
    public int RoomFor(int length)
    {
        var needed = StagedLength + length;
        if (needed <= _staged.Length) return 0;
        // As much as in the batch before is likely; one that is too small after all is at least doubled.
        return Math.Max(needed, StagedLength == 0 ? _stagedBefore : _staged.Length * 2);
    }

    /// <summary>The buffer for what is staged from now on; what is staged moves there.</summary>
    /// <returns>The one before.</returns>
    public byte[] StageIn(byte[] buffer)
    {
        _staged.AsSpan(0, StagedLength).CopyTo(buffer);
        var before = _staged;
        _staged = buffer;
        return before;
    }

    /// <summary>Takes <paramref name="length"/> bytes of the room there is: see <see cref="RoomFor"/>.</summary>
    public Span<byte> Stage(int length)
    {
        var span = _staged.AsSpan(StagedLength, length);
        StagedLength += length;
        return span;
    }

    /// <summary>Gives back what a PDU did not use of the room it took.</summary>
    public void Unstage(int length) => StagedLength -= length;

    /// <summary>The answer to a request of its own is staged.</summary>
    /// <param name="now">Milliseconds since 1970.</param>
    public void StagedAnswer(long now)
    {
        if (Math.Abs(now - _learnedAt) > Remembered) _mostAnswers = int.MaxValue;
        _answeredAt = now;
        if (++_answers >= _mostAnswers) MustHear = true;
    }

    /// <summary>Whether what is staged may wait for more.</summary>
    public bool MayWait => HasStaged && !MustHear && !KeepsNothing;

    /// <summary>What is staged now is the last that it hears; the reason is for the log.</summary>
    public void CloseWhenHeard(string reason)
    {
        MustHear = true;
        _end = reason;
    }

    /// <summary>Gives what is staged to a batch.</summary>
    /// <param name="now">Milliseconds since 1970.</param>
    public void TakeStaged(OutgoingBatch batch, long now)
    {
        MustHear = false;
        if (_answers > 0) LookForWindow(now);
        _answers = 0;
        // What was unstaged again may have left nothing.
        if (StagedLength == 0) return;
        batch.Add(this, _staged, StagedLength, _end);
        _stagedBefore = StagedLength;
        StagedLength = 0;
        _staged = [];
    }

    /// <summary>Who may have few requests unanswered is not to wait for as many answers again and again.</summary>
    private void LookForWindow(long now)
    {
        if (now - _answeredAt < Silence) return;
        _silences = _answers == _silentAfter ? _silences + 1 : 1;
        _silentAfter = _answers;
        if (_silences < Sure) return;
        (_mostAnswers, _learnedAt, _silences) = (_answers, now, 0);
    }

    /// <summary>Lets bytes that were staged go out. The act stage's.</summary>
    /// <param name="end">Why it is the last that goes out; null where it is not.</param>
    /// <returns>A buffer that is no longer needed.</returns>
    public byte[] Release(byte[] staged, int length, string? end)
    {
        Send(ref staged, length);
        if (end is not null) CloseWhenSent(end);
        return staged;
    }

    /// <summary>Ends the session once what was handed over is sent.</summary>
    public abstract void CloseWhenSent(string reason);

    /// <summary>Ends the session; the reason is for the log.</summary>
    public abstract void Close(string reason);

    /// <summary>Hands durable bytes to the transport; must not block.</summary>
    /// <param name="staged">Holds them; the transport may keep it and give another for it.</param>
    protected abstract void Send(ref byte[] staged, int length);
}
