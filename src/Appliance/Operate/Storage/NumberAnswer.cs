using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Store.Numbers;

namespace Appliance.Operate.Storage;

/// <summary>A look-up of a ported number as text: what is asked, and the answer as JSON.</summary>
public static class NumberAnswer
{
    private const int FewestDigits = 4;
    private const int MostDigits = 15;

    public const string Expected = "4 to 15 digits, country code first";

    /// <summary>An international number, with or without "+".</summary>
    public static bool TryParse(string text, out string digits, out ulong number)
    {
        digits = text.TrimStart('+');
        number = 0;
        return digits.Length is >= FewestDigits and <= MostDigits && digits[0] != '0'
            && ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>{"number","ported","operator"?,"mcc"?,"mnc"?,"name"?,"since"?,"block"?}</summary>
    public static ReadOnlyMemory<byte> Write(string digits, bool ported, PortedNumber found)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("number"u8, digits);
        json.WriteBoolean("ported"u8, ported);
        if (ported)
        {
            json.WriteString("operator"u8, found.Operator.Code);
            json.WriteString("mcc"u8, found.Operator.Mcc);
            json.WriteString("mnc"u8, found.Operator.Mnc);
            json.WriteString("name"u8, found.Operator.Name);
            if (found.SinceTime is { } since)
                json.WriteString("since"u8, since.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            if (found.BlockDigits > 0) json.WriteString("block"u8, digits[..found.BlockDigits]);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
