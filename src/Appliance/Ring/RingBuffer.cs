using System.Numerics;

namespace Appliance.Ring;

/// <summary>
/// A bounded ring of preallocated entries: many producers, one consumer, no allocation and no lock.
/// A producer claims a sequence, fills the entry in place and publishes it; the consumer takes what is published
/// in order and releases it by the batch.
/// </summary>
/// <remarks>The LMAX Disruptor's multi-producer sequencer, with one consumer as the only gate.</remarks>
public sealed class RingBuffer<T> where T : struct
{
    private readonly T[] _entries;
    private readonly int[] _published;
    private readonly int _mask;
    private readonly int _shift;
    private readonly IWaitStrategy _wait;

    // Each of the two sequences lives on a cache line of its own: producers hammer one, the consumer the other.
    private PaddedLong _claimed;
    private PaddedLong _released;
    private TaskCompletionSource? _roomWaiter;

    /// <param name="capacity">Entries; a power of two.</param>
    /// <param name="wait">How the consumer waits when there is nothing to do.</param>
    public RingBuffer(int capacity, IWaitStrategy wait)
    {
        if (!BitOperations.IsPow2(capacity))
            throw new ArgumentException($"ring capacity must be a power of two, not {capacity}", nameof(capacity));
        _entries = new T[capacity];
        _published = new int[capacity];
        Array.Fill(_published, -1);
        _mask = capacity - 1;
        _shift = BitOperations.Log2((uint)capacity);
        _wait = wait;
        _claimed.Value = -1;
        _released.Value = -1;
    }

    public int Capacity => _entries.Length;

    /// <summary>Entries claimed and not yet released: what waits or is being worked on.</summary>
    public int Used => (int)(Volatile.Read(ref _claimed.Value) - Volatile.Read(ref _released.Value));

    public ref T this[long sequence] => ref _entries[(int)sequence & _mask];

    /// <summary>Whether more than <paramref name="reserve"/> entries are free.</summary>
    public bool HasRoom(int reserve) => Used < _entries.Length - reserve;

    /// <summary>Claims one entry unless fewer than <paramref name="reserve"/> would stay free.</summary>
    /// <param name="reserve">Entries kept for producers that cannot be refused.</param>
    public bool TryClaim(int reserve, out long sequence)
    {
        var claimed = Volatile.Read(ref _claimed.Value);
        while (true)
        {
            if (claimed + 1 - Volatile.Read(ref _released.Value) > _entries.Length - reserve)
            {
                sequence = -1;
                return false;
            }

            var seen = Interlocked.CompareExchange(ref _claimed.Value, claimed + 1, claimed);
            if (seen == claimed)
            {
                sequence = claimed + 1;
                return true;
            }

            claimed = seen;
        }
    }

    /// <summary>Completes when there may be room again; for producers that cannot be refused.</summary>
    public Task RoomAsync()
    {
        var fresh = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiter = Interlocked.CompareExchange(ref _roomWaiter, fresh, null) ?? fresh;
        if (Used < Capacity) Interlocked.Exchange(ref _roomWaiter, null)?.TrySetResult();
        _wait.Signal();
        return waiter.Task;
    }

    /// <summary>Makes a filled entry visible to the consumer; <see cref="Wake"/> follows, once for many
    /// entries.</summary>
    public void Publish(long sequence) =>
        // Release: the entry's contents must be seen before the mark that says they are there.
        Volatile.Write(ref _published[(int)sequence & _mask], (int)(sequence >> _shift));

    /// <summary>Wakes the consumer if it sleeps.</summary>
    public void Wake() => _wait.Signal();

    /// <summary>Waits until the entry <paramref name="next"/> is published.</summary>
    /// <returns>The last sequence that is published without a gap, or next - 1 after <see cref="Wake"/>.</returns>
    public long WaitFor(long next, int most)
    {
        if (!IsPublished(next)) _wait.Wait(static state => state.Ring.IsPublished(state.Next), (Ring: this,
            Next: next));
        var end = next;
        var limit = next + most;
        while (end < limit && IsPublished(end)) end++;
        return end - 1;
    }

    /// <summary>Gives entries up to and with <paramref name="sequence"/> back to the producers.</summary>
    public void Release(long sequence)
    {
        Volatile.Write(ref _released.Value, sequence);
        // Full fence: a producer either sees the space or has left its waiter where we see it.
        Interlocked.MemoryBarrier();
        if (_roomWaiter is not null) Interlocked.Exchange(ref _roomWaiter, null)?.TrySetResult();
    }

    private bool IsPublished(long sequence) =>
        // Acquire: pairs with Publish.
        Volatile.Read(ref _published[(int)sequence & _mask]) == (int)(sequence >> _shift);
}
