using System.Text.Json.Serialization;

namespace Appliance.Load;

/// <summary>What a load run measured; the file of --json.</summary>
internal sealed record LoadResult
{
    public required string Plan { get; init; }

    /// <summary>First to last message sent, after the warm-up, in seconds.</summary>
    public required double Seconds { get; init; }

    public required long Sent { get; init; }
    public required long Accepted { get; init; }
    public required long Refused { get; init; }
    public required SortedDictionary<string, long> RefusedBy { get; init; }

    /// <summary>Sent, and neither accepted nor refused.</summary>
    public required long Unanswered { get; init; }

    public required bool ReceiptsExpected { get; init; }
    public required long Receipts { get; init; }
    public required SortedDictionary<string, long> ReceiptsBy { get; init; }

    /// <summary>Accepted, and no receipt has come.</summary>
    public required long Lost { get; init; }

    /// <summary>Receipts beyond a message's first.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Receipts for no message of this run.</summary>
    public required long Foreign { get; init; }

    public required long Intermediate { get; init; }

    /// <summary>Receipts for messages whose response never came.</summary>
    public required long ReceiptedUnanswered { get; init; }

    public required long MobileOriginated { get; init; }
    public required long Disconnects { get; init; }

    /// <summary>Messages a second while messages were sent, after the warm-up.</summary>
    public required double AcceptedPerSecond { get; init; }

    public required double ReceiptsPerSecond { get; init; }

    /// <summary>From the intended time to the response.</summary>
    public required Percentiles Acknowledgement { get; init; }

    /// <summary>From the intended time to the receipt; null without receipts.</summary>
    public Percentiles? EndToEnd { get; init; }

    /// <summary>This process's own CPU time, in microseconds a message sent.</summary>
    public required double CpuMicrosecondsPerMessage { get; init; }

    public required IReadOnlyList<LoadSecond> Timeline { get; init; }
}

/// <summary>A distribution of latencies, in milliseconds.</summary>
internal sealed record Percentiles
{
    public required long Count { get; init; }
    public required double MeanMs { get; init; }
    public required double MinMs { get; init; }
    public required double P50Ms { get; init; }
    public required double P90Ms { get; init; }
    public required double P99Ms { get; init; }
    public required double P999Ms { get; init; }
    public required double P9999Ms { get; init; }
    public required double MaxMs { get; init; }

    internal static Percentiles Of(LatencyHistogram histogram) => new()
    {
        Count = histogram.Count,
        MeanMs = histogram.Mean / 1e6,
        MinMs = histogram.Count == 0 ? 0 : histogram.Min / 1e6,
        P50Ms = histogram.Percentile(50) / 1e6,
        P90Ms = histogram.Percentile(90) / 1e6,
        P99Ms = histogram.Percentile(99) / 1e6,
        P999Ms = histogram.Percentile(99.9) / 1e6,
        P9999Ms = histogram.Percentile(99.99) / 1e6,
        MaxMs = histogram.Max / 1e6,
    };
}

/// <summary>One second of a run.</summary>
internal sealed record LoadSecond
{
    public required double Second { get; init; }
    public required long Sent { get; init; }
    public required long Accepted { get; init; }
    public required long Refused { get; init; }
    public required long Receipts { get; init; }
    public required long InFlight { get; init; }
    public required long Awaiting { get; init; }
    public required double AckP50Ms { get; init; }
    public required double AckP99Ms { get; init; }
    public required double EndToEndP50Ms { get; init; }
    public required double EndToEndP99Ms { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(LoadResult))]
internal sealed partial class LoadJson : JsonSerializerContext;
