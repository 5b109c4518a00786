using System.Collections.Concurrent;

namespace Appliance.Ingress.Http;

/// <summary>
/// Requests for reuse. Those that grew to hold a batch are kept apart and are few, so that single messages do not tie
/// up a batch's memory each.
/// </summary>
internal sealed class SubmitPool(TimeSpan longestValidity)
{
    // About 0.7 KiB each: as many as requests are likely to wait for one sync.
    private const int MaxSingles = 2048;

    // About 0.7 MiB each.
    private const int MaxBatches = 16;
    private const int SmallCapacity = 4;

    private readonly ConcurrentQueue<SubmitRequest> _singles = new();
    private readonly ConcurrentQueue<SubmitRequest> _batches = new();
    private int _singleCount;
    private int _batchCount;

    /// <param name="large">Whether the body looks like a batch.</param>
    public SubmitRequest Rent(bool large)
    {
        if (large ? _batches.TryDequeue(out var request) : _singles.TryDequeue(out request))
        {
            Interlocked.Decrement(ref large ? ref _batchCount : ref _singleCount);
            return request;
        }

        return new SubmitRequest { LongestValidity = longestValidity };
    }

    /// <summary>Only for a request that nobody will complete any more.</summary>
    public void Return(SubmitRequest request)
    {
        request.Reset();
        if (request.Capacity > SmallCapacity)
            Keep(_batches, request, ref _batchCount, MaxBatches);
        else
            Keep(_singles, request, ref _singleCount, MaxSingles);
    }

    private static void Keep(ConcurrentQueue<SubmitRequest> queue, SubmitRequest request, ref int count, int max)
    {
        if (Interlocked.Increment(ref count) <= max)
            queue.Enqueue(request);
        else
            Interlocked.Decrement(ref count);
    }
}
