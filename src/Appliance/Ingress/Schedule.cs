namespace Appliance.Ingress;

/// <summary>What both protocols allow of deferred delivery and of priorities.</summary>
public static class Schedule
{
    /// <summary>How far ahead a message may be scheduled.</summary>
    public const int MostAheadDays = 30;

    public const long MostAheadMs = MostAheadDays * 24L * 3600 * 1000;

    /// <summary>The highest priority (SMPP 3.4 section 5.2.14).</summary>
    public const byte HighestPriority = 3;

    /// <summary>Whole seconds since 1970, never before <paramref name="unixMs"/>.</summary>
    public static uint Seconds(long unixMs) => (uint)((unixMs + 999) / 1000);
}
