namespace Appliance;

/// <summary>
/// Someone the ring speaks to. Decisions are staged here as bytes; they leave only in <see cref="Release"/>,
/// after the batch is durable.
/// </summary>
/// <remarks>Owned by the ring's thread, but for what an implementation does in Release.</remarks>
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

    /// <summary>Lets the staged bytes go out.</summary>
    public void Release()
    {
        var length = StagedLength;
        StagedLength = 0;
        Send(ref _staged, length);
        // A burst should not keep its buffer for ever.
        if (_staged.Length > 256 * 1024 && length < 16 * 1024) _staged = new byte[16 * 1024];
    }

    /// <summary>Ends the session; the reason is for the log.</summary>
    public abstract void Close(string reason);

    /// <summary>Hands durable bytes to the transport; must not block.</summary>
    /// <param name="staged">Holds them; the transport may keep it and give another for it.</param>
    protected abstract void Send(ref byte[] staged, int length);
}
