using System.Text.Json;
using System.Text.Json.Serialization;

namespace Store.Numbers;

/// <summary>What a file is to the numbers that are already there.</summary>
public enum ImportMode
{
    /// <summary>The file is all there is; what it does not name is no longer ported.</summary>
    Snapshot,
    /// <summary>The file's lines are changes, applied in the file's order whatever their dates.</summary>
    Delta,
    /// <summary>
    /// The file's lines are events in any order; for each number the latest date wins, also over what is stored.
    /// </summary>
    EventLog,
}

/// <summary>Whether a file's numbers begin with the country code.</summary>
public enum NumberForm
{
    National,
    International,
}

/// <summary>How a file's operator code finds its entry in the map.</summary>
public enum OperatorMatch
{
    Exact,
    /// <summary>The longest entry that the code begins with.</summary>
    Prefix,
}

/// <summary>An operator in a format's map.</summary>
public sealed record OperatorEntry(string? Mcc = null, string? Mnc = null, string? Name = null);

/// <summary>A line counts only if its column has one of the values.</summary>
public sealed record ImportFilter(string Column, string[] Values);

/// <summary>Where a line's fields are: a number counts columns from 1, anything else is a name in the header.</summary>
public sealed record ImportColumns
{
    public required string Number { get; init; }
    public string? Operator { get; init; }
    public string? Mcc { get; init; }
    public string? Mnc { get; init; }
    public string? Date { get; init; }
    /// <summary>What the line does, by <see cref="ImportFormat.Actions"/>.</summary>
    public string? Action { get; init; }
    /// <summary>In the first line: how many lines the file should have.</summary>
    public string? RowCount { get; init; }
}

/// <summary>
/// How a national operator's file is to be read. Stored as JSON with names in snake_case. (What has a default is
/// settable: generated JSON code would initialise an init-only property with null where the file says nothing.)
/// </summary>
public sealed record ImportFormat
{
    /// <summary>Name of the data set: a snapshot replaces the data set of this name.</summary>
    public required string Name { get; init; }

    public required string CountryCode { get; init; }

    /// <summary>
    /// Beginnings of the international numbers that this data set answers for; the country code by default.
    /// </summary>
    public string[]? Prefixes { get; init; }

    public ImportMode Mode { get; init; }

    public string Delimiter { get; set; } = ",";

    public bool Header { get; init; }

    public NumberForm NumberForm { get; init; }

    /// <summary>Digits taken off a national number's beginning where present ("0").</summary>
    public string? TrunkPrefix { get; init; }

    /// <summary>Fewest and most digits of a number as the file has it, without the trunk prefix.</summary>
    public int MinDigits { get; set; } = 4;

    public int MaxDigits { get; set; } = 15;

    /// <summary>
    /// With blocks: a number of at least so many digits, country code included, is a whole number, a shorter one stands
    /// for all numbers that begin with it, and the longest wins. Absent: every number is a whole one.
    /// </summary>
    public int? WholeDigits { get; init; }

    public required ImportColumns Columns { get; init; }

    public ImportFilter[] Filters { get; set; } = [];

    /// <summary>Of yyyy, MM, dd, HH, mm, ss, zzz (offset or Z) and other characters as they are.</summary>
    public string? DateFormat { get; init; }

    /// <summary>Minutes east of UTC of dates without an offset.</summary>
    public int UtcOffsetMinutes { get; init; }

    /// <summary>The mobile country code where the file has none.</summary>
    public string? Mcc { get; init; }

    /// <summary>A shorter mobile network code is filled up with zeros to this length.</summary>
    public int MncDigits { get; init; }

    /// <summary>Action column: value to "set" or "remove".</summary>
    public Dictionary<string, string>? Actions { get; init; }

    public Dictionary<string, OperatorEntry> Operators { get; set; } = [];

    public OperatorMatch OperatorMatch { get; init; }

