namespace Measured;

/// <summary>
/// What some work allocates. A collection that another thread causes counts what is left of this thread's allocation
/// context, up to 8 KiB, as allocated: so the work is done several times, and the least counts.
/// </summary>
internal static class Allocations
{
    private const int Rounds = 5;

    public static long Least(Action work)
    {
        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++) least = Math.Min(least, Of(work));
        return least;
    }

    /// <summary>Once: for what is bounded only, or looked at over many rounds.</summary>
    public static long Of(Action work)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
