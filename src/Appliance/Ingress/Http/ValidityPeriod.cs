using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace Appliance.Ingress.Http;

/// <summary>How long a message may be tried: a number of seconds, or a text of a number and s, m, h or d.</summary>
internal static class ValidityPeriod
{
    /// <param name="longest">As in <see cref="TryRead"/>.</param>
    public static string Expected(TimeSpan longest) => string.Create(CultureInfo.InvariantCulture,
        $"a whole number of seconds from 1 to {longest.TotalSeconds:0} (limits.validity_max), ")
        + "or a text such as \"90s\", \"30m\", \"48h\" or \"7d\"";

    /// <param name="json">At the member's value.</param>
    /// <param name="longest">limits.validity_max of the configuration.</param>
    public static bool TryRead(ref readonly Utf8JsonReader json, TimeSpan longest, out TimeSpan period)
    {
        period = default;
        var text = json.ValueSpan;
        var unit = 1;
        if (json.TokenType == JsonTokenType.String)
        {
            unit = text is [.., var last] ? UnitSeconds(last) : 0;
            if (unit == 0)
                return false;
            text = text[..^1];
        }
        else if (json.TokenType != JsonTokenType.Number)
        {
            return false;
        }

        if (!Utf8Parser.TryParse(text, out int number, out var consumed) || consumed != text.Length)
            return false;
        var seconds = (long)number * unit;
        if (seconds < 1 || seconds > (long)longest.TotalSeconds)
            return false;
        period = TimeSpan.FromSeconds(seconds);
        return true;
    }

    private static int UnitSeconds(byte unit) => unit switch
    {
        (byte)'s' => 1,
        (byte)'m' => 60,
        (byte)'h' => 3600,
        (byte)'d' => 24 * 3600,
        _ => 0,
    };
}
