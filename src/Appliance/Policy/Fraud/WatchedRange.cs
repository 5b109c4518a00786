namespace Appliance.Policy.Fraud;

/// <summary>An account's traffic to one range of numbers in the current window.</summary>
internal struct WatchedRange
{
    /// <summary>Account and range; 0 for a free place.</summary>
    public ulong Key;

    /// <summary>Milliseconds since 1970 at which the window began.</summary>
    public long WindowStart;

    /// <summary>Milliseconds since 1970 until which it is blocked.</summary>
    public long BlockedUntil;

    /// <summary>Milliseconds since 1970 of the last message.</summary>
    public long LastAt;
    public int Messages;
    public int Distinct;
    public int Sequential;
    public int Finals;
    public int Delivered;
    public int Converted;

    /// <summary>The last number's place in the range; -1 for none.</summary>
    public int Last;

    /// <summary>Whether it was found in this window.</summary>
    public bool Found;

    public void Begin(ulong key, long unixMs)
    {
        this = default;
        Key = key;
        WindowStart = LastAt = unixMs;
        Last = -1;
    }

    /// <summary>A next window of the same range: what is blocked stays so.</summary>
    public void BeginWindow(long unixMs)
    {
        var blockedUntil = BlockedUntil;
        Begin(Key, unixMs);
        BlockedUntil = blockedUntil;
    }
}
