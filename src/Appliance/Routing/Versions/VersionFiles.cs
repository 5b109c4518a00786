using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Store;

namespace Appliance.Routing.Versions;

/// <summary>
/// What the files said that a document names (prices, costs) when it became a version: copies in a folder beside the
/// versions, under the hash of what they say, so that going back goes back to that.
/// </summary>
/// <param name="folder">That of the versions.</param>
internal sealed class VersionFiles(string folder)
{
    private const string Name = "files";
    private const int LongestName = 100;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Members of a document's money that are lists of files.</summary>
    private static readonly string[] Lists = ["price_files", "cost_files"];

    public static IReadOnlyDictionary<string, string> None { get; } = new Dictionary<string, string>();

    public string Path { get; } = System.IO.Path.Combine(folder, Name);

    /// <summary>Where a copy is.</summary>
    public string PathOf(string copy) => System.IO.Path.Combine(Path, copy);

    /// <summary>Copies the files that a document names.</summary>
    /// <returns>The copy's name by the file's; what cannot be read has none, and whoever reads it says why.</returns>
    public IReadOnlyDictionary<string, string> Keep(ReadOnlyMemory<byte> document)
    {
        var kept = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in NamesIn(document))
        {
            if (TryRead(file) is not { } content) continue;
            kept[file] = NameOf(file, content);
            Write(PathOf(kept[file]), content);
        }

        return kept;
    }

    /// <summary>The files that say something else than they did, or cannot be read any more.</summary>
    public static IReadOnlyList<string> Changed(IReadOnlyDictionary<string, string> kept) =>
    [
        .. from one in kept
           where TryRead(one.Key) is not { } content || NameOf(one.Key, content) != one.Value
           select one.Key,
    ];

    /// <summary>What differs between two sets of copies, a line each.</summary>
    public IReadOnlyList<string> Diff(
        IReadOnlyDictionary<string, string>? old, IReadOnlyDictionary<string, string>? changed) =>
        // Of versions of before copies were kept nothing is known.
        old is null || changed is null ? [] : Diff(
            old, file => changed.GetValueOrDefault(file) is { } copy ? PathOf(copy) : null, changed.Keys,
            file => old.GetValueOrDefault(file) == changed.GetValueOrDefault(file));

    /// <summary>What differs between copies and the files that a document names, as these are now.</summary>
    public IReadOnlyList<string> DiffNow(IReadOnlyDictionary<string, string> old, ReadOnlyMemory<byte> document)
    {
        var named = NamesIn(document).ToHashSet(StringComparer.Ordinal);
        return Diff(old, file => named.Contains(file) && File.Exists(file) ? file : null, named, file =>
            old.GetValueOrDefault(file) is { } copy && named.Contains(file)
            && TryRead(file) is { } content && NameOf(file, content) == copy);
    }

    private List<string> Diff(
        IReadOnlyDictionary<string, string> old, Func<string, string?> changed, IEnumerable<string> names,
        Func<string, bool> isSame) =>
    [
        .. from file in old.Keys.Union(names).Order(StringComparer.Ordinal)
           where !isSame(file)
           from line in PriceFileDiff.Of(file, old.GetValueOrDefault(file) is { } copy ? PathOf(copy) : null,
               changed(file))
           select line,
    ];

    /// <summary>A document with the copies in the files' place.</summary>
    public byte[] Bind(byte[] document, IReadOnlyDictionary<string, string> kept)
    {
        if (kept.Count == 0) return document;
        var paths = kept.ToDictionary(one => one.Key, one => PathOf(one.Value), StringComparer.Ordinal);
        using var parsed = JsonDocument.Parse(document);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var member in parsed.RootElement.EnumerateObject())
            {
                if (member.NameEquals("money"u8)) WriteMoney(json, member.Value, paths);
                else member.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="StoreException">A copy is missing or says something else.</exception>
    public void Verify(IReadOnlyDictionary<string, string> kept)
    {
        foreach (var (file, copy) in kept)
        {
            if (!File.Exists(PathOf(copy)))
                throw VersionFile.Damaged(
                    StoreFault.MissingFile, Path, $"{copy} is missing, which is what {file} said");
            if (NameOf(file, File.ReadAllBytes(PathOf(copy))) != copy)
                throw VersionFile.Damaged(StoreFault.Corrupt, PathOf(copy), "its content has another checksum");
        }
    }

    /// <summary>Lets go of copies that no version names.</summary>
    public void Prune(IEnumerable<string> named)
    {
        if (!Directory.Exists(Path)) return;
        var stay = named.ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.GetFiles(Path))
            if (!stay.Contains(System.IO.Path.GetFileName(path))) File.Delete(path);
    }

    /// <summary>Copies all into another folder of versions; what is there already is the same.</summary>
    public void CopyTo(VersionFiles target)
    {
        if (!Directory.Exists(Path)) return;
        foreach (var path in Directory.GetFiles(Path))
            // One that goes meanwhile is of a version that goes too.
            if (TryRead(path) is { } content) Write(target.PathOf(System.IO.Path.GetFileName(path)), content);
    }

    private static void WriteMoney(Utf8JsonWriter json, JsonElement money, Dictionary<string, string> paths)
    {
        json.WriteStartObject("money"u8);
        foreach (var member in money.EnumerateObject())
        {
            if (!Lists.Contains(member.Name) || member.Value.ValueKind != JsonValueKind.Array)
            {
                member.WriteTo(json);
                continue;
            }

            json.WriteStartArray(member.Name);
            foreach (var file in member.Value.EnumerateArray())
            {
                if (file.ValueKind == JsonValueKind.String && paths.TryGetValue(file.GetString()!, out var copy))
                    json.WriteStringValue(copy);
                else file.WriteTo(json);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>The files of prices and costs that a document names.</summary>
    public static List<string> NamesIn(ReadOnlyMemory<byte> document)
    {
        try
        {
            using var parsed = JsonDocument.Parse(document);
            var root = parsed.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("money"u8, out var money)
                && money.ValueKind == JsonValueKind.Object
                ? [.. from list in Lists
                      where money.TryGetProperty(list, out var files) && files.ValueKind == JsonValueKind.Array
                      from file in money.GetProperty(list).EnumerateArray()
                      where file.ValueKind == JsonValueKind.String
                      select file.GetString()!]
                : [];
        }
        catch (JsonException)
        {
            return []; // whoever validates it says so
        }
    }

    private static byte[]? TryRead(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The hash, and the file's name, whose ending says what kind of file it is.</summary>
    private static string NameOf(string file, byte[] content)
    {
        var name = System.IO.Path.GetFileName(file);
        if (name.Length > LongestName) name = name[^LongestName..];
        return Convert.ToHexStringLower(SHA256.HashData(content)) + "-" + name;
    }

    private static void Write(string path, byte[] content)
    {
        if (File.Exists(path)) return;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(path + ".new", options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
    }
}
