using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Appliance.Operate;

/// <summary>
/// The end of a process that must not go on: one line to standard error, then gone. Nothing is unwound, flushed or
/// finalized, since all of that could touch the very thing that failed; the logger's queue is not waited for either.
/// </summary>
internal static partial class LastWords
{
    private const int StandardError = 2;

    /// <summary>Writes a line in the log's form and ends the process, without a core dump.</summary>
    [DoesNotReturn]
    public static void Exit(int eventId, string why, int code)
    {
        var now = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var line = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{now} crit: appliance[{eventId}] {why.ReplaceLineEndings(" ")}\n"));
        _ = Write(StandardError, line, line.Length);
        Leave(code);
    }

    /// <summary>Ends the process now; what was to be said has been said.</summary>
    [DoesNotReturn]
    public static void Leave(int code)
    {
        ExitNow(code);
        throw new InvalidOperationException("The process has ended.");
    }

    /// <summary>
    /// From here on a library that gives up by abort(), as librocksdb does where files contradict each other, is
    /// explained and ends the process with <paramref name="code"/>. Faults of our own keep their core dump.
    /// </summary>
    public static unsafe void ExplainAborts(int code)
    {
        _abortCode = code;
        AppDomain.CurrentDomain.UnhandledException += (_, _) => ExpectAbort();
        _ = Signal(SignalAbort, &Aborted);
    }

    /// <summary>The runtime is about to abort for a fault of our own.</summary>
    public static void ExpectAbort() => _abortCode = 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Aborted(int signal)
    {
        // Returning from the handler lets abort() go on to its core dump.
        if (_abortCode == 0) return;
        Exit(AbortedId, "the store's library met a disk that is full, files that contradict each other, or a fault of "
            + "its own, and gave up; its line stands above. Messages that were acknowledged are as they were on the "
            + "disk. Free space or enlarge it, if that is the cause. Else look with `appliance check --data`; where "
            + "that finds damage, or the start fails again, restore the folder from a backup or another node.",
            _abortCode);
    }

    private const int SignalAbort = 6;
    private const int AbortedId = 1006;

    private static volatile int _abortCode;

    [LibraryImport("libc", EntryPoint = "signal")]
    private static unsafe partial nint Signal(int signal, delegate* unmanaged[Cdecl]<int, void> handler);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int file, ReadOnlySpan<byte> bytes, nint length);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int code);
}
