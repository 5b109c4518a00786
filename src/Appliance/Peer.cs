namespace Appliance;

/// <summary>
/// Someone the ring speaks to. Decisions are staged here as bytes; they leave only in <see cref="Release"/>,
/// after the batch is durable.
/// </summary>
/// <remarks>Owned by the ring's thread, but for Release.</remarks>
public abstract class Peer
{
    private byte[] _staged = [];
    private int _stagedBefore;

    /// <summary>Bytes staged in this batch.</summary>
    public int StagedLength { get; private set; }

    /// <summary>What the deciding stage keeps about this peer.</summary>
    public object? State { get; set; }

    /// <summary>Whether it is a carrier, not an ESME.</summary>
    public bool IsCarrier { get; set; }

    /// <summary>Whether what is staged is waited for: little more can be, until the peer has answered.</summary>
    public bool MustHear { get; set; }

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

    /// <summary>Gives what is staged to a batch.</summary>
    public void TakeStaged(OutgoingBatch batch)
    {
        MustHear = false;
        // What was unstaged again may have left nothing.
        if (StagedLength == 0) return;
        batch.Add(this, _staged, StagedLength);
        _stagedBefore = StagedLength;
        StagedLength = 0;
        _staged = [];
    }

    /// <summary>Lets bytes that were staged go out. The act stage's.</summary>
    /// <returns>A buffer that is no longer needed.</returns>
    public byte[] Release(byte[] staged, int length)
    {
        Send(ref staged, length);
        return staged;
    }

    /// <summary>Ends the session; the reason is for the log.</summary>
    public abstract void Close(string reason);

    /// <summary>Hands durable bytes to the transport; must not block.</summary>
    /// <param name="staged">Holds them; the transport may keep it and give another for it.</param>
    protected abstract void Send(ref byte[] staged, int length);
}
