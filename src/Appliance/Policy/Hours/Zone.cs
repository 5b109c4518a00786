using System.Collections.Concurrent;

namespace Appliance.Policy.Hours;

/// <summary>
/// A time zone as a list of the instants at which its offset changes, from 2020 to 2050, so that a look-up is a search
/// in some sixty numbers. Read once from the system's tz database.
/// </summary>
public sealed class Zone
{
    private const int FirstYear = 2020;
    private const int LastYear = 2050;
    private const long SecondsOfDay = 24 * 60 * 60;

    /// <summary>A zone that every tz database has.</summary>
    private const string Probe = "Europe/London";

    private static readonly ConcurrentDictionary<string, Zone> Known = new(StringComparer.Ordinal);

    private readonly long[] _from;
    private readonly int[] _offsets;

    private Zone(string name, List<(long From, int Offset)> changes)
    {
        Name = name;
        _from = [.. changes.Select(change => change.From)];
        _offsets = [.. changes.Select(change => change.Offset)];
    }

    public string Name { get; }

    /// <summary>Whether the system has a tz database at all.</summary>
    public static bool HasDatabase => Known.ContainsKey(Probe) || TryLoad(Probe) is not null;

    /// <param name="name">Of the tz database, such as Europe/Paris.</param>
    /// <param name="fault">What was expected where there is none.</param>
    public static Zone? Find(string name, out string? fault)
    {
        fault = null;
        if (Known.TryGetValue(name, out var known)) return known;
        if (TryLoad(name) is { } zone) return Known.GetOrAdd(name, new Zone(name, ChangesOf(zone)));
        fault = "a time zone of the system's tz database, such as \"Europe/Paris\" or \"UTC\"";
        return null;
    }

    /// <summary>Seconds that local time is ahead of UTC.</summary>
    public int OffsetAt(long unixSeconds) => _offsets[PlaceOf(unixSeconds)];

    /// <summary>The next change of the offset; long.MaxValue for none.</summary>
    public long NextChange(long unixSeconds)
    {
        var next = PlaceOf(unixSeconds) + 1;
        return next < _from.Length ? _from[next] : long.MaxValue;
    }

    /// <summary>Minutes of local time since Sunday's midnight.</summary>
    public int MinuteOfWeek(long unixSeconds)
    {
        // 1970 began on a Thursday.
        const long Thursday = 4 * SecondsOfDay;
        const long Week = 7 * SecondsOfDay;
        var local = unixSeconds + OffsetAt(unixSeconds) + Thursday;
        return (int)(((local % Week) + Week) % Week / 60);
    }

    /// <summary>Whether both have shown the same time throughout.</summary>
    public bool IsSameAs(Zone other) =>
        _from.AsSpan().SequenceEqual(other._from) && _offsets.AsSpan().SequenceEqual(other._offsets);

    /// <summary>Before the first change the first offset holds, after the last the last.</summary>
    private int PlaceOf(long unixSeconds)
    {
        var place = _from.AsSpan().BinarySearch(unixSeconds);
        return Math.Max(0, place >= 0 ? place : ~place - 1);
    }

    private static TimeZoneInfo? TryLoad(string name)
    {
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception error) when (error is TimeZoneNotFoundException or InvalidTimeZoneException
            or ArgumentException or System.Security.SecurityException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Day by day, and where a day's ends differ, second by second by halving.</summary>
    private static List<(long From, int Offset)> ChangesOf(TimeZoneInfo zone)
    {
        var at = SecondsOf(FirstYear);
        var end = SecondsOf(LastYear);
        var changes = new List<(long, int)> { (at, OffsetAt(zone, at)) };
        for (; at < end; at += SecondsOfDay)
        {
            var before = OffsetAt(zone, at);
            var after = OffsetAt(zone, at + SecondsOfDay);
            if (before == after) continue;
            var (low, high) = (at, at + SecondsOfDay);
            while (high - low > 1)
            {
                var middle = low + ((high - low) / 2);
                if (OffsetAt(zone, middle) == before) low = middle;
                else high = middle;
            }

            changes.Add((high, after));
        }

        return changes;
    }

    private static long SecondsOf(int year) =>
        new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    private static int OffsetAt(TimeZoneInfo zone, long unixSeconds) =>
        (int)zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(unixSeconds).UtcDateTime).TotalSeconds;
}
