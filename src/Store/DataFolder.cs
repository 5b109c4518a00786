using System.Globalization;
using Store.Native;

namespace Store;

/// <summary>
/// What lies beside RocksDB's files: FORMAT says what the folder is, WATERMARK how far its log had come. Both are read
/// before anything is written, so that a folder that is not ours, or that lost a file, stays untouched.
/// </summary>
internal static class DataFolder
{
    internal const string FormatFile = "FORMAT";

    /// <summary>Bytes that have to be free for a start: the log's first block, a manifest, FORMAT.</summary>
    private const long LeastFree = 1L << 20;

    /// <summary>
    /// Makes the folder, or checks the one that is there. Returns true when the database has to be made.
    /// </summary>
    /// <exception cref="StoreException">Newer format, another node's, a file missing, no permission.</exception>
    /// <param name="oldest">The oldest format that is read too; what it lacks may be missing.</param>
    internal static bool Prepare(string path, string kind, int version, int node, int oldest)
    {
        try
        {
            Directory.CreateDirectory(path);
            var format = Path.Combine(path, FormatFile);
            var current = File.Exists(Path.Combine(path, "CURRENT"));
            var data = Directory.EnumerateFiles(path).FirstOrDefault(IsData);
            if (File.Exists(format))
            {
                CheckFormat(path, File.ReadAllText(format), kind, version, node, oldest);
            }
            else if (current || data != null)
            {
                throw Missing(path, FormatFile);
            }
            if (!current && data != null)
            {
                throw Missing(path, "CURRENT");
            }
            if (!File.Exists(format))
            {
                WriteFormat(path, kind, version, node);
            }
            return !current;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault.Describe(error, path);
        }
    }

    /// <summary>
    /// For who is to write: the library does when it opens, and where the disk is full it may end the process instead
    /// of saying so.
    /// </summary>
    internal static void CheckRoom(string path)
    {
        var free = DiskSpace.Read(path).Free;
        if (free >= LeastFree) return;
        throw new StoreException(StoreFault.DiskFull,
            $"The disk of {path} is full. Free space or enlarge it; nothing that was acknowledged is lost. "
            + $"({free >> 10} KiB are free, a start writes {LeastFree >> 10} KiB and more)");
    }

    /// <summary>Writes FORMAT so that after a power cut it is there whole or not at all.</summary>
    internal static void WriteFormat(string path, string kind, int version, int node)
    {
        var temporary = Path.Combine(path, FormatFile + ".new");
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{kind} {version} node {node}\n");
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, Path.Combine(path, FormatFile), overwrite: true);
    }

    private static void CheckFormat(string path, string text, string kind, int version, int node, int oldest)
    {
        var words = text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 4 || words[0] != kind || words[2] != "node"
            || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var found)
            || !int.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out var owner))
        {
            throw new StoreException(StoreFault.Corrupt,
                $"{path}/{FormatFile} says \"{text.Trim()}\", expected \"{kind} {version} node {node}\". "
                + "Is this the right folder? If so, restore it from a backup.");
        }
        if (found > version)
        {
            throw new StoreException(StoreFault.WrongVersion,
                $"{path} was written by a newer version (format {found}, this one knows up to {version}). "
                + "Start the newer version, or restore a backup made by this one.");
        }
        if (found < oldest)
        {
            var known = oldest == version ? $"only {version}" : $"{oldest} to {version}";
            throw new StoreException(StoreFault.WrongVersion,
                $"{path} was written by an older version (format {found}, this one knows {known}). "
                + "Let the older version finish its messages, then begin with another folder.");
        }
        if (owner != node)
        {
            throw new StoreException(StoreFault.WrongVersion,
                $"{path} belongs to node {owner}, but this is node {node}. "
                + "Correct the node number in the configuration, or use another folder.");
        }
    }

    /// <summary>
    /// A folder of an older format that is read too is one of this format from now on: an older version, which could
    /// not read what is written now, refuses it then. To be called by who has it locked.
    /// </summary>
    internal static void Upgrade(string path, string kind, int version, int node)
    {
        try
        {
            var now = string.Create(CultureInfo.InvariantCulture, $"{kind} {version} node {node}");
            if (IsOlder(File.ReadAllText(Path.Combine(path, FormatFile)), now))
            {
                WriteFormat(path, kind, version, node);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault.Describe(error, path);
        }
    }

    /// <summary>Whether a folder is of the same kind and node as another, and of an older format.</summary>
    /// <param name="text">Its FORMAT.</param>
    /// <param name="other">The other's.</param>
    internal static bool IsOlder(string text, string other)
    {
        var (words, others) = (text.Split(' ', '\n'), other.Split(' ', '\n'));
        return words.Length >= 4 && others.Length >= 4 && words[0] == others[0] && words[3] == others[3]
            && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            && int.TryParse(others[1], NumberStyles.None, CultureInfo.InvariantCulture, out var newer)
            && version < newer;
    }

    /// <summary>The number of the node that a folder belongs to.</summary>
    internal static int NodeOf(string path)
    {
        try
        {
            var words = File.ReadAllText(Path.Combine(path, FormatFile)).Split(' ', '\n');
            return int.Parse(words[3], CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is FormatException or IndexOutOfRangeException)
        {
            throw new StoreException(StoreFault.Corrupt, $"{path}/{FormatFile} is damaged.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault.Describe(error, path);
        }
    }

    /// <summary>Whether files of a database are in a folder.</summary>
    internal static bool HasData(string path) =>
        File.Exists(Path.Combine(path, "CURRENT")) || Directory.EnumerateFiles(path).Any(IsData);

    /// <summary>RocksDB's files are numbered; any other .log is somebody else's.</summary>
    private static bool IsData(string file) =>
        (Path.GetExtension(file) is ".sst" or ".log" && Path.GetFileNameWithoutExtension(file).All(char.IsAsciiDigit))
        || Path.GetFileName(file).StartsWith("MANIFEST-", StringComparison.Ordinal);

    internal static StoreException Missing(string path, string file) => new(StoreFault.MissingFile,
        $"{path} holds data, but the file {file} is missing. Put it back, or restore the folder from a backup.");
}
