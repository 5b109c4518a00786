using System.Text.Json;

namespace Store.Numbers;

/// <summary>What an import counted. Numbers and blocks are those set, after duplicates.</summary>
public sealed record ImportCounts
{
    public long Lines { get; init; }
    public long Numbers { get; init; }
    public long Blocks { get; init; }
    public long Removed { get; init; }
    /// <summary>Lines that a later line for the same number replaced.</summary>
    public long Duplicates { get; init; }
    /// <summary>Lines that a filter left out.</summary>
    public long Filtered { get; init; }
    public long Bad { get; init; }
    /// <summary>Operators without a mobile network code.</summary>
    public int OperatorsUnmapped { get; init; }
}

/// <summary>
/// A prepared import: a folder that holds this as manifest.json beside either table files (a snapshot) or a file of
/// sorted changes (a delta, an event log). Whoever has the database open applies it whole or not at all.
/// </summary>
internal sealed record PackageManifest
{
    internal const string FileName = "manifest.json";
    internal const string ChangesFile = "changes";

    public int Version { get; set; } = NumberDatabase.Version;
    public required string Dataset { get; init; }
    public required ImportMode Mode { get; init; }
    public required string[] Prefixes { get; init; }
    public required NumberOperator[] Operators { get; init; }
    /// <summary>Bit n: there are blocks of n digits.</summary>
    public int BlockLengths { get; init; }
    public string[] Tables { get; set; } = [];
    public long Changes { get; init; }
    public required ImportCounts Counts { get; init; }

    /// <exception cref="StoreException">It is missing, damaged or of a newer version.</exception>
    internal static PackageManifest Read(string folder)
    {
        try
        {
            using var file = File.OpenRead(Path.Combine(folder, FileName));
            var manifest = JsonSerializer.Deserialize(file, NumberJson.Default.PackageManifest);
            return manifest is { Version: <= NumberDatabase.Version } ? manifest
                : throw new StoreException(StoreFault.WrongVersion,
                    $"{folder} was prepared by a newer version. Import with the version that runs.");
        }
        catch (JsonException error)
        {
            throw new StoreException(StoreFault.Corrupt,
                $"{folder}/{FileName} is damaged ({error.Message}). Import the file again.", error);
        }
        catch (IOException error)
        {
            throw Native.Fault.Describe(error, folder);
        }
    }

    internal void Write(string folder)
    {
        using var file = new FileStream(Path.Combine(folder, FileName), FileMode.Create);
        JsonSerializer.Serialize(file, this, NumberJson.Default.PackageManifest);
        file.Flush(flushToDisk: true);
    }
}

/// <summary>A data set as the database's facts have it, under "dataset/NAME".</summary>
internal sealed record DatasetRecord
{
    internal const string KeyPrefix = "dataset/";

    public required string Name { get; init; }
    /// <summary>Name of its column family is NAME.GENERATION.</summary>
    public required long Generation { get; init; }
    public required string[] Prefixes { get; init; }
    public required NumberOperator[] Operators { get; init; }
    public int BlockLengths { get; init; }
    public long Numbers { get; init; }
    public long Blocks { get; init; }
    public required DateTime ImportedAt { get; init; }
    /// <summary>The package applied last, so that one whose removal a crash prevented is not applied again.</summary>
    public string? Package { get; init; }
}
