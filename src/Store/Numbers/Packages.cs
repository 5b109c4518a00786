using System.Diagnostics;
using System.Globalization;
using Store.Native;

namespace Store.Numbers;

/// <summary>
/// The folder "incoming" of a number store, through which a process that prepares an import hands it to the one that
/// has the store open. A package is a folder: NAME.part while it is written, NAME.ready when it is whole, NAME.failed
/// with a file "error" when it could not be applied; an applied one is gone.
/// </summary>
internal static class Packages
{
    private const string Incoming = "incoming";
    private const string ReadyExtension = ".ready";
    private const string FailedExtension = ".failed";

    /// <summary>A process's start is known to some hundredths of a second, in ticks since the machine's.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromSeconds(2);

    internal static string Begin(string storePath, string dataset)
    {
        try
        {
            var time = DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmssfffffff", CultureInfo.InvariantCulture);
            RemoveAbandoned(storePath);
            var folder = Path.Combine(storePath, Incoming, $"{time}-{dataset}-{Environment.ProcessId}.part");
            return Directory.CreateDirectory(folder).FullName;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault.Describe(error, storePath);
        }
    }

    /// <summary>Removes what imports left behind that were killed: their process is no more.</summary>
    internal static void RemoveAbandoned(string storePath)
    {
        var incoming = Path.Combine(storePath, Incoming);
        if (!Directory.Exists(incoming))
        {
            return;
        }
        try
        {
            foreach (var part in Directory.GetDirectories(incoming, "*.part").Where(part => !IsBeingWritten(part)))
            {
                Directory.Delete(part, recursive: true);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault.Describe(error, storePath);
        }
    }

    /// <summary>Whether the process that began it is still there; another one may have got its number since.</summary>
    private static bool IsBeingWritten(string part)
    {
        if (!int.TryParse(Path.GetFileNameWithoutExtension(part).Split('-')[^1], NumberStyles.None,
            CultureInfo.InvariantCulture, out var id))
        {
            return false;
        }
        try
        {
            using var process = Process.GetProcessById(id);
            return process.StartTime.ToUniversalTime() <= Directory.GetCreationTimeUtc(part) + ClockSlack;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            return false; // there is none
        }
    }

    /// <summary>Makes a whole package visible.</summary>
    internal static string Ready(string folder)
    {
        foreach (var run in Directory.EnumerateFiles(folder, "run-*"))
        {
            File.Delete(run);
        }
        var ready = Path.ChangeExtension(folder, ReadyExtension);
        Directory.Move(folder, ready);
        return ready;
    }

    /// <summary>Packages that wait, the oldest first.</summary>
    internal static string[] Waiting(string storePath)
    {
        var incoming = Path.Combine(storePath, Incoming);
        return Directory.Exists(incoming)
            ? [.. Directory.GetDirectories(incoming, "*" + ReadyExtension).Order(StringComparer.Ordinal)] : [];
    }

    internal static void Fail(string package, Exception error)
    {
        var failed = Path.ChangeExtension(package, FailedExtension);
        File.WriteAllText(Path.Combine(package, "error"), error.Message);
        Directory.Move(package, failed);
    }

    /// <summary>What became of a package: null while it waits, empty when applied, else why it failed.</summary>
    internal static string? Outcome(string package)
    {
        if (Directory.Exists(package))
        {
            return null;
        }
        var failed = Path.Combine(Path.ChangeExtension(package, FailedExtension), "error");
        return File.Exists(failed) ? File.ReadAllText(failed) : "";
    }
}
