namespace Store.Numbers;

/// <summary>Reads dates of one format from bytes to seconds since 2000-01-01 UTC; no allocation.</summary>
internal sealed class DateParser
{
    private static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly (char Kind, int Length)[] _parts;
    private readonly int _offsetMinutes;

    /// <param name="format">Of yyyy, MM, dd, HH, mm, ss, zzz and literal characters.</param>
    /// <param name="offsetMinutes">East of UTC, for dates that carry no offset.</param>
    /// <exception cref="FormatException">The format has another letter or lacks the year, month or day.</exception>
    internal DateParser(string format, int offsetMinutes)
    {
        _offsetMinutes = offsetMinutes;
        var parts = new List<(char, int)>();
        for (var at = 0; at < format.Length;)
        {
            var length = 1;
            while (at + length < format.Length && format[at + length] == format[at])
            {
                length++;
            }
            var kind = (format[at], length) switch
            {
                ('y', 4) or ('M', 2) or ('d', 2) or ('H', 2) or ('m', 2) or ('s', 2) or ('z', 3) => format[at],
                ('T', 1) => '\0',
                _ when char.IsAsciiLetter(format[at]) => throw new FormatException(
                    $"date_format: \"{new string(format[at], length)}\" is not one of yyyy MM dd HH mm ss zzz T"),
                _ => '\0',
            };
            if (kind == '\0')
            {
                parts.AddRange(Enumerable.Repeat((format[at], 0), length));
            }
            else
            {
                parts.Add((kind, length));
            }
            at += length;
        }
        _parts = [.. parts];
        if (!"yMd".All(kind => _parts.Any(part => part.Kind == kind && part.Length > 0)))
        {
            throw new FormatException("date_format: expected yyyy, MM and dd at least");
        }
    }

    internal static DateTime ToTime(uint seconds) => Epoch.AddSeconds(seconds);

    internal bool TryParse(ReadOnlySpan<byte> text, out uint seconds)
    {
        seconds = 0;
        int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
        var offset = _offsetMinutes;
        foreach (var (kind, length) in _parts)
        {
            if (length == 0 || kind == 'z')
            {
                var taken = kind == 'z' && length > 0 ? Offset(text, ref offset) : Literal(text, kind);
                if (taken < 0)
                {
                    return false;
                }
                text = text[taken..];
                continue;
            }
            if (!TryDigits(ref text, length, out var value))
            {
                return false;
            }
            _ = kind switch
            {
                'y' => year = value,
                'M' => month = value,
                'd' => day = value,
                'H' => hour = value,
                'm' => minute = value,
                _ => second = value,
            };
        }
        if (!text.IsEmpty || year is < 1 or > 9998 || month is < 1 or > 12 || day < 1
            || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }
        var total = (new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc) - Epoch).Ticks / TimeSpan.TicksPerSecond;
        total += (hour * 3600) + ((minute - offset) * 60) + second;
        seconds = (uint)total;
        return total is > 0 and <= uint.MaxValue;
    }

    private static int Literal(ReadOnlySpan<byte> text, char literal) =>
        text.Length > 0 && text[0] == literal ? 1 : -1;

    private static bool TryDigits(ref ReadOnlySpan<byte> text, int length, out int value)
    {
        value = 0;
        if (text.Length < length)
        {
            return false;
        }
        for (var i = 0; i < length; i++)
        {
            var digit = text[i] - '0';
            if ((uint)digit > 9)
            {
                return false;
            }
            value = (value * 10) + digit;
        }
        text = text[length..];
        return true;
    }

    /// <summary>"Z", "+hh:mm", "+hhmm" or "+hh": how many bytes it takes, or -1.</summary>
    private static int Offset(ReadOnlySpan<byte> text, ref int minutes)
    {
        if (text.Length > 0 && text[0] is (byte)'Z' or (byte)'z')
        {
            minutes = 0;
            return 1;
        }
        if (text.Length < 3 || text[0] is not ((byte)'+' or (byte)'-'))
        {
            return -1;
        }
        var rest = text[1..];
        if (!TryDigits(ref rest, 2, out var hours))
        {
            return -1;
        }
        var colon = rest.Length > 0 && rest[0] == ':' ? 1 : 0;
        var tail = rest[colon..];
        var taken = 3;
        if (TryDigits(ref tail, 2, out var past))
        {
            taken += colon + 2;
        }
        minutes = ((hours * 60) + past) * (text[0] == '-' ? -1 : 1);
        return taken;
    }
}
