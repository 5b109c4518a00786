using System.Text.Json;
using Appliance.Routing;

namespace Appliance.Operate.Http;

/// <summary>POST /admin/v1/routes/replay.</summary>
public sealed record ReplayRequest
{
    /// <summary>{"routes": [...], "money": {...}}.</summary>
    public JsonElement Tables { get; init; }

    /// <summary>Messages of so many hours until now.</summary>
    public int Hours { get; init; } = 24;
}

/// <summary>What would change.</summary>
/// <param name="Messages">Messages that were looked at, by their parts.</param>
/// <param name="Changed">Those that would take another carrier.</param>
/// <param name="CostBefore">Of those whose cost is known in both, as text; null for none.</param>
/// <param name="CostAfter">The same under the other tables.</param>
/// <param name="Rows">The most frequent changes.</param>
public sealed record ReplayResult(
    long Messages, long Changed, string Currency, string? CostBefore, string? CostAfter,
    IReadOnlyList<ReplayRow> Rows);
