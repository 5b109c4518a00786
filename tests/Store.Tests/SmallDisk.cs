using System.Diagnostics;

namespace Store.Tests;

/// <summary>
/// A small file system of its own, where the tests may mount one; else <see cref="Mount"/> says why not.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly Folder _folder = new();

    private SmallDisk() => Path = Directory.CreateDirectory(_folder.File("disk")).FullName;

    internal string Path { get; }

    internal static SmallDisk? Mount(int megabytes)
    {
        var disk = new SmallDisk();
        if (disk.Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Path) is { Length: > 0 } reason)
        {
            Console.WriteLine("skipped, a file system cannot be mounted here: " + reason);
            disk._folder.Dispose();
            return null;
        }
        return disk;
    }

    internal void Remount(string mode)
    {
        if (Run("mount", "-o", "remount," + mode, Path) is { Length: > 0 } reason)
        {
            throw new InvalidOperationException(reason);
        }
    }

    public void Dispose()
    {
        Run("umount", "-l", Path);
        _folder.Dispose();
    }

    private string Run(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program) { RedirectStandardError = true };
            foreach (var argument in arguments)
            {
                start.ArgumentList.Add(argument);
            }
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? "" : $"{program}: {error.Trim()} ({process.ExitCode})";
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return error.Message;
        }
    }
}
