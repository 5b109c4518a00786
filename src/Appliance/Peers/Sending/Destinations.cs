using System.Buffers.Text;
using System.Globalization;

namespace Appliance.Peers.Sending;

/// <summary>
/// The n-th message's destination, and back from a destination to n: which message a receipt is for can be told from
/// its address, with any server, at no cost per message. "2637########" is a hundred million numbers,
/// "263770000000-263779999999" ten million; several are separated by commas and taken in turn.
/// </summary>
internal sealed class Destinations
{
    private readonly NumberRange[] _ranges;

    private Destinations(NumberRange[] ranges) => _ranges = ranges;

    /// <summary>How many ranges there are: message n goes to range n modulo this.</summary>
    internal int RangeCount => _ranges.Length;

    /// <summary>Messages until the first number comes again.</summary>
    internal long Period => _ranges.Min(range => range.Size) * _ranges.Length;

    /// <param name="text">Ranges, separated by commas.</param>
    /// <param name="spread">Numbers in an order that jumps about (each once all the same) instead of upwards.</param>
    /// <exception cref="FormatException">Not a range of numbers of equal length.</exception>
    internal static Destinations Parse(string text, bool spread)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0) throw new FormatException("no destination: expected e.g. 2637########");
        return new Destinations([.. parts.Select(part => NumberRange.Parse(part, spread))]);
    }

    /// <summary>Digits of the numbers of a range, without a plus sign.</summary>
    internal int Digits(int range) => _ranges[range].Digits;

    /// <summary>Writes message n's destination; as many bytes as its range has digits.</summary>
    internal void Write(long n, Span<byte> at)
    {
        long round = n / _ranges.Length;
        var range = _ranges[(int)(n - round * _ranges.Length)];
        range.Write(round % range.Size, at);
    }

    /// <summary>The latest of the first <paramref name="issued"/> messages that went to this number.</summary>
    internal bool TryFind(ReadOnlySpan<byte> number, long issued, out long n)
    {
        n = -1;
        if (number.Length > 0 && number[0] == '+') number = number[1..];
        if (!Utf8Parser.TryParse(number, out ulong value, out int digits) || digits != number.Length) return false;
        for (int i = 0; i < _ranges.Length; i++)
        {
            var range = _ranges[i];
            if (range.Digits != digits || !range.TryFind(value, out long position)) continue;
            if (issued <= i) return false;
            long rounds = (issued - 1 - i) / _ranges.Length;
            if (rounds < position) return false;
            long round = rounds - (rounds - position) % range.Size;
            n = round * _ranges.Length + i;
            return true;
        }
        return false;
    }

    /// <summary>Numbers from First up, visited in steps that are coprime to their count.</summary>
    private sealed class NumberRange
    {
        /// <summary>Products of two positions stay within 64 bits.</summary>
        private const ulong LargestSize = 1_000_000_000;

        /// <summary>To all its digits: steps of 0.618 of a range come back to nearly the same numbers after 500.
        /// </summary>
        private const double GoldenRatio = 0.618033988749894848;

        private readonly ulong _first;
        private readonly ulong _step;
        private readonly ulong _inverse;

        private NumberRange(ulong first, ulong size, int digits, bool spread)
        {
            _first = first;
            Size = (long)size;
            Digits = digits;
            _step = spread ? CoprimeNear((ulong)(size * GoldenRatio), size) : 1;
            _inverse = Inverse(_step, size);
        }

        internal long Size { get; }

        internal int Digits { get; }

        internal static NumberRange Parse(string text, bool spread)
        {
            string digits = text.TrimStart('+');
            int dash = digits.IndexOf('-', StringComparison.Ordinal);
            string low = dash >= 0 ? digits[..dash] : digits.Replace('#', '0');
            string high = dash >= 0 ? digits[(dash + 1)..].TrimStart('+') : digits.Replace('#', '9');
            int hash = digits.IndexOf('#', StringComparison.Ordinal);
            bool trailing = hash < 0 || digits.AsSpan(hash).Trim('#').IsEmpty;
            if (!trailing || low.Length != high.Length || low.Length > 18
                || !ulong.TryParse(low, NumberStyles.None, CultureInfo.InvariantCulture, out ulong first)
                || !ulong.TryParse(high, NumberStyles.None, CultureInfo.InvariantCulture, out ulong last)
                || last < first || last - first >= LargestSize)
            {
                throw new FormatException(
                    $"'{text}' is no range of numbers: expected 2637######## (at most nine #, at the end) or "
                    + "263770000000-263779999999");
            }
            return new NumberRange(first, last - first + 1, low.Length, spread);
        }

        internal void Write(long position, Span<byte> at)
        {
            ulong number = _first + (ulong)position * _step % (ulong)Size;
            for (int i = Digits - 1; i >= 0; i--)
            {
                (number, ulong digit) = Math.DivRem(number, 10);
                at[i] = (byte)('0' + digit);
            }
        }

        internal bool TryFind(ulong number, out long position)
        {
            ulong offset = number - _first;
            position = offset < (ulong)Size ? (long)(offset * _inverse % (ulong)Size) : -1;
            return position >= 0;
        }

        private static ulong CoprimeNear(ulong candidate, ulong size)
        {
            if (size <= 2) return 1;
            while (Gcd(candidate, size) != 1) candidate++;
            return candidate;
        }

        private static ulong Gcd(ulong a, ulong b)
        {
            while (b != 0) (a, b) = (b, a % b);
            return a;
        }

        /// <summary>x with step * x = 1 modulo size (extended Euclid).</summary>
        private static ulong Inverse(ulong step, ulong size)
        {
            if (size == 1) return 0;
            long a = (long)step, b = (long)size, x = 1, y = 0;
            while (b != 0)
            {
                long quotient = a / b;
                (a, b) = (b, a - quotient * b);
                (x, y) = (y, x - quotient * y);
            }
            return (ulong)((x % (long)size + (long)size) % (long)size);
        }
    }
}
