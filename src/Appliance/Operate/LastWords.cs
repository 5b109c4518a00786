using System.Diagnostics.CodeAnalysis;
using System.Globalization;
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

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int file, ReadOnlySpan<byte> bytes, nint length);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int code);
}
