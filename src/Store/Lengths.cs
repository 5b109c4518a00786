using System.Globalization;
using Store.Native;

namespace Store;

/// <summary>
/// A small file that says how far RocksDB's MANIFEST has been written. RocksDB takes a MANIFEST that was cut, or that
/// ends in zeros, for a whole one and deletes the tables that the lost part named. Like WATERMARK it is never synced
/// itself and told only of what is synced: it may be late, never early.
/// </summary>
internal static class Lengths
{
    private const string Name = "LENGTHS";
    private const string Prefix = "MANIFEST-";

    /// <summary>Notes the MANIFEST as it is; nothing may be writing to it.</summary>
    internal static void Write(string path)
    {
        if (Look(path) is { } now)
        {
            Write(path, now);
        }
    }

    /// <summary>
    /// Notes the MANIFEST if it is as it was at the last call, so that it is not caught between a write and its sync;
    /// for calls a second apart. Returns what is to be given to the next one.
    /// </summary>
    internal static (string File, long Length)? Write(string path, (string File, long Length)? before)
    {
        var now = Look(path);
        if (now is { } seen && now == before)
        {
            Write(path, seen);
        }
        return now;
    }

    /// <summary>Looks whether the MANIFEST is whole as far as is noted; without a note nothing is known.</summary>
    /// <exception cref="StoreException">It was cut, zeroed, damaged or put back to an older one.</exception>
    internal static void Check(string path)
    {
        if (Noted(path) is not { } noted || CurrentOf(path) is not { } current)
        {
            return;
        }
        if (Number(current) < Number(noted.File))
        {
            throw new StoreException(StoreFault.Corrupt, $"{path}/CURRENT names {current}, but {noted.File} had been "
                + "in use: an older file was put in its place. Put the newer one back, or restore the folder from a "
                + "backup or another node.");
        }
        var manifest = Path.Combine(path, current);
        if (current != noted.File || !File.Exists(manifest))
        {
            return;
        }
        var whole = WalFile.WholeLength(File.ReadAllBytes(manifest));
        if (whole < noted.Length)
        {
            throw new StoreException(StoreFault.Corrupt, $"{manifest} is whole up to byte {whole} only, but "
                + $"{noted.Length} bytes had been written: it was cut or overwritten. Put it back, or restore the "
                + "folder from a backup or another node.");
        }
    }

    private static void Write(string path, (string File, long Length) now)
    {
        try
        {
            File.WriteAllText(Path.Combine(path, Name),
                string.Create(CultureInfo.InvariantCulture, $"{now.File} {now.Length}\n"));
        }
        catch (IOException)
        {
            // An older note is weaker, not wrong; a full disk is told of by the next commit.
        }
    }

    private static (string File, long Length)? Look(string path) =>
        CurrentOf(path) is { } file && new FileInfo(Path.Combine(path, file)) is { Exists: true } manifest
            ? (file, manifest.Length) : null;

    private static (string File, long Length)? Noted(string path)
    {
        var file = Path.Combine(path, Name);
        var words = File.Exists(file) ? File.ReadAllText(file).Split(' ', '\n') : [];
        return words.Length == 3 && Number(words[0]) > 0
            && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? (words[0], length) : null;
    }

    /// <summary>What CURRENT names; null where there is none or it names nothing of the kind, which RocksDB tells.
    /// </summary>
    private static string? CurrentOf(string path)
    {
        var file = Path.Combine(path, "CURRENT");
        return File.Exists(file) && File.ReadAllText(file).TrimEnd() is var name && Number(name) > 0 ? name : null;
    }

    private static long Number(string manifest) => manifest.StartsWith(Prefix, StringComparison.Ordinal)
        && long.TryParse(
            manifest.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : 0;
}
