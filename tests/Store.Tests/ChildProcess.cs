using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Store.Tests;

/// <summary>This assembly as a process of its own that appends until it is killed or the disk is full
/// (<see cref="CrashChild"/>).</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;

    internal ChildProcess(string folder, int seed) : this("append", folder, seed)
    {
    }

    /// <param name="what">The child's first argument.</param>
    /// <param name="folder">The journal's folder.</param>
    /// <param name="seed">Makes the same choices again.</param>
    internal ChildProcess(string what, string folder, int seed)
    {
        var start = new ProcessStartInfo(Path.ChangeExtension(typeof(CrashChild).Assembly.Location, null))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { what, folder, seed.ToString(CultureInfo.InvariantCulture) },
        };
        _process = Process.Start(start)!;
    }

    /// <summary>The number of records that the child last said were committed.</summary>
    internal long Committed { get; private set; }

    internal void WaitForCommits(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.True(ReadLine(), "the child ended: " + (_process.HasExited ? _process.StandardError.ReadToEnd()
                : ""));
        }
    }

    /// <summary>The last line that was no count of commits, if there was one.</summary>
    internal string? Word { get; private set; }

    /// <summary>
    /// Until the child says that the disk is full, or RocksDB has ended it for the same reason, as it may at any time
    /// after: then false.
    /// </summary>
    internal bool WaitForFullDisk()
    {
        while (ReadLine())
        {
        }
        if (Word == null)
        {
            var error = _process.StandardError.ReadToEnd();
            Assert.True(error.Contains("AssertFalseAndGetStatusForPrevError", StringComparison.Ordinal), error);
            _process.WaitForExit();
            return false;
        }
        Assert.Equal("failed DiskFull", Word);
        return true;
    }

    /// <summary>Lets a child that waits for its standard input go on.</summary>
    internal void GoOn() => _process.StandardInput.WriteLine();

    /// <summary>Until the child ends by itself. Returns its exit code.</summary>
    internal int WaitForEnd()
    {
        while (ReadLine())
        {
        }
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>kill -9, and then what the child had still said.</summary>
    internal void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
        while (ReadLine())
        {
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }
        _process.Dispose();
    }

    private bool ReadLine()
    {
        // A last line cut by the kill has said nothing.
        var line = _process.StandardOutput.ReadLine();
        Word = line is { Length: > 0 } && !char.IsAsciiDigit(line[0]) ? line : Word;
        if (line == null
            || !long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var committed)
            || committed < Committed)
        {
            return false;
        }
        Committed = committed;
        return true;
    }
}
