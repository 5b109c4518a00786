using System.Text.Json.Nodes;

namespace EndToEnd.Tests.Harness;

/// <summary>What a message's record says of its life.</summary>
internal static class Story
{
    public static readonly string[] FinalStates =
        ["delivered", "undelivered", "expired", "rejected", "unknown", "failed", "blocked"];

    public static bool IsFinal(JsonObject record) => FinalStates.Contains((string?)record["status"]);

    /// <summary>Whether some change of its history says that the carrier may have it twice.</summary>
    public static bool SaysDuplicate(JsonObject record) => record["history"]!.AsArray().Any(change =>
        change!.ToJsonString().Contains("duplicate", StringComparison.OrdinalIgnoreCase));
}
