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
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
