namespace Appliance.Policy.Hours;

/// <summary>Quiet time of a weekday, in minutes since its midnight; where it ends before it begins, it ends on the
/// next day.</summary>
/// <param name="From">0 to 1439.</param>
/// <param name="To">1 to 1440, another one than From.</param>
public readonly record struct QuietWindow(DayOfWeek Day, int From, int To);
