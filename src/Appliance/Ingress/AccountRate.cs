namespace Appliance.Ingress;

/// <summary>
/// The messages a second an account may send, over all its sessions and HTTP requests; a second's worth may come at
/// once. One word of state, the time at which all that was let through would be paid for (GCRA, as in ITU-T I.371), so
/// that any thread may ask without a lock.
/// </summary>
/// <param name="perSecond">Messages; 0 for no limit.</param>
public sealed class AccountRate(int perSecond)
{
    private const long Second = 1_000_000_000;
    private readonly long _interval = perSecond == 0 ? 0 : Second / perSecond;
    private long _paid;

    /// <summary>Messages; 0 for no limit.</summary>
    public int PerSecond => perSecond;

    /// <param name="now">Nanoseconds of a clock that never goes back.</param>
    /// <param name="wait">Nanoseconds until the next message may come, where this one may not.</param>
    public bool TryTake(long now, out long wait)
    {
        wait = 0;
        if (perSecond == 0) return true;
        while (true)
        {
            var paid = Volatile.Read(ref _paid);
            var next = Math.Max(paid, now) + _interval;
            wait = WaitUntil(next, now);
            if (wait > 0) return false;
            if (Interlocked.CompareExchange(ref _paid, next, paid) != paid) continue;
            wait = 0;
            return true;
        }
    }

    /// <summary>Nanoseconds until a message may come; 0 or less for now. Takes nothing.</summary>
    /// <param name="now">Nanoseconds of a clock that never goes back.</param>
    public long WaitAt(long now) =>
        perSecond == 0 ? 0 : WaitUntil(Math.Max(Volatile.Read(ref _paid), now) + _interval, now);

    private long WaitUntil(long next, long now) => next - now - Math.Max(Second, _interval);
}
