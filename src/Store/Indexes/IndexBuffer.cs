using System.Diagnostics;

namespace Store;

/// <summary>
/// What a background-written index has been given and not yet written. One thread fills it, any thread reads it; it is
/// used again after it has been written (<see cref="BufferedIndex{T}"/> says how readers notice).
/// </summary>
internal abstract class IndexBuffer(int capacity)
{
    private int _count;
    private ulong _floor = ulong.MaxValue;
    private long _since;
    private long _dueSince;

    internal int Capacity { get; } = capacity;

    /// <summary>Entries in here; whoever sees the count sees what it counts.</summary>
    internal int Count => Volatile.Read(ref _count);

    internal bool IsFull => _count == Capacity;

    /// <summary>
    /// The lowest journal position from which a recovery would come to an entry of this buffer again;
    /// <see cref="ulong.MaxValue"/> when empty.
    /// </summary>
    internal ulong Floor => Volatile.Read(ref _floor);

    /// <summary>Stopwatch's time of the first entry.</summary>
    internal long Since => Volatile.Read(ref _since);

    /// <summary>Stopwatch's time at which it was handed to the background thread; 0 while it is being filled.</summary>
    internal long DueSince
    {
        get => Volatile.Read(ref _dueSince);
        set => Volatile.Write(ref _dueSince, value);
    }

    /// <summary>
    /// The buffer may be written once the journal is committed up to here: an index never tells of what is not in the
    /// log. Set when the buffer is handed to the background thread.
    /// </summary>
    internal ulong ReadyAt { get; set; }

    /// <summary>The place of the next entry, which the caller fills and then publishes.</summary>
    protected int Next => _count;

    /// <summary>Makes the entry at <see cref="Next"/> visible to readers.</summary>
    protected void Publish(ulong floor)
    {
        if (_count == 0)
        {
            Volatile.Write(ref _since, Stopwatch.GetTimestamp());
        }
        if (floor < _floor)
        {
            // Before the count, so that a floor read together with the entry is never above it.
            Volatile.Write(ref _floor, floor);
        }
        Volatile.Write(ref _count, _count + 1);
    }

    internal virtual void Reset()
    {
        Volatile.Write(ref _count, 0);
        Volatile.Write(ref _floor, ulong.MaxValue);
        Volatile.Write(ref _since, 0);
        DueSince = 0;
    }
}
