using Appliance.Peers.Spec;

namespace Appliance.Peers.Sending;

/// <summary>
/// When each message is meant to be sent. With a rate the times are set before and do not wait for the server: a
/// message that could only leave late has its intended time all the same, and its latency counts from there (no
/// coordinated omission). Without a rate every message is due as soon as a window has room.
/// </summary>
internal sealed class Arrivals
{
    private readonly double _interval;
    private readonly Dice? _poisson;
    private readonly long _limit;
    private double _next;
    private long _end = long.MaxValue;

    /// <param name="perSecond">0: as fast as the windows let it.</param>
    /// <param name="limit">Messages in all; 0: no limit.</param>
    /// <param name="poisson">Gaps exponentially distributed by these dice; evenly spaced without them.</param>
    internal Arrivals(double perSecond, long limit, Dice? poisson)
    {
        _interval = perSecond > 0 ? Duration.Second / perSecond : 0;
        _limit = limit > 0 ? limit : long.MaxValue;
        _poisson = poisson;
    }

    internal bool IsPaced => _interval > 0;

    /// <summary>Messages handed out.</summary>
    internal long Taken { get; private set; }

    /// <summary>When the next one is due; never, once all have been handed out.</summary>
    internal long NextAt => Taken >= _limit || _next >= _end ? long.MaxValue : (long)_next;

    /// <summary>Starts the clock. Messages meant for a time after <paramref name="end"/> are not sent.</summary>
    internal void Start(long now, long end)
    {
        _next = now;
        _end = end;
    }

    /// <summary>No more: what is not yet handed out never will be.</summary>
    internal void Stop() => _end = 0;

    /// <summary>Takes the next message, if it is due.</summary>
    internal bool TryTake(long now, out long intended)
    {
        intended = now;
        if (Taken >= _limit) return false;
        if (!IsPaced)
        {
            if (now >= _end) return false;
            Taken++;
            return true;
        }
        if (_next > now || _next >= _end) return false;
        intended = (long)_next;
        _next += _poisson is null ? _interval : -_interval * Math.Log(1 - _poisson.Fraction());
        Taken++;
        return true;
    }
}
