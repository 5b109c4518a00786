namespace Codec;

/// <summary>Parts of one message, as far as they came.</summary>
public sealed class JoinedMessage
{
    private readonly byte[]?[] _parts;
    private readonly long[] _tags;

    internal JoinedMessage(in PartKey key, long firstAt)
    {
        Key = key;
        FirstAt = firstAt;
        _parts = new byte[key.Total][];
        _tags = new long[key.Total];
    }

    /// <summary>What the parts have in common.</summary>
    public PartKey Key { get; }

    /// <summary>When the first part came, in the caller's units.</summary>
    public long FirstAt { get; }

    /// <summary>How many different parts came.</summary>
    public int Received { get; private set; }

    /// <summary>Octets of the parts that came.</summary>
    public int Length { get; private set; }

    /// <summary>Whether all parts came.</summary>
    public bool IsComplete => Received == _parts.Length;

    /// <summary>
    /// Part <paramref name="sequence"/>'s text (1 is the first) and the tag it came with; false if it did not come.
    /// </summary>
    public bool TryGetPart(int sequence, out ReadOnlySpan<byte> text, out long tag)
    {
        bool has = sequence >= 1 && sequence <= _parts.Length && _parts[sequence - 1] is not null;
        text = has ? _parts[sequence - 1] : default;
        tag = has ? _tags[sequence - 1] : 0;
        return has;
    }

    /// <summary>
    /// Writes the parts' texts one after the other, missing ones left out; gives the octets written, or -1 if they are
    /// more than <paramref name="destination"/> takes.
    /// </summary>
    public int CopyTo(Span<byte> destination)
    {
        if (destination.Length < Length)
        {
            return -1;
        }

        int at = 0;
        foreach (byte[]? part in _parts)
        {
            part?.CopyTo(destination[at..]);
            at += part?.Length ?? 0;
        }

        return at;
    }

    internal JoinResult Add(byte sequence, ReadOnlySpan<byte> text, long tag)
    {
        ref byte[]? part = ref _parts[sequence - 1];
        if (part is not null)
        {
            return text.SequenceEqual(part) ? JoinResult.Repeated : JoinResult.Conflict;
        }

        part = text.ToArray();
        _tags[sequence - 1] = tag;
        Received++;
        Length += text.Length;
        return IsComplete ? JoinResult.Complete : JoinResult.Waiting;
    }
}
