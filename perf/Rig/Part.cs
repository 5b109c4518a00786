using System.Diagnostics;
using System.Globalization;

namespace Rig;

/// <summary>A process of the measurement: the gateway, the SMSC, the load. It ends with its owner.</summary>
public sealed class Part : IDisposable
{
    // USER_HZ of every Linux on x86-64 and arm64.
    private const double TicksPerSecond = 100;

    private readonly Process _process;
    private readonly List<string> _said = [];

    public Part(string name, string file, IEnumerable<string> arguments, string? folder = null)
    {
        Name = name;
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Place.Root,
        };
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Keep(e.Data);
        _process.ErrorDataReceived += (_, e) => Keep(e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Name { get; }

    /// <summary>User and system time so far (proc(5), stat fields 14 and 15).</summary>
    public TimeSpan CpuTime
    {
        get
        {
            var fields = Stat();
            var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture)
                + long.Parse(fields[12], CultureInfo.InvariantCulture);
            return TimeSpan.FromSeconds(ticks / TicksPerSecond);
        }
    }

    /// <summary>User and system time so far by the name of the thread (proc(5), task/[tid]).</summary>
    public Dictionary<string, double> ThreadSeconds()
    {
        var seconds = new Dictionary<string, double>();
        foreach (var task in Directory.GetDirectories($"/proc/{_process.Id}/task"))
        {
            try
            {
                var line = File.ReadAllText(Path.Combine(task, "stat"));
                var name = line[(line.IndexOf('(') + 1)..line.LastIndexOf(')')];
                var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
                var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture)
                    + long.Parse(fields[12], CultureInfo.InvariantCulture);
                seconds[name] = seconds.GetValueOrDefault(name) + (ticks / TicksPerSecond);
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        return seconds;
    }

    public long ResidentBytes => long.Parse(Stat()[21], CultureInfo.InvariantCulture) * Environment.SystemPageSize;

    public string Said()
    {
        lock (_said)
            return string.Join('\n', _said);
    }

    /// <summary>Asks again and again until the answer is yes; a process that ends meanwhile is an error.</summary>
    public async Task UntilAsync(string what, Func<Task<bool>> condition, TimeSpan? within = null)
    {
        var clock = Stopwatch.StartNew();
        while (!await Try(condition))
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"{Name} ended with {_process.ExitCode}:\n{Said()}");
            if (clock.Elapsed > (within ?? TimeSpan.FromSeconds(30)))
                throw new TimeoutException($"{Name}: not in time: {what}\n{Said()}");
            await Task.Delay(20);
        }
    }

    /// <summary>Waits for the end and gives what it said.</summary>
    /// <param name="within">For how long.</param>
    /// <param name="allowed">An exit code that is as good as 0.</param>
    public async Task<string> EndAsync(TimeSpan within, int allowed = 0)
    {
        using var limit = new CancellationTokenSource(within);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode == 0 || _process.ExitCode == allowed
            ? Said()
            : throw new InvalidOperationException($"{Name} ended with {_process.ExitCode}:\n{Said()}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<bool> Try(Func<Task<bool>> condition)
    {
        try
        {
            return await condition();
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Fields of /proc/PID/stat from the third on; the second may contain spaces.</summary>
    private string[] Stat()
    {
        var line = File.ReadAllText($"/proc/{_process.Id}/stat");
        return line[(line.LastIndexOf(')') + 2)..].Split(' ');
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_said)
            _said.Add(line);
    }
}
