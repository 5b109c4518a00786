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

    /// <summary>Messages a second that are looked at, at the most: traffic has the machine first.</summary>
    public int Rate { get; init; } = 100_000;

    /// <summary>Whether a line a second says how far it is: application/x-ndjson, of <see cref="ReplayLine"/>. Without
    /// it the answer is the result, at the end.</summary>
    public bool Progress { get; init; }
}

/// <summary>A line of an answer with progress.</summary>
/// <param name="Share">Of the journal that is to be read, 0 to 1.</param>
/// <param name="Messages">Messages that were looked at, by their parts.</param>
/// <param name="Changed">Those that would take another carrier.</param>
public sealed record ReplayLine(double Share, long Messages, long Changed)
{
    /// <summary>In the last line.</summary>
    public ReplayResult? Result { get; init; }

    /// <summary>Why there is no result; in the last line.</summary>
    public string? Error { get; init; }
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
