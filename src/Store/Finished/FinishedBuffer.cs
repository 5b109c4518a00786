namespace Store;

/// <summary>
/// Pairs (accepted, last) in the order they came. One thread adds; any thread looks. A buffer is used again after it
/// has been written, which <see cref="Generation"/> tells a reader that was still looking.
/// </summary>
internal sealed class FinishedBuffer
{
    internal const int Capacity = 64 * 1024;

    private readonly ulong[] _accepted = new ulong[Capacity];
    private readonly ulong[] _last = new ulong[Capacity];
    private int _count;
    private ulong _min = ulong.MaxValue;
    private long _generation;

    internal int Count => Volatile.Read(ref _count);

    internal bool IsFull => _count == Capacity;

    /// <summary>The smallest accepted position in here; <see cref="ulong.MaxValue"/> when empty.</summary>
    internal ulong Min => Volatile.Read(ref _min);

    internal long Generation => Volatile.Read(ref _generation);

    internal void Add(ulong accepted, ulong last)
    {
        var count = _count;
        _accepted[count] = accepted;
        _last[count] = last;
        if (accepted < _min)
        {
            // Before the count, so that a floor read together with the pair is never above it.
            Volatile.Write(ref _min, accepted);
        }
        // After the pair: whoever sees the count sees what it counts.
        Volatile.Write(ref _count, count + 1);
    }

    /// <summary>The newest pair for a position. 64 K pairs take about 20 us.</summary>
    internal bool TryFind(ulong accepted, out ulong last)
    {
        var at = _accepted.AsSpan(0, Count).LastIndexOf(accepted);
        last = at >= 0 ? _last[at] : 0;
        return at >= 0;
    }

    internal int CopyTo(ulong[] accepted, ulong[] last)
    {
        var count = Count;
        _accepted.AsSpan(0, count).CopyTo(accepted);
        _last.AsSpan(0, count).CopyTo(last);
        return count;
    }

    internal void Reset()
    {
        Interlocked.Increment(ref _generation); // full fence: seen before any pair of the next use
        Volatile.Write(ref _count, 0);
        Volatile.Write(ref _min, ulong.MaxValue);
    }
}