    /// <summary>Bad lines allowed, as a share of all, before the whole import is refused.</summary>
    public double MaxBadShare { get; set; } = 0.01;

    /// <summary>The international prefixes that the data set answers for.</summary>
    [JsonIgnore]
    public string[] Answers => Prefixes is { Length: > 0 } ? Prefixes : [CountryCode];

    /// <summary>Names of the formats that come with the program.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } = [.. typeof(ImportFormat).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
        .Select(name => Path.GetFileNameWithoutExtension(name[ResourcePrefix.Length..])).Order(StringComparer.Ordinal)];

    private const string ResourcePrefix = "formats/";

    /// <summary>A built-in format by its name ("ru"), or the format in a JSON file.</summary>
    /// <exception cref="FormatException">It is unknown or wrong; the message names the field.</exception>
    public static ImportFormat Load(string nameOrFile)
    {
        using var resource = typeof(ImportFormat).Assembly.GetManifestResourceStream(
            ResourcePrefix + nameOrFile.ToLowerInvariant() + ".json");
        if (resource == null && !File.Exists(nameOrFile))
        {
            throw new FormatException(
                $"format: \"{nameOrFile}\" is neither a file nor one of {string.Join(", ", BuiltIn)}");
        }
        using var stream = resource ?? File.OpenRead(nameOrFile);
        try
        {
            var format = JsonSerializer.Deserialize(stream, NumberJson.Default.ImportFormat)
                ?? throw new FormatException($"format {nameOrFile}: expected an object");
            format.Check();
            return format;
        }
        catch (JsonException error)
        {
            throw new FormatException($"format {nameOrFile}: {error.Message}", error);
        }
    }

    /// <exception cref="FormatException">A field is wrong; the message names it and what is expected.</exception>
    public void Check()
    {
        Require(Name.Length is > 0 and <= 32 && Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'), "name",
            "1 to 32 letters, digits, - or _");
        Require(CountryCode.Length is 1 or 2 or 3 && CountryCode.All(char.IsAsciiDigit) && CountryCode[0] != '0',
            "country_code", "1 to 3 digits, the first not 0");
        Require(Answers.All(p => p.Length is > 0 and <= 15 && p.All(char.IsAsciiDigit) && p[0] != '0'), "prefixes",
            "digits, country code first");
        Require(Delimiter.Length == 1 && Delimiter[0] < 128, "delimiter", "one ASCII character");
        Require(MinDigits >= 1 && MinDigits <= MaxDigits && MaxDigits <= 15, "min_digits, max_digits",
            "1 <= min_digits <= max_digits <= 15");
        Require(WholeDigits is null or (>= 2 and <= 15), "whole_digits", "2 to 15");
        Require(Columns.Operator != null || Columns.Mnc != null, "columns", "operator or mnc, or both");
        Require(Columns.Date == null || DateFormat != null, "date_format", "a format, since columns.date is set");
        Require(Columns.Action == null || Actions != null, "actions", "a map, since columns.action is set");
        Require(Actions == null || Actions.Values.All(a => a is "set" or "remove"), "actions", "\"set\" or \"remove\"");
        Require(MaxBadShare is >= 0 and <= 1, "max_bad_share", "0 to 1");
        if (DateFormat != null)
        {
            _ = new DateParser(DateFormat, UtcOffsetMinutes);
        }
    }

    private void Require(bool holds, string field, string expected)
    {
        if (!holds)
        {
            throw new FormatException($"format {Name}: {field}: expected {expected}");
        }
    }
}

/// <summary>JSON of this folder's records, by source generation.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true,
    UseStringEnumConverter = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, ReadCommentHandling = JsonCommentHandling.Skip)]
[JsonSerializable(typeof(ImportFormat))]
[JsonSerializable(typeof(PackageManifest))]
[JsonSerializable(typeof(DatasetRecord))]
internal sealed partial class NumberJson : JsonSerializerContext;
