using System.Buffers.Binary;

namespace Appliance.Decide;

/// <summary>
/// The bodies of messages that wait, while they are young: one circular buffer; what is overwritten is read from the
/// journal instead.
/// </summary>
/// <param name="capacity">Bytes; a power of two.</param>
public sealed class BodyCache(int capacity)
{
    /// <summary>Bytes most bodies are not longer than.</summary>
    private const int OfMost = 256;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(capacity);
    private long _next;

    /// <returns>Where it is, or -1 if it is too long to be kept.</returns>
    public long Add(ReadOnlySpan<byte> body)
    {
        var needed = sizeof(int) + body.Length;
        if (needed > capacity / 16) return -1;
        // A body never wraps: what is left at the end of the buffer is skipped.
        var start = (int)(_next & (capacity - 1));
        if (start + needed > capacity)
        {
            _next += capacity - start;
            start = 0;
        }

        var at = _next;
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(start), body.Length);
        body.CopyTo(_bytes.AsSpan(start + sizeof(int)));
        _next += needed;
        return at;
    }

    /// <summary>About where the body put at <paramref name="at"/> is, without a look at it.</summary>
    public bool TryFind(long at, out ReadOnlySpan<byte> start)
    {
        start = default;
        if (at < 0 || _next - at > capacity) return false;
        start = _bytes.AsSpan((int)(at & (capacity - 1)));
        start = start[..Math.Min(start.Length, OfMost)];
        return true;
    }

    /// <summary>Gives the body put at <paramref name="at"/> unless it has been overwritten since.</summary>
    public bool TryGet(long at, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (at < 0 || _next - at > capacity) return false;
        var start = (int)(at & (capacity - 1));
        body = _bytes.AsSpan(start + sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(start)));
        return true;
    }
}
