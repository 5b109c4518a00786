using System.CommandLine;
using System.Text.Json;
using Codec;

namespace Appliance.Commands;

/// <summary>
/// <c>appliance segments</c>: {"body","encoding"?} a line in, {"encoding","segments","units","units_per_segment"} a
/// line out.
/// </summary>
internal static class SegmentsCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("segments", "Count the short messages that texts need: a JSON object a line.");
        command.SetAction(_ =>
        {
            using var input = Console.OpenStandardInput();
            using var output = Console.OpenStandardOutput();
            return LineFilter.Run(input, output, Count);
        });
        return command;
    }

    /// <summary>Writes how one text is split.</summary>
    internal static void Count(ReadOnlySpan<byte> line, Utf8JsonWriter json)
    {
        string? body = null;
        string? encoding = null;
        string? error;
        try
        {
            error = Read(line, ref body, ref encoding);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            error = $"not a JSON object: {problem.Message}";
        }

        error ??= body is null ? "body: missing, expected a string" : Plan(body, encoding, json);
        if (error is not null)
        {
            json.WriteString("error"u8, error);
        }
    }

    private static string? Read(ReadOnlySpan<byte> line, ref string? body, ref string? encoding)
    {
        var reader = new Utf8JsonReader(line);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return "not a JSON object: expected {\"body\":...}";
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isBody = reader.ValueTextEquals("body"u8);
            bool isEncoding = reader.ValueTextEquals("encoding"u8);
            reader.Read();
            if (!isBody && !isEncoding)
            {
                reader.Skip();
            }
            else if (reader.TokenType == JsonTokenType.String)
            {
                body = isBody ? reader.GetString() : body;
                encoding = isEncoding ? reader.GetString() : encoding;
            }
            else if (isBody || reader.TokenType != JsonTokenType.Null)
            {
                return isBody ? "body: expected a string" : "encoding: expected a string";
            }
        }

        // What follows the object is read too, so that a second one on the line is not passed over.
        return reader.Read() ? "expected one JSON object a line" : null;
    }

    /// <summary>Writes the plan; gives an error instead if the text cannot be said in the encoding.</summary>
    private static string? Plan(string body, string? encoding, Utf8JsonWriter json)
    {
        SegmentPlan plan;
        if (string.IsNullOrEmpty(encoding) || encoding.Equals("auto", StringComparison.OrdinalIgnoreCase))
        {
            plan = Segmentation.Plan(body);
        }
        else if (!TryParse(encoding, out var wanted))
        {
            return $"encoding: \"{encoding}\", expected GSM-7, UCS-2, Latin-1 or auto";
        }
        else if (!Segmentation.TryPlan(body, wanted, ConcatenationForm.Udh8, out plan))
        {
            int at = wanted == TextEncoding.Gsm7 ? Gsm7.IndexOfUnencodable(body) : Latin1.IndexOfUnencodable(body);
            return $"body: character {at + 1} (U+{(int)body[at]:X4}) is not in {Name(wanted)}";
        }

        json.WriteString("encoding"u8, Name(plan.Encoding));
        json.WriteNumber("segments"u8, plan.Segments);
        json.WriteNumber("units"u8, plan.Units);
        json.WriteNumber("units_per_segment"u8, plan.UnitsPerSegment);
        return null;
    }

    private static bool TryParse(string encoding, out TextEncoding parsed)
    {
        string plain = encoding.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        (bool known, parsed) = plain.ToUpperInvariant() switch
        {
            "GSM7" or "GSM" or "GSM7BIT" or "7BIT" => (true, TextEncoding.Gsm7),
            "UCS2" or "UTF16" or "UNICODE" => (true, TextEncoding.Ucs2),
            "LATIN1" or "ISO88591" => (true, TextEncoding.Latin1),
            _ => (false, default),
        };
        return known;
    }

    private static string Name(TextEncoding encoding) => encoding switch
    {
        TextEncoding.Gsm7 => "GSM-7",
        TextEncoding.Ucs2 => "UCS-2",
        _ => "Latin-1",
    };
}
