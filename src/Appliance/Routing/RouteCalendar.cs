using Appliance.Operate;

namespace Appliance.Routing;

/// <summary>
/// Times of routes. Which of them hold is worked out once a minute, since time zones are too slow to ask for each
/// message; what was worked out is exchanged as a whole, so any thread may ask.
/// </summary>
internal sealed class RouteCalendar
{
    private const int MinutesOfDay = 24 * 60;
    private const long Minute = 60_000;
    private const int WordBits = 64;

    private readonly List<(RouteTimeConfiguration Time, TimeZoneInfo Zone)> _times = [];
    private volatile Moment _moment = new(long.MinValue, []);

    private sealed record Moment(long Minute, ulong[] Open);

    /// <summary>Registers a time, before anybody asks.</summary>
    /// <returns>Its number.</returns>
    internal int Add(RouteTimeConfiguration time)
    {
        _times.Add((time, TimeZoneInfo.FindSystemTimeZoneById(time.Zone)));
        return _times.Count - 1;
    }

    /// <param name="now">Milliseconds since 1970.</param>
    internal bool Holds(int time, long now)
    {
        var minute = now / Minute;
        var moment = _moment;
        if (moment.Minute != minute) _moment = moment = Of(minute);
        return (moment.Open[time / WordBits] >> (time % WordBits) & 1) != 0;
    }

    private Moment Of(long minute)
    {
        var open = new ulong[(_times.Count + WordBits - 1) / WordBits];
        var utc = DateTimeOffset.FromUnixTimeMilliseconds(minute * Minute);
        for (var i = 0; i < _times.Count; i++)
        {
            var (time, zone) = _times[i];
            var local = TimeZoneInfo.ConvertTime(utc, zone);
            if (Holds(time, local.DayOfWeek, (local.Hour * 60) + local.Minute))
                open[i / WordBits] |= 1UL << (i % WordBits);
        }

        return new Moment(minute, open);
    }

    /// <param name="minute">Since the day's midnight.</param>
    internal static bool Holds(RouteTimeConfiguration time, DayOfWeek day, int minute)
    {
        var today = (time.Days >> (int)day & 1) != 0;
        if (time.From < time.To) return today && minute >= time.From && minute < time.To;
        var yesterday = (time.Days >> (((int)day + 6) % 7) & 1) != 0;
        return (today && minute >= time.From && minute < MinutesOfDay) || (yesterday && minute < time.To);
    }

    internal static bool IsZone(string name)
    {
        try
        {
            return name.Length > 0 && TimeZoneInfo.FindSystemTimeZoneById(name) is not null;
        }
        catch (Exception error) when (error is TimeZoneNotFoundException or InvalidTimeZoneException
            or ArgumentException or System.Security.SecurityException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
