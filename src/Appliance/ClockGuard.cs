namespace Appliance;

/// <summary>
/// Whether the wall clock can be believed. A machine that boots with a wrong one would expire its backlog, give up on
/// receipts and drop history; so a wall clock that is far from the newest time in the journal is not followed: the
/// appliance's own goes on from that time until an operator says that the wall clock is right, or it comes near again.
/// </summary>
/// <param name="newest">The newest time in the journal, in milliseconds since 1970; 0 where there is none.</param>
/// <param name="gapMs">Milliseconds by which the wall clock may differ from it.</param>
internal sealed class ClockGuard(long newest, long gapMs, ILogger logger)
{
    /// <summary>What is made up for gently rather than by a step.</summary>
    private const long SmallMs = 2000;

    private long _gap;
    private volatile bool _isHeld;
    private volatile bool _isStepWanted;

    /// <summary>The wall clock is not followed.</summary>
    public bool IsHeld => _isHeld;

    /// <summary>Whether the clock is to be set to the wall clock as soon as nothing is on its way.</summary>
    public bool IsStepWanted => _isStepWanted;

    /// <summary>Seconds by which the wall clock is ahead of the appliance's.</summary>
    public double GapSeconds => Volatile.Read(ref _gap) / 1000.0;

    /// <summary>At the start, before anything looks at the time.</summary>
    public void Begin(long wall)
    {
        if (newest == 0) return;
        Volatile.Write(ref _gap, wall - newest);
        if (Math.Abs(wall - newest) <= gapMs) return;
        _isHeld = true;
        Clock.Step(newest);
        Log.ClockHeld(logger, Time(wall), Describe(wall - newest), Time(newest));
    }

    /// <summary>Many times a second, by one thread.</summary>
    public void Check(long wall)
    {
        var gap = wall - Clock.UnixMs;
        Volatile.Write(ref _gap, gap);
        if (_isHeld)
        {
            if (Math.Abs(gap) > gapMs) return;
            _isHeld = false;
            _isStepWanted = gap > SmallMs;
            Log.ClockBack(logger, Time(wall), Describe(gap));
            return;
        }

        // A journal without a message has no time to compare with, and nothing that a step could harm.
        if (newest == 0 && Math.Abs(gap) > gapMs) _isStepWanted = true;
        if (Math.Abs(gap) <= SmallMs) _isStepWanted = false;
        Clock.Correct(wall);
    }

    /// <summary>An operator says that the wall clock is right.</summary>
    /// <returns>Whether it counts only from the next start: a clock does not go back while it is used.</returns>
    public bool Accept(long wall)
    {
        var gap = wall - Clock.UnixMs;
        Log.ClockAccepted(logger, Time(wall), Describe(gap));
        if (gap < -SmallMs) return true;
        _isHeld = false;
        _isStepWanted = gap > SmallMs;
        return false;
    }

    /// <summary>What is wrong, for /readyz; null where nothing is.</summary>
    public string? Complaint() => !_isHeld ? null
        : $"the wall clock is {Describe(Volatile.Read(ref _gap))} of the newest time in the journal and is not "
        + "followed; set it right, or say that it is with `appliance ctl clock accept`";

    private static string Describe(long gap)
    {
        var time = TimeSpan.FromMilliseconds(Math.Abs(gap));
        var text = time.TotalDays >= 2 ? $"{time.TotalDays:0} days"
            : time.TotalHours >= 2 ? $"{time.TotalHours:0} hours"
            : $"{time.TotalSeconds:0} s";
        return $"{text} {(gap < 0 ? "behind" : "ahead")}";
    }

    private static DateTime Time(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs).UtcDateTime;
}
