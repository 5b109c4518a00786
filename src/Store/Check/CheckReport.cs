namespace Store;

/// <summary>How bad a finding is.</summary>
public enum CheckSeverity
{
    /// <summary>Worth knowing; the start takes care of it.</summary>
    Note,
    /// <summary>Data is damaged or missing.</summary>
    Damage,
}

/// <summary>One thing found: what is wrong, where, and what to do about it.</summary>
/// <param name="Fault">What a start that meets it fails with; of a note it says nothing.</param>
public sealed record CheckFinding(CheckSeverity Severity, string What, string Remedy, StoreFault Fault)
{
    /// <summary>Damage, with the advice that belongs to its kind.</summary>
    public static CheckFinding Damage(StoreFault fault, string what) =>
        new(CheckSeverity.Damage, what, AdviceFor(fault), fault);

    /// <summary>Damage as an exception tells it.</summary>
    public static CheckFinding Damage(StoreException error) => Damage(error.Fault, error.Message);

    /// <summary>What to do, as docs/operating.md says it of the exit codes.</summary>
    public static string AdviceFor(StoreFault fault) => fault switch
    {
        StoreFault.Locked => "Stop the process that uses the folder, or name another folder.",
        StoreFault.WrongVersion => "Start the newer version, or correct the node in the configuration.",
        StoreFault.Corrupt => "Restore the folder from a backup or another node.",
        StoreFault.MissingFile => "Put the file back, or restore the folder from a backup or another node.",
        StoreFault.PermissionDenied => "Correct the owner, the mode or the mount.",
        StoreFault.DiskFull => "Free space, or enlarge the disk.",
        _ => "Look at the disk, and try again.",
    };
}

/// <summary>What a check read and what it found. Without damage the data is whole.</summary>
public sealed record CheckReport
{
    public required IReadOnlyList<CheckFinding> Findings { get; init; }
    public long WriteAheadRecords { get; init; }
    public long TableFiles { get; init; }
    public long Frames { get; init; }
    public long Records { get; init; }
    public long Bytes { get; init; }
    public long FinishedMessages { get; init; }
    public long KeyedEntries { get; init; }
    public long HistoryMessages { get; init; }
    public ulong LastPosition { get; init; }

    /// <summary>The damage that a start meets first; null where there is none.</summary>
    public CheckFinding? Worst => Findings.FirstOrDefault(finding => finding.Severity == CheckSeverity.Damage);

    public bool IsWhole => Findings.All(finding => finding.Severity != CheckSeverity.Damage);
}
