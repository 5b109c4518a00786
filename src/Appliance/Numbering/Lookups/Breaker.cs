namespace Appliance.Numbering.Lookups;

/// <summary>
/// Leaves alone who keeps failing: after some failures in a row nobody gets in for a pause, then one tries; if that
/// fails the next pause begins. Any thread.
/// </summary>
internal sealed class Breaker(TimeProvider time)
{
    internal const int Failures = 5;
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private int _inARow;
    private long _lastEntry;

    /// <summary>Whether it is being left alone.</summary>
    internal bool IsOpen
    {
        get
        {
            lock (_lock) return _inARow >= Failures;
        }
    }

    /// <summary>Whether it may be asked; who was let in says how it went.</summary>
    internal bool TryEnter()
    {
        lock (_lock)
        {
            if (_inARow >= Failures && time.GetElapsedTime(_lastEntry) < Pause) return false;
            // The one that tries begins the next pause, so that it stays the only one.
            _lastEntry = time.GetTimestamp();
            return true;
        }
    }

    internal void Succeeded()
    {
        lock (_lock) _inARow = 0;
    }

    internal void Failed()
    {
        lock (_lock)
        {
            // Of many that were under way only those count that were let in while it was well.
            if (_inARow < Failures && ++_inARow == Failures) _lastEntry = time.GetTimestamp();
        }
    }
}
