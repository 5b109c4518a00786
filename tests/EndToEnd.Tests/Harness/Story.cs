using System.Text.Json.Nodes;

namespace EndToEnd.Tests.Harness;

/// <summary>What a message's record says of its life.</summary>
internal static class Story
{
    public static readonly string[] FinalStates =
        ["delivered", "undelivered", "expired", "rejected", "unknown", "failed", "blocked", "cancelled"];

    public static bool IsFinal(JsonObject record) => IsFinal((string?)record["status"]);

    public static bool IsFinal(string? status) => FinalStates.Contains(status);

    /// <summary>Whether some change of its history says that the carrier may have it twice.</summary>
    public static bool SaysDuplicate(JsonObject record) => record["history"]!.AsArray().Any(change => SaysDuplicate(change!));

    /// <summary>Whether a change says that the carrier may have it twice.</summary>
    public static bool SaysDuplicate(JsonNode change) => Reason(change).Contains("duplicate", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a change says that a carrier refused it, so that it goes out again.</summary>
    public static bool SaysSentAgain(JsonNode change) =>
        Reason(change).Contains("sent again", StringComparison.Ordinal) && !SaysDuplicate(change)
        || Reason(change).Contains("takes over", StringComparison.Ordinal);

    public static bool IsReceipt(JsonNode change) => Reason(change).StartsWith("receipt:", StringComparison.Ordinal);

    private static string Reason(JsonNode change) => (string?)change["reason"] ?? "";
}
