using System.Buffers.Binary;
using Appliance.Ring;

namespace Appliance.Ingress.Smpp;

/// <summary>The submissions of one session that wait for room in the ring, in their order. For its loop's thread.
/// </summary>
internal sealed class WaitingSubmits(WaitingRoom room)
{
    /// <summary>Bytes of one session that may wait: a few thousand messages. Less than its buffer may have, so that
    /// what is moved to its start is moved seldom.</summary>
    public const int MostBytes = SpareBuffers.Largest * 3 / 4;

    private const int TicksSize = sizeof(long);

    // [ ticks i64 | PDU ] one after the other, between start and end.
    private byte[] _entries = [];
    private int _start;
    private int _end;

    public int Count { get; private set; }

    /// <param name="ticks">Stopwatch ticks when it was received.</param>
    /// <returns>False where too much waits, of this session or of all together.</returns>
    public bool TryAdd(long ticks, ReadOnlySpan<byte> pdu)
    {
        var size = TicksSize + pdu.Length;
        if (_end - _start + size > MostBytes || !room.TryEnter(size)) return false;
        if (_entries.Length - _end < size) MakeRoom(size);
        BinaryPrimitives.WriteInt64LittleEndian(_entries.AsSpan(_end), ticks);
        pdu.CopyTo(_entries.AsSpan(_end + TicksSize));
        _end += size;
        Count++;
        return true;
    }

    /// <summary>The first; good until it is removed.</summary>
    public ReadOnlySpan<byte> First(out long ticks)
    {
        ticks = BinaryPrimitives.ReadInt64LittleEndian(_entries.AsSpan(_start));
        var pdu = _entries.AsSpan(_start + TicksSize, _end - _start - TicksSize);
        return pdu[..(int)BinaryPrimitives.ReadUInt32BigEndian(pdu)];
    }

    public void RemoveFirst()
    {
        var size = TicksSize + First(out _).Length;
        room.Leave(size);
        _start += size;
        if (--Count > 0) return;
        // A session that waits seldom holds nothing for it.
        SpareBuffers.Shared.Give(_entries);
        (_entries, _start, _end) = ([], 0, 0);
    }

    public void Clear()
    {
        while (Count > 0) RemoveFirst();
    }

    private void MakeRoom(int size)
    {
        var used = _end - _start;
        var target = used + size <= _entries.Length / 2 || _entries.Length >= SpareBuffers.Largest
            ? _entries
            : SpareBuffers.Shared.Take(Math.Min(2 * (used + size), SpareBuffers.Largest));
        _entries.AsSpan(_start, used).CopyTo(target);
        if (target != _entries) SpareBuffers.Shared.Give(_entries);
        (_entries, _start, _end) = (target, 0, used);
    }
}
