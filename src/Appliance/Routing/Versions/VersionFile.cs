using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Store;

namespace Appliance.Routing.Versions;

/// <summary>
/// A version as a file: {"version","who","at","note","sha256","content","files"}, the last for the files it names.
/// Written beside its place and moved there when it is on the disk, so that it is there whole or not at all.
/// </summary>
internal static class VersionFile
{
    private const string Extension = ".json";
    private const string Newest = "NEWEST";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    internal static string PathOf(string folder, int version) =>
        Path.Combine(folder, version.ToString("D8", CultureInfo.InvariantCulture) + Extension);

    /// <summary>The numbers of the folder's versions, rising.</summary>
    internal static List<int> Numbers(string folder)
    {
        var numbers = new List<int>();
        foreach (var path in Directory.EnumerateFiles(folder, "*" + Extension))
        {
            if (int.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture,
                out var number))
                numbers.Add(number);
        }

        numbers.Sort();
        return numbers;
    }

    internal static void Write(
        string folder, TableVersion version, byte[] content, IReadOnlyDictionary<string, string> files,
        bool overwrite = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("version"u8, version.Number);
            json.WriteString("who"u8, version.Who);
            json.WriteString("at"u8, version.At);
            json.WriteString("note"u8, version.Note);
            json.WriteString("sha256"u8, Convert.ToHexStringLower(SHA256.HashData(content)));
            json.WriteBase64String("content"u8, content);
            json.WriteStartObject("files"u8);
            foreach (var (file, copy) in files) json.WriteString(file, copy);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        var path = PathOf(folder, version.Number);
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        // Accounts and carriers are among the tables: their secrets are nobody else's.
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(temporary, options))
        {
            file.Write(buffer.WrittenSpan);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite);
    }

    /// <summary>
    /// Says on the disk which version is the newest: without it the loss of the newest file would look as if there had
    /// never been one.
    /// </summary>
    internal static void WriteNewest(string folder, int number)
    {
        var path = Path.Combine(folder, Newest);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(path + ".new", options))
        {
            file.Write(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture) + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>The number of the newest version there was; 0 in a folder of before that was written down.</summary>
    /// <exception cref="StoreException">The file is damaged.</exception>
    internal static int ReadNewest(string folder)
    {
        var path = Path.Combine(folder, Newest);
        if (!File.Exists(path)) return 0;
        return int.TryParse(File.ReadAllText(path).TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture,
            out var number)
            ? number
            : throw Damaged(StoreFault.Corrupt, path, "it has no number");
    }

    /// <summary>The numbers of the folder's versions, rising, of which the newest is there.</summary>
    /// <exception cref="StoreException">The newest one is missing.</exception>
    internal static List<int> WholeNumbers(string folder)
    {
        // Read first: a version that is written meanwhile is in the list at the least.
        var newest = ReadNewest(folder);
        var numbers = Numbers(folder);
        var last = numbers.Count > 0 ? numbers[^1] : 0;
        if (last >= newest) return numbers;
        throw Damaged(StoreFault.MissingFile, folder,
            $"version {newest}, the newest, is missing ({Path.GetFileName(PathOf(folder, newest))}). To go on with "
            + $"version {last}, delete {Path.Combine(folder, Newest)}");
    }

    /// <exception cref="StoreException">The file is damaged.</exception>
    internal static (TableVersion Version, byte[] Content) Read(string folder, int number)
    {
        var path = PathOf(folder, number);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            var content = root.GetProperty("content").GetBytesFromBase64();
            if (Convert.ToHexStringLower(SHA256.HashData(content)) != root.GetProperty("sha256").GetString())
                throw Damaged(StoreFault.Corrupt, path, "its content has another checksum");
            if (root.GetProperty("version").GetInt32() != number)
                throw Damaged(StoreFault.Corrupt, path, "it is another version's");
            return (new TableVersion(
                root.GetProperty("version").GetInt32(), root.GetProperty("who").GetString() ?? "",
                root.GetProperty("at").GetDateTimeOffset(), root.GetProperty("note").GetString() ?? ""), content);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or FormatException
            or InvalidOperationException)
        {
            throw Damaged(StoreFault.Corrupt, path, error.Message);
        }
    }

    /// <summary>The files that a version names, and their copies; null for one of before they were kept.</summary>
    /// <exception cref="StoreException">The file is damaged.</exception>
    internal static IReadOnlyDictionary<string, string>? ReadFiles(string folder, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(PathOf(folder, number)));
            return document.RootElement.TryGetProperty("files"u8, out var files)
                ? files.EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetString() ?? "")
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Damaged(StoreFault.Corrupt, PathOf(folder, number), error.Message);
        }
    }

    /// <param name="place">The file, or the folder.</param>
    internal static StoreException Damaged(StoreFault fault, string place, string why) => new(fault,
        $"{place} is damaged: {why}. These are versions of what changes at run time, no messages: restore them from a "
        + "backup, or move them away; then what the configuration's file says is in force.");
}
