namespace Appliance.Decide;

/// <summary>When a message goes out again after a passing error.</summary>
public static class Retries
{
    /// <summary>Tries at one carrier before another one of the route is asked.</summary>
    public const int TriesACarrier = 3;

    /// <summary>Up to so many tries later messages to the same destination wait for it: some 14 seconds.</summary>
    public const int TriesInOrder = 4;

    /// <summary>From so many sessions on that ended under a message it is written to a session alone.</summary>
    public const int DoubtsUntilAlone = 2;

    private const int FirstPause = 2_000;
    private const int LongestPause = 10 * 60_000;

    /// <summary>What an operator lets go out again has at least a day.</summary>
    private const uint ValidityOfRetried = 24 * 3600;

    /// <summary>Doubles with each try up to ten minutes, a quarter more or less.</summary>
    /// <param name="tries">Tries so far, from 1.</param>
    public static long Delay(int tries, Random jitter)
    {
        var pause = Math.Min(LongestPause, (long)FirstPause << Math.Min(tries - 1, 20));
        return pause * (75 + jitter.Next(51)) / 100;
    }

    /// <summary>Seconds since 1970 until which a dead letter that goes out again is worth sending.</summary>
    public static uint ExtendedExpiry(uint expiry, long retriedAt) =>
        Math.Max(expiry, (uint)(retriedAt / 1000) + ValidityOfRetried);
}
