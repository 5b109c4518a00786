namespace Appliance.Ingress.Smpp;

/// <summary>SMPP's time format (SMPP 3.4 section 7.1.1): YYMMDDhhmmsstnnp, absolute (+/-) or relative (R).</summary>
internal static class SmppTimes
{
    private const int Length = 16;
    private const long Day = 86_400;

    /// <summary>Reads a validity_period as seconds from now.</summary>
    /// <param name="now">Seconds since 1970.</param>
    /// <param name="seconds">0 where the field is empty.</param>
    public static bool TryReadValidity(ReadOnlySpan<byte> text, long now, out uint seconds)
    {
        seconds = 0;
        if (text.IsEmpty) return true;
        if (text.Length != Length || text[..15].IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0) return false;
        var total = text[15] == (byte)'R' ? Relative(text) : Absolute(text) - now;
        // A time that has passed, or none at all, cannot be kept.
        if (total is <= 0 or > uint.MaxValue / 2) return false;
        seconds = (uint)total;
        return true;
    }

    private static long Relative(ReadOnlySpan<byte> text) =>
        (Two(text, 0) * 365 * Day) + (Two(text, 2) * 30 * Day) + (Two(text, 4) * Day)
        + (Two(text, 6) * 3600) + (Two(text, 8) * 60) + Two(text, 10);

    /// <returns>Seconds since 1970, or 0 for what is no time.</returns>
    private static long Absolute(ReadOnlySpan<byte> text)
    {
        var (month, day, hour, minute, second) =
            (Two(text, 2), Two(text, 4), Two(text, 6), Two(text, 8), Two(text, 10));
        if (month is < 1 or > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return 0;
        var year = 2000 + Two(text, 0);
        if (day > DateTime.DaysInMonth(year, month)) return 0;
        var offset = Two(text, 13) * 15 * 60;
        var utc = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero).ToUnixTimeSeconds();
        return text[15] switch
        {
            (byte)'+' => utc - offset,
            (byte)'-' => utc + offset,
            _ => 0,
        };
    }

    private static int Two(ReadOnlySpan<byte> text, int at) => ((text[at] - '0') * 10) + text[at + 1] - '0';
}
