using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Store.Tests;

/// <summary>This assembly as a process of its own that appends until it is killed (<see cref="CrashChild"/>).</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;

    internal ChildProcess(string folder, int seed)
    {
        var start = new ProcessStartInfo(Path.ChangeExtension(typeof(CrashChild).Assembly.Location, null))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "append", folder, seed.ToString(CultureInfo.InvariantCulture) },
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

    /// <summary>Until the child ends by itself.</summary>
    internal void WaitForEnd()
    {
        while (ReadLine())
        {
        }
        _process.WaitForExit();
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
        if (_process.StandardOutput.ReadLine() is not { } line
            || !long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var committed)
            || committed < Committed)
        {
            return false;
        }
        Committed = committed;
        return true;
    }
}
