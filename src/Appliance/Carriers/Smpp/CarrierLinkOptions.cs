namespace Appliance.Carriers.Smpp;

/// <summary>A carrier as its links know it; timers (SMPP 3.4 section 7.2) in milliseconds.</summary>
public sealed record CarrierLinkOptions
{
    /// <summary>The persistent id of its name.</summary>
    public required ushort Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Another one for each change that takes new sessions.</summary>
    public int Generation { get; init; }

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required string SystemId { get; init; }

    public string Password { get; init; } = "";

    public string SystemType { get; init; } = "";

    /// <summary>Each session is one transceiver; else a pair of a transmitter and a receiver.</summary>
    public bool Transceiver { get; init; } = true;

    public int Sessions { get; init; } = 1;

    public int EnquireLinkTimer { get; init; } = 30_000;

    /// <summary>Time for a connection, a bind_resp and an enquire_link_resp.</summary>
    public int ResponseTimer { get; init; } = 10_000;

    public int MaxPduLength { get; init; } = 65_536;

    /// <summary>First pause before connecting again; doubles up to the longest.</summary>
    public const int FirstPause = 1_000;

    public const int LongestPause = 60_000;

    /// <summary>Bytes that may wait unsent: a full window of long messages fits.</summary>
    public const int UnsentLimit = 16 << 20;

    /// <summary>Time after which a carrier that does not read is left.</summary>
    public const int StuckTimer = 30_000;
}

/// <summary>What links tell the metrics and the log; any thread.</summary>
public interface ILinkObserver
{
    void Bound(string carrier, int session, string bindType);

    void BindFailed(string carrier, int session, string why, int pauseMs);

    void Closed(string carrier, int session, string reason);

    /// <param name="reason">One of a fixed list.</param>
    void BadInput(string carrier, string reason);

    /// <summary>A mobile's message came that nobody takes.</summary>
    void InboundRefused(string carrier);

    /// <summary>A mobile's message was understood.</summary>
    void InboundTaken(string carrier);
}
