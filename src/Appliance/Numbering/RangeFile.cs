using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Store;

namespace Appliance.Numbering;

/// <summary>
/// The imported ranges on disk, a text file that is exchanged as a whole:
/// <code>
/// numbering-ranges 1 COUNT SECONDS SHA256     of all that follows; when they were imported, since 1970
/// 49171 TAB 262 TAB 01 TAB Telekom TAB mobile
/// </code>
/// A running appliance holds <c>lock</c> beside it and writes into <c>taken</c> the SHA256 of what it has read, or
/// why it could not.
/// </summary>
public sealed class RangeFile
{
    private const string Kind = "numbering-ranges";
    private const string Version = "1";
    /// <summary>In the data folder, and in a folder of backups.</summary>
    public const string Folder = "numbering";
    private const int HeaderWords = 5;

    private readonly string _folder;
    private readonly string _path;

    /// <param name="data">The data folder.</param>
    public RangeFile(string data)
    {
        _folder = System.IO.Path.Combine(data, Folder);
        _path = System.IO.Path.Combine(_folder, "ranges");
    }

    /// <summary>Where it is, whether it is there or not.</summary>
    public string Path => _path;

    private string TakenPath => System.IO.Path.Combine(_folder, "taken");

    /// <summary>Exchanges the file; after a power cut the old one is there, or the new one.</summary>
    /// <returns>The SHA256 in the file's first line.</returns>
    public string Write(IReadOnlyCollection<NumberRange> ranges, DateTime importedAt)
    {
        Directory.CreateDirectory(_folder);
        var text = new StringBuilder();
        foreach (var range in ranges)
        {
            text.Append(range.Prefix).Append('\t').Append(range.Network?.Mcc).Append('\t').Append(range.Network?.Mnc)
                .Append('\t').Append(range.Network?.Name).Append('\t')
                .Append(range.Type == NumberType.Unknown ? "" : range.Type.Name()).Append('\n');
        }

        var body = Encoding.UTF8.GetBytes(text.ToString());
        var digest = Convert.ToHexStringLower(SHA256.HashData(body));
        var seconds = new DateTimeOffset(importedAt, TimeSpan.Zero).ToUnixTimeSeconds();
        var head = string.Create(CultureInfo.InvariantCulture, $"{Kind} {Version} {ranges.Count} {seconds} {digest}\n");
        var temporary = _path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            file.Write(Encoding.ASCII.GetBytes(head));
            file.Write(body);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, _path, overwrite: true);
        return digest;
    }

    /// <summary>The ranges, none where nothing was imported, and the SHA256 of the file.</summary>
    /// <exception cref="StoreException">The file is damaged; the way out is named.</exception>
    public NumberRanges Read(out string digest)
    {
        digest = "";
        if (!File.Exists(_path)) return NumberRanges.None;
        var bytes = File.ReadAllBytes(_path);
        var end = bytes.AsSpan().IndexOf((byte)'\n');
        var words = end < 0 ? [] : Encoding.ASCII.GetString(bytes, 0, end).Split(' ');
        if (words.Length != HeaderWords || words[0] != Kind) throw Damaged("its first line is not as expected");
        if (words[1] != Version) throw Damaged($"it is of version {words[1]}, expected {Version}");
        var body = bytes.AsSpan(end + 1);
        digest = Convert.ToHexStringLower(SHA256.HashData(body));
        if (digest != words[4]) throw Damaged("its checksum is another one");
        if (!uint.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            throw Damaged($"\"{words[3]}\" is no time");
        var importedAt = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return new NumberRanges(Encoding.UTF8.GetString(body).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(ReadLine), importedAt.UtcDateTime);
    }

    /// <summary>When and how long the file was changed last; changes whenever its content does.</summary>
    public (DateTime Written, long Length) Stamp()
    {
        var file = new FileInfo(_path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }

    /// <summary>Taken by a running appliance; null where another process has it.</summary>
    public FileStream? TryLock()
    {
        Directory.CreateDirectory(_folder);
        try
        {
            return new FileStream(System.IO.Path.Combine(_folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite,
                FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Says that the running appliance has read the file, or why not.</summary>
    public void Answer(string digest, string error)
    {
        var temporary = TakenPath + ".new";
        File.WriteAllText(temporary, digest + "\n" + error);
        File.Move(temporary, TakenPath, overwrite: true);
    }

    /// <summary>What the running appliance says of the file with that SHA256: null nothing yet, empty that it is in
    /// effect, else why it is not.</summary>
    public string? AnswerTo(string digest)
    {
        if (!File.Exists(TakenPath)) return null;
        var parts = File.ReadAllText(TakenPath).Split('\n', 2);
        return parts.Length == 2 && parts[0] == digest ? parts[1] : null;
    }

    /// <summary>Puts the file into a folder of backups, whole; nothing where nothing was imported.</summary>
    public void CopyTo(string backups)
    {
        if (!File.Exists(_path)) return;
        var folder = Directory.CreateDirectory(System.IO.Path.Combine(backups, Folder)).FullName;
        var copy = System.IO.Path.Combine(folder, "ranges");
        File.Copy(_path, copy + ".new", overwrite: true);
        File.Move(copy + ".new", copy, overwrite: true);
    }

    /// <summary>Takes the file from a folder of backups, if it is there.</summary>
    public void RestoreFrom(string backups)
    {
        var copy = System.IO.Path.Combine(backups, Folder, "ranges");
        if (!File.Exists(copy)) return;
        Directory.CreateDirectory(_folder);
        File.Copy(copy, _path);
    }

    private static NumberRange ReadLine(string line)
    {
        var fields = line.Split('\t');
        _ = NumberTypes.TryParse(fields[4], out var type);
        var (mcc, mnc) = fields[1].Length == 0 ? (null, null) : (fields[1], fields[2]);
        var network = mcc is null && fields[3].Length == 0 ? null : new Network(mcc, mnc, fields[3]);
        return new NumberRange(fields[0], network, type);
    }

    private StoreException Damaged(string why) => new(StoreFault.Corrupt,
        $"{_path} is damaged: {why}. These are the imported ranges of numbers only: remove the file, start, and import "
        + "them again (appliance numbers import).");
}
