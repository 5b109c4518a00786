using System.Diagnostics;

namespace Appliance;

/// <summary>Places between which the appliance may die and nothing may be lost.</summary>
public enum KillPoint
{
    None,
    BeforeAppend,
    AfterAppend,
    BeforeFsync,
    AfterFsync,
    BeforeAcknowledge,
    AfterAcknowledge,
    BeforeSubmit,
    AfterSubmit,
    BeforeResponse,
    AfterResponse,
}

/// <summary>
/// Lets a test end the process at a named place as kill -9 would: APPLIANCE_KILL_POINT=after_fsync:137 in the
/// environment is the 137th time it is passed. Unarmed it costs a comparison.
/// </summary>
public static class KillPoints
{
    public const string Variable = "APPLIANCE_KILL_POINT";

    // Plain fields, set before any other thread runs.
    private static KillPoint s_armed;
    private static long s_left;

    /// <summary>Reads the environment, once, at the start.</summary>
    /// <exception cref="FormatException">There is no such place.</exception>
    public static void Arm(string? text)
    {
        if (string.IsNullOrEmpty(text)) return;
        var parts = text.Split(':');
        var name = parts[0].Replace("_", "", StringComparison.Ordinal);
        if (parts.Length == 2 && Enum.TryParse(name, ignoreCase: true, out s_armed) && long.TryParse(parts[1], out s_left))
            return;
        throw new FormatException($"{Variable} is '{text}': expected a place and a number, such as after_fsync:137");
    }

    public static void Pass(KillPoint point)
    {
        if (point == s_armed) Count();
    }

    private static void Count()
    {
        if (Interlocked.Decrement(ref s_left) == 0) Process.GetCurrentProcess().Kill();
    }
}
