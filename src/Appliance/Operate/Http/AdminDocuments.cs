namespace Appliance.Operate.Http;

/// <summary>GET /admin/v1/status: the node at a glance.</summary>
public sealed record StatusDocument
{
    public required string Version { get; init; }

    public required int Node { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required bool Ready { get; init; }

    /// <summary>Each check of /readyz: "ok", or what is wrong.</summary>
    public required IReadOnlyDictionary<string, string> Checks { get; init; }

    public required long LiveMessages { get; init; }

    public required long LiveMessagesLimit { get; init; }

    public required long QueuedMessages { get; init; }

    public required int EsmeSessions { get; init; }

    public required int CarrierSessions { get; init; }

    public required int CarrierSessionsConfigured { get; init; }

    public required string Data { get; init; }

    public required long DiskFreeBytes { get; init; }

    public required long DiskSizeBytes { get; init; }

    public required long JournalBytes { get; init; }

    public required long PortedNumbers { get; init; }
}

/// <summary>GET /admin/v1/carriers: an entry a carrier.</summary>
public sealed record CarrierDocument
{
    public required string Name { get; init; }

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required int SessionsBound { get; init; }

    public required int Sessions { get; init; }

    /// <summary>Requests unanswered now, over all sessions.</summary>
    public required int WindowUsed { get; init; }

    /// <summary>Requests that may be unanswered, over all sessions.</summary>
    public required int Window { get; init; }

    /// <summary>Messages that wait for it, in memory and outside.</summary>
    public required long Waiting { get; init; }

    /// <summary>Messages a second, 0 for no limit.</summary>
    public required int Throughput { get; init; }

    public required long Throttles { get; init; }

    public required long ReceiptsMatched { get; init; }
}

/// <summary>GET /admin/v1/sessions: an entry a session that is bound.</summary>
public sealed record SessionDocument
{
    /// <summary>carrier or esme.</summary>
    public required string Side { get; init; }

    public required string Name { get; init; }

    /// <summary>Its number among the carrier's, or among those of the account now.</summary>
    public required int Session { get; init; }

    /// <summary>transmitter, receiver or transceiver.</summary>
    public required string Bind { get; init; }

    public required string Remote { get; init; }

    /// <summary>When its bind was answered.</summary>
    public required DateTimeOffset BoundAt { get; init; }

    /// <summary>Our requests unanswered now: submit_sm of a carrier, deliver_sm of an ESME.</summary>
    public required int WindowUsed { get; init; }

    /// <summary>0 of a transmitter's session, which gets no requests of ours.</summary>
    public required int Window { get; init; }
}

/// <summary>GET /admin/v1/queues: what waits, an entry a queue.</summary>
public sealed record QueueDocument
{
    /// <summary>carrier: messages for it. account: unfinished messages of it. notices: receipts for its ESME.</summary>
    public required string Queue { get; init; }

    public required string Name { get; init; }

    public required long Depth { get; init; }

    /// <summary>0 for none.</summary>
    public long Limit { get; init; }
}

/// <summary>GET /admin/v1/numbers: what the numbering plan is made of.</summary>
public sealed record PlanDocument
{
    /// <summary>Packages with their versions.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    public required int Countries { get; init; }

    public required int Networks { get; init; }

    public required int ImportedRanges { get; init; }

    public DateTimeOffset? ImportedAt { get; init; }
}

/// <summary>GET /admin/v1/mnp: the data sets of ported numbers.</summary>
public sealed record NumbersDocument
{
    public required long Bytes { get; init; }

    public required IReadOnlyList<NumbersDataset> Datasets { get; init; }
}

public sealed record NumbersDataset(
    string Name, long Generation, long Numbers, long Blocks, DateTimeOffset ImportedAt);
