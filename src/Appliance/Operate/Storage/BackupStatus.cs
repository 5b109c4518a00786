using System.Text.Json.Serialization;

namespace Appliance.Operate.Storage;

public enum BackupState
{
    [JsonStringEnumMemberName("none")]
    None,

    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("done")]
    Done,

    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary>What POST /admin/v1/backup asks for.</summary>
public sealed record BackupRequest
{
    /// <summary>An absolute path on the appliance's machine.</summary>
    public required string Directory { get; init; }

    public const int KeptByDefault = 7;

    public const int MostKept = 10_000;

    /// <summary>Backups kept, 1 or more; older ones go. Null for <see cref="KeptByDefault"/>.</summary>
    public int? Keep { get; init; }

    /// <summary>How fast to copy, 0 for no limit.</summary>
    public long BytesPerSecond { get; init; }
}

/// <summary>The backup that runs, or the last one.</summary>
public sealed record BackupStatus
{
    public required BackupState State { get; init; }

    public string? Directory { get; init; }

    /// <summary>Whose backup it is.</summary>
    public int Node { get; init; }

    /// <summary>The absolute path of what is backed up.</summary>
    public string? Data { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public double Seconds { get; init; }

    /// <summary>While it runs: bytes in the folder. When done: bytes of this backup, shared files included.</summary>
    public long Bytes { get; init; }

    /// <summary>Its number in the folder.</summary>
    public int Id { get; init; }

    public string? Error { get; init; }
}
