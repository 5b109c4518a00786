using Store;

namespace Appliance.Operate;

/// <summary>
/// How the process ends, for service managers and scripts; docs/operating.md says what to do for each. The numbers are
/// part of the contract.
/// </summary>
public static class ExitCode
{
    public const int Done = 0;

    /// <summary>Refused or failed; a line on standard error says why.</summary>
    public const int Failed = 1;

    public const int WrongUsage = 2;

    /// <summary>Ctrl-C: the work was ended before its end, as shells have it (128 and the signal's number).</summary>
    public const int Interrupted = 130;

    /// <summary>Data is damaged: a start was refused for it, or <c>check --data</c> found it.</summary>
    public const int Damaged = 12;

    /// <summary>What a store's fault ends the process with, whether a start met it or <c>check --data</c>
    /// found it.</summary>
    public static int Of(StoreFault fault) => fault switch
    {
        StoreFault.Locked => 10,
        StoreFault.WrongVersion => 11,
        StoreFault.Corrupt => Damaged,
        StoreFault.MissingFile => 13,
        StoreFault.PermissionDenied => 14,
        StoreFault.DiskFull => 15,
        _ => 16,
    };
}
