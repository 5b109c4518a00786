namespace Appliance.Policy.Hours;

/// <summary>Quiet hours that cannot work, found before they are used.</summary>
public static class QuietHoursFaults
{
    /// <summary>Mondays, one while the north has summer time and one while the south has.</summary>
    private static readonly long[] Samples =
    [
        new DateTimeOffset(2026, 1, 12, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(),
        new DateTimeOffset(2026, 7, 13, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(),
    ];

    /// <summary>What is wrong with a rule: the member, what was found, what was expected.</summary>
    public static IEnumerable<(string Member, string Found, string Expected)> Of(QuietHoursRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var week = new QuietWeek(rule.Quiet);
        if (week.UntilOpen(0) < 0)
        {
            yield return ("quiet", "the whole week", "some time outside the quiet hours");
            yield break;
        }

        if (!Zone.HasDatabase)
        {
            yield return ("quiet", "no time zones on this system", "a tz database: install the package tzdata");
            yield break;
        }

        Zone? own = null;
        if (rule.TimeZone is { } name && (own = Zone.Find(name, out var fault)) is null)
        {
            yield return ("time_zone", $"\"{name}\"", fault!);
            yield break;
        }

        foreach (var country in rule.Countries.Count > 0 ? rule.Countries : [.. ZoneFinder.Countries])
        {
            foreach (var found in Of(week, country, own)) yield return found;
        }
    }

    private static IEnumerable<(string Member, string Found, string Expected)> Of(
        QuietWeek week, Country country, Zone? own)
    {
        var zones = new List<Zone>();
        foreach (var name in ZoneFinder.NamesOf(country))
        {
            if (Zone.Find(name, out var fault) is { } zone)
            {
                zones.Add(zone);
                continue;
            }

            yield return ("countries", $"{country}, whose zone {name} is unknown", fault!);
            yield break;
        }

        if (zones.Count == 0)
            yield return ("countries", $"{country}, of which no time zone is known", "a country with subscribers");
        else if (own is null && Samples.Any(sample => QuietHours.OpenAt(week, [.. zones], sample) < 0))
            yield return ("countries", $"{country}, whose {zones.Count} zones are never all outside the quiet hours",
                "a time_zone for numbers that tell no zone, or shorter quiet hours");
    }
}
