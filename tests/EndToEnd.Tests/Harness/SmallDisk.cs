namespace EndToEnd.Tests.Harness;

/// <summary>
/// A small file system of its own, where the tests may mount one; else mounting says why not.
/// </summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly TempFolder _folder = new();

    private SmallDisk() => Path = Directory.CreateDirectory(_folder.File("disk")).FullName;

    public string Path { get; }

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    public static async Task<SmallDisk?> MountAsync(int megabytes)
    {
        var disk = new SmallDisk();
        var (code, output) = await MountAsync("-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Path);
        if (code == 0)
            return disk;
        Console.WriteLine("skipped, a file system cannot be mounted here: " + output);
        disk._folder.Dispose();
        return null;
    }

    /// <summary>Takes the room but for so many bytes; all of it with 0.</summary>
    public void FillBut(long bytes)
    {
        Free();
        using var file = new FileStream(Ballast, FileMode.Create);
        var block = new byte[4096];
        var space = new DriveInfo(Path);
        try
        {
            while (space.AvailableFreeSpace > bytes)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // Full, as it was to be.
        }
    }

    public void Free() => File.Delete(Ballast);

    public async Task RemountAsync(string mode)
    {
        var (code, output) = await MountAsync("-o", "remount," + mode, Path);
        if (code != 0)
            throw new InvalidOperationException(output);
    }

    public async ValueTask DisposeAsync()
    {
        await ChildProcess.RunAsync("umount", ["-l", Path]);
        _folder.Dispose();
    }

    private static Task<(int ExitCode, string Output)> MountAsync(params string[] words) =>
        ChildProcess.RunAsync("mount", words);
}
