using System.Diagnostics;

namespace Appliance;

/// <summary>
/// The time of day as the appliance uses it: it never goes back and never jumps while messages are on their way. It
/// runs with the machine's monotonic clock and is led gently towards the wall clock, so that a corrected or a wrong
/// wall clock stalls no timer.
/// </summary>
public static class Clock
{
    /// <summary>How fast a difference to the wall clock is made up: a twentieth of the time that passes.</summary>
    private const long Slew = 20;

    private static readonly long Started = Stopwatch.GetTimestamp();
    private static readonly Lock Setting = new();
    private static long _offset = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
    private static long _correctedAt;

    /// <summary>Milliseconds since 1970.</summary>
    public static long UnixMs => Elapsed + Volatile.Read(ref _offset);

    /// <summary>Nanoseconds of the machine's monotonic clock since the start, for rates.</summary>
    public static long Nanoseconds =>
        (Stopwatch.GetTimestamp() - Started) * (1_000_000_000 / Stopwatch.Frequency);

    /// <summary>Milliseconds since 1970 at a moment of the monotonic clock, which many events may share.</summary>
    /// <param name="ticks">Stopwatch ticks.</param>
    public static long UnixMsAt(long ticks) =>
        ((ticks - Started) / (Stopwatch.Frequency / 1000)) + Volatile.Read(ref _offset);

    /// <summary>As <see cref="Nanoseconds"/>, at a moment of the monotonic clock.</summary>
    /// <param name="ticks">Stopwatch ticks.</param>
    public static long NanosecondsAt(long ticks) => (ticks - Started) * (1_000_000_000 / Stopwatch.Frequency);

    private static long Elapsed => (Stopwatch.GetTimestamp() - Started) / (Stopwatch.Frequency / 1000);

    /// <summary>Follows the wall clock a little; called by one thread, many times a second.</summary>
    public static void Correct(long wallUnixMs)
    {
        lock (Setting)
        {
            var elapsed = Elapsed;
            var most = (elapsed - _correctedAt) / Slew;
            if (most == 0) return;
            _correctedAt = elapsed;
            var difference = wallUnixMs - (elapsed + _offset);
            Volatile.Write(ref _offset, _offset + Math.Clamp(difference, -most, most));
        }
    }

    /// <summary>It is this time now. For a start, and for when nothing is on its way.</summary>
    public static void Step(long unixMs)
    {
        lock (Setting)
        {
            _correctedAt = Elapsed;
            Volatile.Write(ref _offset, unixMs - _correctedAt);
        }
    }
}
