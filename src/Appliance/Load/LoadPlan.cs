using System.Net;
using Appliance.Peers.Sending;
using Appliance.Peers.Spec;

namespace Appliance.Load;

/// <summary>What both kinds of load have in common.</summary>
internal abstract record LoadPlan
{
    internal required EndPoint Server { get; init; }

    /// <summary>Messages a second; 0: as many as the windows let through.</summary>
    internal double Rate { get; init; }

    /// <summary>Exponentially distributed gaps instead of even ones.</summary>
    internal bool Poisson { get; init; }

    internal ulong Seed { get; init; } = 1;

    /// <summary>Messages in all; 0: until <see cref="DurationNs"/> has passed.</summary>
    internal long Count { get; init; }

    internal long DurationNs { get; init; }

    /// <summary>Latencies and rates are counted from here on.</summary>
    internal long WarmupNs { get; init; }

    /// <summary>Accepted messages are lost when no receipt has come for this long after the last message.</summary>
    internal long SettleNs { get; init; } = 30 * Duration.Second;

    internal long ConnectTimeoutNs { get; init; } = 30 * Duration.Second;

    internal long ResponseTimeoutNs { get; init; } = 60 * Duration.Second;

    internal required Destinations Destinations { get; init; }

    internal required MessageShape Message { get; init; }

    /// <summary>Messages tracked at once; see <see cref="MessageTracker"/>.</summary>
    internal long Track { get; init; }

    /// <summary>A receipt must name the id of the response; else its destination suffices.</summary>
    internal bool MatchIds { get; init; } = true;

    internal bool Quiet { get; init; }

    /// <summary>Messages that one arrival stands for: those of an HTTP batch.</summary>
    internal virtual int PerArrival => 1;

    internal abstract string Describe();

    /// <summary>
    /// Without a count: what two million messages a second bring in eight seconds, or forty seconds of the rate.
    /// </summary>
    internal long TrackCapacity
    {
        get
        {
            const long Unpaced = 1L << 24;
            const int SecondsOfRate = 40;
            long open = Rate > 0 ? Math.Max(1L << 20, (long)Rate * SecondsOfRate) : Unpaced;
            long wanted = Track > 0 ? Track : Count > 0 ? Math.Min(Count, Unpaced * 8) : open;
            return Math.Min(wanted, Destinations.Period);
        }
    }
}

/// <summary>Load over SMPP.</summary>
internal sealed record SmppLoadPlan : LoadPlan
{
    internal required IReadOnlyList<BindRequest> Binds { get; init; }

    internal int Window { get; init; } = 100;

    /// <summary>Open loop: messages that a session sends before it is the next one's turn.</summary>
    internal int Burst { get; init; } = 1;

    internal long EnquireLinkNs { get; init; } = 30 * Duration.Second;

    internal override string Describe() =>
        $"{Binds.Count} sessions, window {Window}, {Message.Octets.Length} octets, "
        + (Message.RequestReceipt ? "receipts" : "no receipts")
        + (Rate > 0 ? $", {Rate:0}/s open loop" : ", closed loop");
}

/// <summary>Load over HTTP.</summary>
internal sealed record HttpLoadPlan : LoadPlan
{
    /// <summary>For the Host header.</summary>
    internal required string Host { get; init; }

    internal int Connections { get; init; } = 16;

    /// <summary>Bearer keys; connection i has the one of account i modulo their number.</summary>
    internal required IReadOnlyList<string> Keys { get; init; }

    internal string Path { get; init; } = "/api/v1/messages";

    /// <summary>Messages a POST; above one they go as a list.</summary>
    internal int Batch { get; init; } = 1;

    /// <summary>GET this instead, {to} replaced: a foreign API.</summary>
    internal string? UrlTemplate { get; init; }

    internal override int PerArrival => Batch;

    internal override string Describe() =>
        $"{Connections} connections, " + (UrlTemplate is null ? $"POST {Path}, {Batch} a request" : "GET")
        + (Rate > 0 ? $", {Rate:0}/s open loop" : ", closed loop");
}
