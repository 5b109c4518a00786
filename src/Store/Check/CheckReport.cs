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
public sealed record CheckFinding(CheckSeverity Severity, string What, string Remedy);

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

    public bool IsWhole => Findings.All(finding => finding.Severity != CheckSeverity.Damage);
}
