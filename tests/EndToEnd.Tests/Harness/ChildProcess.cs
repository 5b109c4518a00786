using System.Diagnostics;

namespace EndToEnd.Tests.Harness;

/// <summary>A process of the test's own; its output line by line, and an end that is certain.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly string _name;

    private ChildProcess(string name, Process process)
    {
        _name = name;
        _process = process;
    }

    /// <summary>Called with each line of standard output, in order, before it is kept.</summary>
    public event Action<string>? Line;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public static ChildProcess Start(
        string name, string file, IEnumerable<string> arguments, string? folder = null, Action<string>? onLine = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Repository.Root,
        };
        foreach (var (variable, value) in environment ?? new Dictionary<string, string>())
            start.Environment[variable] = value;
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var child = new ChildProcess(name, process);
        if (onLine is not null)
            child.Line += onLine;
        process.OutputDataReceived += (_, e) => child.Keep(e.Data, fromOutput: true);
        process.ErrorDataReceived += (_, e) => child.Keep(e.Data, fromOutput: false);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs a command to its end and gives its exit code and all it said.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string file, IEnumerable<string> arguments, string? input = null, TimeSpan? within = null)
    {
        using var child = Start(Path.GetFileName(file), file, arguments);
        if (input is not null)
            await child._process.StandardInput.WriteAsync(input);
        child._process.StandardInput.Close();
        await child.ExitedAsync(within);
        return (child.ExitCode, child.Output());
    }

    public string Output()
    {
        lock (_lines)
            return string.Join('\n', _lines);
    }

    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits for the end, and for the last line of output.</summary>
    public async Task ExitedAsync(TimeSpan? within = null)
    {
        using var limit = new CancellationTokenSource(within ?? Until.Usual);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{_name} did not end. It said:\n{Output()}");
        }
    }

    /// <summary>SIGKILL: no handler runs.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    /// <summary>SIGTERM: what a service manager sends.</summary>
    public void Terminate() => Signal("TERM");

    /// <summary>SIGINT: what Ctrl-C in a terminal sends.</summary>
    public void Interrupt() => Signal("INT");

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, Id.ToString()]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private void Keep(string? line, bool fromOutput)
    {
        if (line is null)
            return;
        if (fromOutput)
            Line?.Invoke(line);
        lock (_lines)
            _lines.Add(line);
    }
}
