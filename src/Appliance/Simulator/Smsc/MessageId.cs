using System.Buffers.Text;
using System.Globalization;

namespace Appliance.Simulator.Smsc;

/// <summary>How a message id is written; <paramref name="Width"/> pads numbers with zeros on the left.</summary>
internal readonly record struct IdFormat(IdKind Kind, int Width)
{
    /// <summary>Twenty digits hold any 64-bit number.</summary>
    private const int WidestNumber = 20;

    /// <exception cref="FormatException">Not one of the formats.</exception>
    internal static IdFormat Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? text : text[..colon];
        int width = 0;
        if (colon >= 0
            && (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out width)
                || width > WidestNumber))
        {
            throw new FormatException($"'{text}': expected a width of at most {WidestNumber} after the colon");
        }
        return name switch
        {
            "uuid" when colon < 0 => new(IdKind.Uuid, 0),
            "UUID" when colon < 0 => new(IdKind.UpperUuid, 0),
            "dec" => new(IdKind.Decimal, width),
            "hex" => new(IdKind.Hex, width),
            "HEX" => new(IdKind.UpperHex, width),
            "padded" => new(IdKind.Decimal, colon < 0 ? WidestNumber : width),
            "sequence" => new(IdKind.Sequence, width),
            _ => throw new FormatException(
                $"'{text}' is not an id format: expected uuid, UUID, dec, hex, HEX, padded or sequence, "
                + "numbers with a width if wanted (hex:16)"),
        };
    }
}

/// <summary>The forms that carriers give message ids in.</summary>
internal enum IdKind
{
    Uuid,
    UpperUuid,
    Decimal,
    Hex,
    UpperHex,

    /// <summary>1, 2, 3 from the simulator's start: repeats after its restart, as real ones do.</summary>
    Sequence,
}

/// <summary>
/// A message's id is one number; its text in the response and in the receipt may take different formats, which is
/// how hexadecimal answers with decimal receipts come about.
/// </summary>
internal sealed class MessageIds(ulong first)
{
    /// <summary>The longest text: a UUID.</summary>
    internal const int LongestText = 36;

    private readonly ulong _first = first;
    private ulong _next = first;

    /// <summary>Room for a million ids a second of wall time, so that a restart does not give an id again.</summary>
    internal static ulong FromClock(DateTime now) => (ulong)(now - DateTime.UnixEpoch).TotalSeconds << 20;

    internal ulong Next() => _next++;

    /// <returns>How many bytes were written, at most <see cref="LongestText"/>.</returns>
    internal int Write(IdFormat format, ulong id, Span<byte> at)
    {
        switch (format.Kind)
        {
            case IdKind.Uuid:
                return WriteUuid(id, at, 'x');
            case IdKind.UpperUuid:
                return WriteUuid(id, at, 'X');
            case IdKind.Hex:
                return WriteNumber(id, at, 'x', format.Width);
            case IdKind.UpperHex:
                return WriteNumber(id, at, 'X', format.Width);
            case IdKind.Sequence:
                return WriteNumber(id - _first + 1, at, 'D', format.Width);
            default:
                return WriteNumber(id, at, 'D', format.Width);
        }
    }

    private static int WriteNumber(ulong number, Span<byte> at, char symbol, int width)
    {
        var format = new System.Buffers.StandardFormat(symbol, (byte)width);
        Utf8Formatter.TryFormat(number, at, out int written, format);
        return written;
    }

    /// <summary>A version 8 UUID (RFC 9562): four octets of the first id, then this one around the version.</summary>
    private int WriteUuid(ulong id, Span<byte> at, char symbol)
    {
        Put(at, (uint)(_first >> 20), 8, symbol);
        at[8] = (byte)'-';
        Put(at[9..], (uint)(id >> 56) & 0xFF, 4, symbol);
        at[13] = (byte)'-';
        at[14] = (byte)'8';
        Put(at[15..], (uint)(id >> 48) & 0xFF, 3, symbol);
        at[18] = (byte)'-';
        at[19] = (byte)'8';
        at[20] = at[21] = at[22] = (byte)'0';
        at[23] = (byte)'-';
        Put(at[24..], id & 0xFFFF_FFFF_FFFF, 12, symbol);
        return LongestText;
    }

    private static void Put(Span<byte> at, ulong number, int digits, char symbol) =>
        Utf8Formatter.TryFormat(number, at, out _, new System.Buffers.StandardFormat(symbol, (byte)digits));
}
