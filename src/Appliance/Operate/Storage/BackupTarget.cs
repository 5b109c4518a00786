namespace Appliance.Operate.Storage;

/// <summary>Whether a folder can take backups.</summary>
public static class BackupTarget
{
    // What a backup makes in its folder; the names must not be those of a data folder.
    private static readonly string[] Parts = ["", "journal", "numbers", "numbering"];

    /// <summary>Null for a good folder, which is made when absent; else what was found and what was expected.</summary>
    /// <param name="directory">Absolute.</param>
    public static string? Check(string directory)
    {
        foreach (var part in Parts)
        {
            if (DataFolderAround(Path.Combine(directory, part)) is not { } data) continue;
            var what = part.Length == 0 ? "which is" : $"whose {part} would be";
            return $"found {directory}, {what} in the data folder {data}, expected a folder outside of it, best on "
                + "another disk";
        }

        try
        {
            Directory.CreateDirectory(directory);
            var probe = Path.Combine(directory, ".writable");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"found {directory}, where {Environment.UserName} cannot write ({error.Message.TrimEnd('.')}), "
                + "expected a folder that can be made or written";
        }
    }

    /// <summary>The data folder that a path is, or is in; symbolic links are followed. Null for none.</summary>
    private static string? DataFolderAround(string path)
    {
        for (var folder = Resolve(path); folder is not null; folder = Path.GetDirectoryName(folder))
            if (IsData(folder)) return folder;
        return null;
    }

    /// <summary>A database with our FORMAT; a folder of backups has no CURRENT.</summary>
    private static bool IsData(string folder) =>
        File.Exists(Path.Combine(folder, "CURRENT")) && File.Exists(Path.Combine(folder, "FORMAT"));

    /// <summary>The path without symbolic links; of what does not exist yet, the names.</summary>
    public static string Resolve(string path)
    {
        const int MostLinks = 40;
        var links = 0;
        var done = "/";
        var rest = new Stack<string>(Enumerable.Reverse(Names(Path.GetFullPath(path))));
        while (rest.TryPop(out var name))
        {
            var next = Path.Combine(done, name);
            if (links < MostLinks && new DirectoryInfo(next).LinkTarget is { } target)
            {
                links++;
                foreach (var one in Enumerable.Reverse(Names(Path.GetFullPath(target, done)))) rest.Push(one);
                done = "/";
                continue;
            }

            done = next;
        }

        return done;
    }

    private static string[] Names(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);
}
