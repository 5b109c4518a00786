using System.Globalization;

namespace Codec;

/// <summary>
/// Times as SMPP writes them (SMPP 5.0, 4.7.23), sixteen characters:
/// <code>
/// YYMMDDhhmmsstnn+   absolute: t tenths of a second, nn quarters of an hour ahead (+) or behind (-) of UTC
/// YYMMDDhhmmss000R   relative: so many years, months, days, hours, minutes, seconds from now
/// </code>
/// </summary>
public readonly record struct SmppTime
{
    /// <summary>Characters of a time.</summary>
    public const int Length = 16;

    private readonly DateTimeOffset _absolute;
    private readonly TimeSpan _span;
    private readonly int _months;

    private SmppTime(DateTimeOffset absolute)
    {
        _absolute = absolute;
    }

    private SmppTime(int months, TimeSpan span)
    {
        IsRelative = true;
        _months = months;
        _span = span;
    }

    /// <summary>Whether the time counts from now.</summary>
    public bool IsRelative { get; }

    /// <summary>The point in time, where a relative one counts from <paramref name="now"/>.</summary>
    public DateTimeOffset From(DateTimeOffset now) => IsRelative ? now.AddMonths(_months).Add(_span) : _absolute;

    /// <summary>Reads a time without its NUL; false if it is none (the empty one, "default", among them).</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out SmppTime time)
    {
        time = default;
        Span<int> pairs = stackalloc int[6];
        if (text.Length != Length || !TryPairs(text[..12], pairs))
        {
            return false;
        }

        int tenths = text[12] - '0';
        int quarters = Pair(text[13..]);
        if (tenths is < 0 or > 9 || quarters is < 0 or > 48)
        {
            return false;
        }

        if (text[15] == 'R')
        {
            var span = new TimeSpan(pairs[2], pairs[3], pairs[4], pairs[5]);
            time = new SmppTime((pairs[0] * 12) + pairs[1], span);
            return pairs[1] <= 12 && pairs[2] <= 31 && pairs[3] <= 23 && pairs[4] <= 59 && pairs[5] <= 59;
        }

        int sign = text[15] == '+' ? 1 : text[15] == '-' ? -1 : 0;
        if (sign == 0 || !TryDate(2000 + pairs[0], pairs[1..], out var date))
        {
            return false;
        }

        var local = date.AddMilliseconds(tenths * 100);
        time = new SmppTime(new DateTimeOffset(local, TimeSpan.FromMinutes(15 * quarters * sign)));
        return true;
    }

    /// <summary>Writes an absolute time in UTC; gives <see cref="Length"/>, or -1 if it does not fit or its year is
    /// not of 2000-2099.</summary>
    public static int WriteAbsolute(Span<byte> destination, DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        if (destination.Length < Length || utc.Year is < 2000 or > 2099)
        {
            return -1;
        }

        WriteDigits(destination, utc.Year % 100, utc.Month, utc.Day, utc.Hour, utc.Minute, utc.Second);
        destination[12] = (byte)('0' + (utc.Millisecond / 100));
        "00+"u8.CopyTo(destination[13..]);
        return Length;
    }

    /// <summary>Writes a relative time of whole seconds up to 99 years of 365 days and so on; gives
    /// <see cref="Length"/>, or -1 if it does not fit.</summary>
    public static int WriteRelative(Span<byte> destination, TimeSpan span)
    {
        // Months differ in length, so that days beyond 31 can only be told with an error; up to 31 it is exact.
        if (destination.Length < Length || span < TimeSpan.Zero || span.Days > 31)
        {
            return -1;
        }

        WriteDigits(destination, 0, 0, span.Days, span.Hours, span.Minutes, span.Seconds);
        "000R"u8.CopyTo(destination[12..]);
        return Length;
    }

    /// <summary>
    /// Reads a receipt's date: YYMMDDhhmm, YYMMDDhhmmss or YYYYMMDDhhmm (told apart by which of them is a date, the
    /// former first), YYYYMMDDhhmmss, or an SMPP time. Which zone it is in only the carrier knows: the offset is zero
    /// unless an SMPP time says it. False for anything else, all zeros among it.
    /// </summary>
    public static bool TryParseReceiptDate(ReadOnlySpan<byte> text, out DateTimeOffset date)
    {
        date = default;
        if (text.Length == Length)
        {
            bool parsed = TryParse(text, out var time) && !time.IsRelative;
            date = time._absolute;
            return parsed;
        }

        Span<int> pairs = stackalloc int[7];
        if (text.Length is not (10 or 12 or 14) || !TryPairs(text, pairs))
        {
            return false;
        }

        pairs[(text.Length / 2)..].Clear();
        DateTime local = default;
        bool found = text.Length != 14 && TryDate(2000 + pairs[0], pairs[1..6], out local);
        if (!found && text.Length != 10 && pairs[0] is >= 19 and <= 21)
        {
            found = TryDate((pairs[0] * 100) + pairs[1], pairs[2..7], out local);
        }

        date = found ? new DateTimeOffset(local, TimeSpan.Zero) : default;
        return found;
    }

    /// <summary>Writes a receipt's date, YYMMDDhhmm (10) or with <paramref name="seconds"/> YYMMDDhhmmss (12); gives
    /// the octets written, or -1 if they do not fit.</summary>
    public static int WriteReceiptDate(Span<byte> destination, DateTimeOffset date, bool seconds = false)
    {
        Span<byte> digits = stackalloc byte[12];
        int length = seconds ? 12 : 10;
        if (destination.Length < length)
        {
            return -1;
        }

        WriteDigits(digits, date.Year % 100, date.Month, date.Day, date.Hour, date.Minute, date.Second);
        digits[..length].CopyTo(destination);
        return length;
    }

    private static bool TryDate(int year, ReadOnlySpan<int> rest, out DateTime date)
    {
        date = default;
        if (rest[0] is < 1 or > 12 || rest[1] < 1 || rest[1] > DateTime.DaysInMonth(Math.Max(1, year), rest[0])
            || rest[2] > 23 || rest[3] > 59 || rest[4] > 59 || year < 1)
        {
            return false;
        }

        date = new DateTime(year, rest[0], rest[1], rest[2], rest[3], rest[4], DateTimeKind.Unspecified);
        return true;
    }

    private static bool TryPairs(ReadOnlySpan<byte> text, Span<int> pairs)
    {
        for (int i = 0; i * 2 < text.Length; i++)
        {
            pairs[i] = Pair(text[(i * 2)..]);
            if (pairs[i] < 0)
            {
                return false;
            }
        }

        return true;
    }

    private static int Pair(ReadOnlySpan<byte> text) =>
        char.IsAsciiDigit((char)text[0]) && char.IsAsciiDigit((char)text[1])
            ? ((text[0] - '0') * 10) + (text[1] - '0')
            : -1;

    private static void WriteDigits(Span<byte> destination, params ReadOnlySpan<int> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i].TryFormat(destination[(i * 2)..], out _, "00", CultureInfo.InvariantCulture);
        }
    }
}
