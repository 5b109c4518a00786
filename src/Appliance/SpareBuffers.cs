using System.Collections.Concurrent;
using System.Numerics;

namespace Appliance;

/// <summary>
/// Byte buffers between two uses, by their size: who stages much finds one that is large enough, so that buffers are
/// neither grown again nor thrown away in every batch. Any thread.
/// </summary>
/// <param name="most">Bytes kept, of all buffers together.</param>
public sealed class SpareBuffers(long most)
{
    /// <summary>The smallest buffer, in bytes.</summary>
    public const int Smallest = 1024;

    /// <summary>The largest that is kept, in bytes.</summary>
    public const int Largest = 1024 * 1024;

    /// <summary>Those of all connections.</summary>
    public static SpareBuffers Shared { get; } = new(16 * Largest);

    private readonly ConcurrentQueue<byte[]>[] _bySize =
        [.. Enumerable.Range(0, Order(Largest) + 1).Select(_ => new ConcurrentQueue<byte[]>())];

    private long _kept;

    /// <summary>Bytes kept now.</summary>
    public long Kept => Volatile.Read(ref _kept);

    /// <returns>A buffer of <paramref name="length"/> bytes or more; what is in it is of no meaning.</returns>
    public byte[] Take(int length)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, Smallest));
        // One twice or four times as large serves as well; a larger one is left for who needs it.
        var first = Order(size);
        for (var order = first; order < Math.Min(first + 3, _bySize.Length); order++)
        {
            if (!_bySize[order].TryDequeue(out var buffer)) continue;
            Interlocked.Add(ref _kept, -buffer.Length);
            return buffer;
        }
        return GC.AllocateUninitializedArray<byte>(size);
    }

    /// <summary>A buffer is no longer needed.</summary>
    public void Give(byte[] buffer)
    {
        if (buffer.Length is < Smallest or > Largest) return;
        if (Interlocked.Add(ref _kept, buffer.Length) > most)
        {
            Interlocked.Add(ref _kept, -buffer.Length);
            return;
        }
        _bySize[Order(buffer.Length)].Enqueue(buffer);
    }

    private static int Order(int size) => BitOperations.Log2((uint)size) - BitOperations.Log2(Smallest);
}
