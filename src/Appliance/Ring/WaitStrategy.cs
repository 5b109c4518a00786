namespace Appliance.Ring;

/// <summary>How the ring's one consumer waits for work.</summary>
public interface IWaitStrategy
{
    /// <summary>Returns when <paramref name="ready"/> holds, or after <see cref="Signal"/>.</summary>
    void Wait<TState>(Func<TState, bool> ready, TState state);

    /// <summary>Wakes the consumer if it sleeps; cheap if it doesn't.</summary>
    void Signal();
}

/// <summary>Sleeps when idle: the default, kind to a machine that has other work.</summary>
public sealed class BlockingWait : IWaitStrategy
{
    private readonly object _bell = new();
    private int _sleeping;

    public void Wait<TState>(Func<TState, bool> ready, TState state)
    {
        for (var spins = 0; spins < 20; spins++)
        {
            if (ready(state)) return;
            Thread.SpinWait(8);
        }

        lock (_bell)
        {
            Volatile.Write(ref _sleeping, 1);
            // Full fence: a producer either sees that we sleep, or published early enough for the check below.
            Interlocked.MemoryBarrier();
            if (!ready(state)) Monitor.Wait(_bell);
            Volatile.Write(ref _sleeping, 0);
        }
    }

    public void Signal()
    {
        // Full fence: what was published before must be visible before we read whether the consumer sleeps.
        Interlocked.MemoryBarrier();
        // One of the producers rings; the others go on.
        if (Volatile.Read(ref _sleeping) == 0 || Interlocked.Exchange(ref _sleeping, 0) == 0) return;
        lock (_bell) Monitor.Pulse(_bell);
    }
}

/// <summary>Gives the core away between looks: low latency on a box with cores to spare.</summary>
public sealed class YieldingWait : IWaitStrategy
{
    private int _signals;

    public void Wait<TState>(Func<TState, bool> ready, TState state)
    {
        var seen = Volatile.Read(ref _signals);
        for (var spins = 0; !ready(state) && seen == Volatile.Read(ref _signals); spins++)
        {
            if (spins > 100) Thread.Yield();
            else Thread.SpinWait(4);
        }
    }

    public void Signal() => Volatile.Write(ref _signals, _signals + 1);
}

/// <summary>Never gives the core away: for a pinned core on bare metal.</summary>
public sealed class BusySpinWait : IWaitStrategy
{
    private int _signals;

    public void Wait<TState>(Func<TState, bool> ready, TState state)
    {
        var seen = Volatile.Read(ref _signals);
        while (!ready(state) && seen == Volatile.Read(ref _signals)) Thread.SpinWait(1);
    }

    public void Signal() => Volatile.Write(ref _signals, _signals + 1);
}
