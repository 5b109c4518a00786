using System.Collections.Concurrent;

namespace Appliance;

/// <summary>
/// Senders who have got their answers in one batch and whose waiting is ended together, away from the ring's thread:
/// waking a thread of the pool costs more than what it then does for one of them.
/// </summary>
public sealed class AnswerGroup : IThreadPoolWorkItem
{
    /// <summary>So many are told one after the other; others of the batch by another thread.</summary>
    private const int Most = 16;

    private static readonly ConcurrentQueue<AnswerGroup> Free = new();

    private readonly PendingAnswer[] _who = new PendingAnswer[Most];
    private int _count;

    private AnswerGroup()
    {
    }

    public static AnswerGroup Take() => Free.TryDequeue(out var used) ? used : new AnswerGroup();

    /// <returns>Whether it is full.</returns>
    public bool Add(PendingAnswer who)
    {
        _who[_count++] = who;
        return _count == Most;
    }

    /// <summary>Lets a thread of the pool end their waiting.</summary>
    public void Queue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    void IThreadPoolWorkItem.Execute()
    {
        // A sender goes on in Finish; its submission may be in another group before this one is through.
        for (var i = 0; i < _count; i++) _who[i].Finish();
        Array.Clear(_who, 0, _count);
        _count = 0;
        Free.Enqueue(this);
    }
}
