using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Appliance.Numbering;

/// <summary>What a plan says of a number as JSON.</summary>
public static class PlanAnswer
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>{"valid","number","country","calling_code","number_type","mcc","mnc","operator","source","reason"?}
    /// </summary>
    /// <param name="text">The number as it was given.</param>
    /// <param name="home">The country of national forms, or null.</param>
    public static ReadOnlyMemory<byte> Write(NumberPlan plan, string text, Country? home)
    {
        Span<byte> digits = stackalloc byte[NumberPlan.MaxDigits];
        var info = Read(plan, text, home, digits);
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        json.WriteBoolean("valid"u8, info.IsValid);
        json.WriteString("number"u8, info.IsValid ? Format(digits[..info.Length], info) : text);
        json.WriteString("country"u8, info.Country is { Iso.Length: > 0 } country ? country.Iso : null);
        if (info.CallingCode > 0) json.WriteNumber("calling_code"u8, info.CallingCode);
        else json.WriteNull("calling_code"u8);
        json.WriteString("number_type"u8, info.Type.Name());
        json.WriteString("mcc"u8, info.Network?.Mcc);
        json.WriteString("mnc"u8, info.Network?.Mnc);
        json.WriteString("operator"u8, info.Network?.Name);
        json.WriteString("source"u8, info.Source == NumberSource.Imported ? "imported" : "plan");
        if (!info.IsValid) json.WriteString("reason"u8, info.Fault.Explain());
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Reads a number given as text; characters beyond ASCII are foreign to it.</summary>
    public static NumberInfo Read(NumberPlan plan, string text, Country? home, Span<byte> digits)
    {
        const int Longest = 64;
        if (!Ascii.IsValid(text)) return new NumberInfo { Fault = NumberFault.ForeignCharacter };
        if (text.Length > Longest) return new NumberInfo { Fault = NumberFault.TooLong };
        Span<byte> octets = stackalloc byte[Longest];
        var length = Encoding.ASCII.GetBytes(text, octets);
        plan.TryNormalise(octets[..length], NumberForm.Any, home, digits, out var info);
        return info;
    }

    /// <summary>With a + before it; a short code has none.</summary>
    public static string Format(ReadOnlySpan<byte> digits, in NumberInfo info) =>
        (info.Type == NumberType.ShortCode ? "" : "+") + Encoding.ASCII.GetString(digits);
}
