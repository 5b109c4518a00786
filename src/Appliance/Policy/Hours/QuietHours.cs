namespace Appliance.Policy.Hours;

/// <summary>One rule about quiet hours, ready to be asked.</summary>
public sealed class QuietHours
{
    private const long SecondsOfMinute = 60;
    private const long LongestWait = 8 * 24 * 60 * SecondsOfMinute;

    private readonly RuleScope _scope;
    private readonly QuietWeek _week;
    private readonly ZoneFinder _zones;
    private readonly Zone[] _fallback;

    /// <param name="rule">One that <see cref="QuietHoursFaults"/> finds no fault with.</param>
    public QuietHours(QuietHoursRule rule, IReadOnlyDictionary<string, ushort> accounts)
    {
        ArgumentNullException.ThrowIfNull(rule);
        Rule = rule;
        _scope = new RuleScope(rule, accounts);
        _week = new QuietWeek(rule.Quiet);
        _zones = new ZoneFinder(rule.Countries);
        _fallback = rule.TimeZone is { } name && Zone.Find(name, out _) is { } zone ? [zone] : [];
    }

    public QuietHoursRule Rule { get; }

    public bool Holds(in PolicyInput input) => _scope.Holds(input);

    /// <summary>
    /// When a message may go out: <paramref name="unixMs"/> itself outside quiet hours, the start of a minute later,
    /// or -1 for never. The time is right in every zone the number may be in.
    /// </summary>
    public long OpenAt(ReadOnlySpan<byte> number, Country country, long unixMs)
    {
        var zones = _zones.OwnOf(Senders.Sender.WithoutPlus(number), country);
        if (zones.Length == 0) zones = _fallback;
        if (zones.Length == 0) zones = _zones.AllOf(country);
        var now = Math.DivRem(unixMs, 1000, out _);
        var open = OpenAt(_week, zones, now);
        return open < 0 ? -1 : open == now ? unixMs : open * 1000;
    }

    /// <summary>The same in seconds. Where nothing is known of a number's time, it may go out.</summary>
    internal static long OpenAt(QuietWeek week, ReadOnlySpan<Zone> zones, long now)
    {
        var at = now;
        while (at - now <= LongestWait)
        {
            var before = at;
            foreach (var zone in zones)
            {
                at = OpenAt(week, zone, at);
                if (at < 0) return -1;
            }

            if (at == before) return at;
        }

        return -1;
    }

    private static long OpenAt(QuietWeek week, Zone zone, long at)
    {
        var end = at + LongestWait;
        while (at <= end)
        {
            var minutes = week.UntilOpen(zone.MinuteOfWeek(at));
            if (minutes <= 0) return minutes < 0 ? -1 : at;
            // A clock that is put forward or back on the way comes to the end of the quiet hours at another time.
            at = Math.Min(at - (at % SecondsOfMinute) + (minutes * SecondsOfMinute), zone.NextChange(at));
        }

        return -1;
    }
}
