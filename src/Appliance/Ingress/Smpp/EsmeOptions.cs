namespace Appliance.Ingress.Smpp;

/// <summary>The SMPP server's limits; timers (SMPP 3.4 section 7.2) in milliseconds.</summary>
public sealed record EsmeOptions
{
    public string SystemId { get; init; } = "appliance";

    public int SessionInitTimer { get; init; } = 5_000;

    public int InactivityTimer { get; init; } = 120_000;

    public int EnquireLinkTimer { get; init; } = 30_000;

    public int ResponseTimer { get; init; } = 10_000;

    public int MaxPduLength { get; init; } = 16_384;

    public int MaxConnections { get; init; } = 2_000;

    /// <summary>Submissions one session may have unanswered; more are answered ESME_RTHROTTLED.</summary>
    public int SubmitWindow { get; init; } = 4096;

    /// <summary>Seconds for which a message may be tried, from when it may go out.</summary>
    public uint LongestValidity { get; init; } = 14 * 24 * 3600;

    /// <summary>The longest PDU before a bind: the largest bind request has about 98 bytes.</summary>
    public const int MaxPduBeforeBind = 256;

    /// <summary>Time in which a PDU that has begun must be whole.</summary>
    public const int PartialPduTimer = 10_000;

    /// <summary>Bytes that may wait unsent for an ESME that does not read, beside the receipts of its window.</summary>
    public const int UnsentLimit = 512 * 1024;

    /// <summary>Bytes of submissions that may wait for room in the ring, of all sessions together.</summary>
    public const long MostWaitingBytes = 64L << 20;

    /// <summary>Time after which an ESME that does not read is cut off.</summary>
    public const int StuckTimer = 20_000;

    /// <summary>Bind attempts with a wrong password on one connection.</summary>
    public const int MostBindAttempts = 3;

    /// <summary>PDUs with a broken body on one session.</summary>
    public const int MostBrokenPdus = 100;
}

/// <summary>What the SMPP server tells the metrics and the log; any thread.</summary>
public interface IEsmeObserver
{
    /// <param name="reason">One of a fixed list.</param>
    void BadInput(string reason);

    void RingRefused();

    void Throttled(string account);

    void Bound(string account, string systemId, string remote, string bindType);

    void BindRefused(string systemId, string remote, string status);

    void Closed(string account, string remote, string reason);

    /// <summary>A query_sm, cancel_sm or replace_sm met a fault of ours.</summary>
    void RequestFailed(string account, Exception exception);
}
