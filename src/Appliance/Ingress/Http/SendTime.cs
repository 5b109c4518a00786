using System.Text.Json;

namespace Appliance.Ingress.Http;

/// <summary>`send_at`: when a message may go out at the earliest.</summary>
internal static class SendTime
{
    // A little late is a clock that runs slow, or a request that took its time.
    private const long LatenessMs = 60_000;

    private static readonly string Expected = string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"{Rfc3339.Expected}, from now to {Schedule.MostAheadDays} days ahead");

    /// <param name="json">At the member's value.</param>
    /// <param name="unixMs">Now.</param>
    /// <param name="asked">The time that stands there, seconds since 1970; 0 where none does.</param>
    /// <param name="due">Seconds since 1970; 0 for at once.</param>
    /// <returns>What was expected, or null for a good one.</returns>
    public static string? Read(ref readonly Utf8JsonReader json, long unixMs, out uint asked, out uint due)
    {
        asked = due = 0;
        Span<char> text = stackalloc char[Rfc3339.Longest];
        if (json.TokenType != JsonTokenType.String || json.ValueIsEscaped || json.ValueSpan.Length > text.Length)
            return Expected;
        if (!Rfc3339.TryParse(text[..json.CopyString(text)], out var time)) return Expected;
        asked = (uint)Math.Clamp(time.ToUnixTimeSeconds(), 0, uint.MaxValue);
        var ahead = time.ToUnixTimeMilliseconds() - unixMs;
        if (ahead is < -LatenessMs or > Schedule.MostAheadMs) return Expected;
        if (ahead > 0) due = Schedule.Seconds(unixMs + ahead);
        return null;
    }
}
