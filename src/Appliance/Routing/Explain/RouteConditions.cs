using System.Globalization;
using Appliance.Operate;
using MessageClasses = Appliance.Policy.MessageClasses;

namespace Appliance.Routing.Explain;

/// <summary>A route's conditions in a line.</summary>
public static class RouteConditions
{
    private const int Shown = 3;

    public static string Write(RouteConfiguration route)
    {
        ArgumentNullException.ThrowIfNull(route);
        var parts = new List<string>();
        Add(parts, "network", route.MccMnc);
        if (route.Prefix.Length > 0) parts.Add("prefix " + route.Prefix);
        Add(parts, "country", route.Countries);
        Add(parts, "account", route.Accounts);
        Add(parts, "sender", route.Senders);
        if (route.Classes != MessageClasses.All)
            parts.Add("class " + route.Classes.ToString().ToLowerInvariant());
        if (route.Time is { } time) parts.Add(Write(time));
        return parts.Count == 0 ? "all" : string.Join("; ", parts);
    }

    private static void Add(List<string> parts, string name, IReadOnlyList<string> values)
    {
        if (values.Count == 0) return;
        var more = values.Count > Shown ? $" and {values.Count - Shown} more" : "";
        parts.Add($"{name} {string.Join(", ", values.Take(Shown))}{more}");
    }

    private static string Write(RouteTimeConfiguration time)
    {
        var days = Enum.GetValues<DayOfWeek>().Where(day => (time.Days >> (int)day & 1) != 0)
            .Select(day => day.ToString()[..3].ToLowerInvariant());
        return string.Create(CultureInfo.InvariantCulture,
            $"{string.Join(' ', days)} {Clock(time.From)} to {Clock(time.To)} {time.Zone}");
    }

    private static string Clock(int minutes) =>
        string.Create(CultureInfo.InvariantCulture, $"{minutes / 60:00}:{minutes % 60:00}");
}
