namespace Appliance.Ring;

/// <summary>
/// What one source of submissions, an account, has in the ring. Producers count what enters, each processor on lines of
/// its own; the act stage counts what leaves, a batch at a time.
/// </summary>
public sealed class SourceShare
{
    /// <summary>Enough that two loops on two processors seldom share one; a power of two.</summary>
    private const int Stripes = 4;

    private readonly PaddedLong[] _entered = new PaddedLong[Stripes];
    private PaddedLong _left;
    private int _weight = 1;

    /// <summary>Its weight among the others that send.</summary>
    public int Weight
    {
        get => Volatile.Read(ref _weight);
        internal set => Volatile.Write(ref _weight, value);
    }

    /// <summary>Its submissions in the ring or not yet durable. Any thread; what is on its way to be counted may be
    /// missing.</summary>
    public long Count
    {
        get
        {
            // What left before what entered: one that goes in between is counted once too often, never too seldom.
            var count = -Volatile.Read(ref _left.Value);
            foreach (ref var stripe in _entered.AsSpan()) count += Volatile.Read(ref stripe.Value);
            return count;
        }
    }

    /// <summary>Of the batch that is being decided; the ring's thread's.</summary>
    internal int Taken { get; set; }

    /// <summary>When it was seen last, in Stopwatch ticks, and whether it counts among those that send; the ring's
    /// thread's.</summary>
    internal long SeenAt { get; set; }

    internal bool IsActive { get; set; }

    internal void Enter() =>
        Interlocked.Increment(ref _entered[Thread.GetCurrentProcessorId() & (Stripes - 1)].Value);

    /// <summary>One thread after the other.</summary>
    internal void Leave(int submissions) => Volatile.Write(ref _left.Value, _left.Value + submissions);
}

/// <summary>The submissions of one batch: how many, of whom, and when the first of them came.</summary>
public sealed class SubmissionBatch
{
    /// <summary>How many it took.</summary>
    public int Count { get; internal set; }

    /// <summary>When the first of them came, in Stopwatch ticks.</summary>
    public long First { get; internal set; }

    internal List<(SourceShare Source, int Count)> Parts { get; } = [];
}
