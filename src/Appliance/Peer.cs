namespace Appliance;

/// <summary>
/// Someone the ring speaks to. Decisions are staged here as bytes; they leave only in <see cref="Release"/>,
/// after the batch is durable.
/// </summary>
/// <remarks>Owned by the ring's thread, but for Release.</remarks>
public abstract class Peer
{
    private byte[] _staged = [];

    /// <summary>Bytes staged in this batch.</summary>
    protected int StagedLength { get; private set; }

    /// <summary>What the deciding stage keeps about this peer.</summary>
    public object? State { get; set; }

    /// <summary>Whether it is a carrier, not an ESME.</summary>
    public bool IsCarrier { get; set; }

    /// <summary>Submissions of this peer answered so far; the session reads it to know its window.</summary>
    public long Answered;

    /// <summary>Whether anything is staged.</summary>
    public bool HasStaged => StagedLength > 0;

    /// <summary>Room for a PDU of <paramref name="length"/> bytes.</summary>
    public Span<byte> Stage(int length)
    {
        var needed = StagedLength + length;
        if (needed > _staged.Length) Array.Resize(ref _staged, Math.Max(needed, Math.Max(1024, _staged.Length * 2)));
        var span = _staged.AsSpan(StagedLength, length);
        StagedLength = needed;
        return span;
    }

    /// <summary>Gives back what a PDU did not use of the room it took.</summary>
    public void Unstage(int length) => StagedLength -= length;

    /// <summary>The buffer for what is staged next.</summary>
    public void StageIn(byte[] buffer) => _staged = buffer;

    /// <summary>Gives what is staged to a batch.</summary>
    public void TakeStaged(OutgoingBatch batch)
    {
        // What was unstaged again may have left nothing.
        if (StagedLength == 0) return;
        batch.Add(this, _staged, StagedLength);
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
