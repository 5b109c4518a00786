using System.Globalization;

namespace Appliance.Ingress.Http;

/// <summary>
/// Times as RFC 3339 section 5.6 has them, the offset always there:
/// <code>
///   2026-11-21T09:30:00Z   2026-11-21T10:30:00.25+01:00
/// </code>
/// </summary>
internal static class Rfc3339
{
    public const string Expected = "a time of RFC 3339 such as \"2026-11-21T09:30:00Z\"";

    /// <summary>The longest text looked at; more digits of a second than these mean nothing.</summary>
    public const int Longest = 40;

    private const int Seconds = 19;

    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length is < Seconds + 1 or > Longest || text[10] is not ('T' or 't' or ' ')) return false;
        Span<char> whole = stackalloc char[Seconds];
        text[..Seconds].CopyTo(whole);
        whole[10] = 'T';
        // The 61st second of a leap second is the next minute's first.
        var leap = whole[17..] is "60";
        if (leap) "59".CopyTo(whole[17..]);
        if (!DateTime.TryParseExact(
            whole, "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return false;
        var rest = text[Seconds..];
        if (!TryTakeFraction(ref rest, out var fraction) || !TryOffset(rest, out var offset)) return false;
        var ticks = local.Ticks - offset.Ticks + fraction + (leap ? TimeSpan.TicksPerSecond : 0);
        if (ticks < DateTimeOffset.UnixEpoch.Ticks || ticks > DateTimeOffset.MaxValue.Ticks) return false;
        time = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    private static bool TryTakeFraction(ref ReadOnlySpan<char> rest, out long ticks)
    {
        ticks = 0;
        if (rest[0] != '.') return true;
        var scale = TimeSpan.TicksPerSecond;
        var length = 1;
        for (; length < rest.Length && char.IsAsciiDigit(rest[length]); length++)
            ticks += (rest[length] - '0') * (scale /= 10);
        if (length == 1 || length == rest.Length) return false;
        rest = rest[length..];
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = default;
        if (text is "Z" or "z") return true;
        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':') return false;
        if (!TryPair(text[1..], 23, out var hours) || !TryPair(text[4..], 59, out var minutes)) return false;
        offset = new TimeSpan(hours, minutes, 0);
        if (text[0] == '-') offset = -offset;
        return true;
    }

    private static bool TryPair(ReadOnlySpan<char> text, int most, out int value)
    {
        value = 0;
        if (!char.IsAsciiDigit(text[0]) || !char.IsAsciiDigit(text[1])) return false;
        value = ((text[0] - '0') * 10) + (text[1] - '0');
        return value <= most;
    }
}
