using System.Text.Json;

namespace Appliance.Operate.Http;

/// <summary>GET /admin/v1/tables: versions of what changes at run time, the newest first.</summary>
/// <param name="InForce">The number of the version in force.</param>
public sealed record TablesDocument(int InForce, IReadOnlyList<TableVersionDocument> Versions);

/// <param name="Who">"file", or whoever asked for it.</param>
public sealed record TableVersionDocument(int Version, string Who, DateTimeOffset At, string Note);

/// <summary>GET /admin/v1/tables/diff?from=N&amp;to=N.</summary>
/// <param name="Changes">A line each.</param>
public sealed record TableDiffDocument(int From, int To, IReadOnlyList<string> Changes);

/// <summary>POST /admin/v1/tables: other routes, prices, carriers, accounts or rules.</summary>
public sealed record TableRequest
{
    /// <summary>Some of {"routes": [...], "money": {...}, "carriers": [...], "accounts": [...], "policy": {...}}, each
    /// whole; what is absent stays, and so does a secret that is null.</summary>
    public JsonElement Tables { get; init; }

    /// <summary>Who asks for it.</summary>
    public string Who { get; init; } = "api";

    public string Note { get; init; } = "";

    /// <summary>The version it was made from; another one in force is a conflict. Null for any.</summary>
    public int? Base { get; init; }

    /// <summary>Says what would change, and changes nothing.</summary>
    public bool DryRun { get; init; }
}

/// <summary>POST /admin/v1/tables/rollback.</summary>
public sealed record TableRollBack
{
    public required int Version { get; init; }

    public string Who { get; init; } = "api";
}

/// <summary>What became of a change.</summary>
/// <param name="Result">done, or unchanged.</param>
/// <param name="Version">The version in force.</param>
/// <param name="Changes">What differs from before, or would.</param>
/// <param name="NeedsRestart">Members of the configuration's file that are other than at the start.</param>
public sealed record TableResult(
    string Result, int Version, IReadOnlyList<string> Changes, IReadOnlyList<string> NeedsRestart);
