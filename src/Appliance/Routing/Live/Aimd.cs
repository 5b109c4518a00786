namespace Appliance.Routing.Live;

/// <summary>
/// How much a link may have unanswered, and how fast it may send: a little more with each answer, a part less when the
/// carrier says that it is too much (ESME_RTHROTTLED, ESME_RMSGQFUL).
/// </summary>
/// <param name="mostWindow">The configured window.</param>
/// <param name="mostRate">The configured messages a second; 0 for no limit.</param>
public sealed class Aimd(int mostWindow, int mostRate)
{
    private const double Decrease = 0.7;
    private const double RateDecrease = 0.8;
    private const long Second = 1_000;

    /// <summary>One answer of those that were under way together is news; the others say the same.</summary>
    private const long Quiet = 500;

    /// <summary>Share of the rate at which it was throttled that each second without throttling gives back.</summary>
    private const double RateStep = 0.05;

    /// <summary>Below this part of the configured rate it does not fall.</summary>
    private const double LeastRate = 0.02;

    private double _window = mostWindow;
    private double _rate;
    private double _step;
    private bool _isLimited;
    private long _lastThrottle = long.MinValue;
    private long _secondFrom = long.MinValue;
    private int _goodOfSecond;
    private double _measured;

    /// <summary>Requests that may be unanswered, 1 to the configured window.</summary>
    public int Window => Math.Max(1, (int)_window);

    /// <summary>Messages a second; 0 for no limit.</summary>
    public double Rate => _isLimited ? _rate : mostRate;

    /// <param name="now">Milliseconds since 1970.</param>
    public void Good(long now)
    {
        // About one more for a window full of answers.
        _window = Math.Min(mostWindow, _window + (1 / _window));
        Measure(now);
        _goodOfSecond++;
    }

    public void Throttled(long now)
    {
        Measure(now);
        if (_lastThrottle != long.MinValue && now - _lastThrottle < Quiet) return;
        _lastThrottle = now;
        _window = Math.Max(1, _window * Decrease);
        var taken = Math.Max(_measured, _goodOfSecond);
        var from = _isLimited ? Math.Min(_rate, Math.Max(taken, _rate * Decrease)) : taken;
        if (!_isLimited && mostRate > 0) from = Math.Min(from, mostRate);
        _rate = Math.Max(Math.Max(1, mostRate * LeastRate), from * RateDecrease);
        _step = Math.Max(1, from * RateStep);
        _isLimited = true;
    }

    /// <summary>Lets time pass: to be called about once a second where no answers come.</summary>
    public void Measure(long now)
    {
        if (_secondFrom == long.MinValue) _secondFrom = now;
        var passed = now - _secondFrom;
        if (passed < Second) return;
        _measured = _goodOfSecond * (double)Second / passed;
        _goodOfSecond = 0;
        _secondFrom = now;
        if (!_isLimited || now - _lastThrottle < Second) return;
        _rate += _step * Math.Min(passed / Second, 60);
        // Without a configured rate the limit ends where it no longer binds.
        if (mostRate > 0 ? _rate >= mostRate : _rate > (2 * _measured) + 100) _isLimited = false;
    }
}
