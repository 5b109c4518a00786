using Store;

namespace Appliance.Routing.Versions;

/// <summary>The versions of the tables as a part of a data folder: verified, backed up and restored with it.</summary>
/// <param name="data">The data folder, or one of backups.</param>
public sealed class VersionFolder(string data)
{
    private const string Name = "tables";

    /// <summary>It may not be there.</summary>
    public string Path { get; } = System.IO.Path.Combine(data, Name);

    /// <summary>Reads every version that is kept.</summary>
    /// <returns>How many there are.</returns>
    /// <exception cref="StoreException">One is damaged, or one between others or the newest is not there.
    /// </exception>
    public int Verify()
    {
        if (!Directory.Exists(Path)) return 0;
        var files = new VersionFiles(Path);
        var numbers = VersionFile.WholeNumbers(Path);
        for (var i = 0; i < numbers.Count; i++)
        {
            if (i > 0 && numbers[i] != numbers[i - 1] + 1)
                throw VersionFile.Damaged(StoreFault.MissingFile, Path, $"version {numbers[i - 1] + 1} is missing");
            VersionFile.Read(Path, numbers[i]);
            files.Verify(VersionFile.ReadFiles(Path, numbers[i]) ?? VersionFiles.None);
        }

        var file = FileOf(Path);
        if (File.Exists(VersionFile.PathOf(file, 1))) VersionFile.Read(file, 1);
        return numbers.Count;
    }

    /// <summary>Where it is kept what the configuration's file said when it was read last: as a version 1.</summary>
    internal static string FileOf(string folder) => System.IO.Path.Combine(folder, "file");

    /// <summary>Copies the versions into a folder of backups; those of there that are no longer kept stay.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    /// <exception cref="StoreException">The newest one is missing.</exception>
    public void CopyTo(string backups)
    {
        if (!Directory.Exists(Path)) return;
        var target = Directory.CreateDirectory(new VersionFolder(backups).Path).FullName;
        var numbers = VersionFile.WholeNumbers(Path);
        new VersionFiles(Path).CopyTo(new VersionFiles(target));
        foreach (var number in numbers)
        {
            var copy = VersionFile.PathOf(target, number);
            File.Copy(VersionFile.PathOf(Path, number), copy + ".new", overwrite: true);
            File.Move(copy + ".new", copy, overwrite: true);
        }

        if (numbers.Count > 0) VersionFile.WriteNewest(target, numbers[^1]);
    }

    /// <summary>Takes the versions from a folder of backups, if there are any.</summary>
    public void RestoreFrom(string backups) => new VersionFolder(backups).CopyTo(data);
}
