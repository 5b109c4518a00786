namespace Appliance.Operate;

/// <summary>How we bind to a carrier.</summary>
public enum CarrierBind
{
    /// <summary>Each session both submits and receives.</summary>
    Transceiver,

    /// <summary>Each session is a pair of connections, one transmitter and one receiver.</summary>
    TransmitterReceiver,
}

/// <summary>How a receipt's message id relates to the one of submit_sm_resp.</summary>
public enum CarrierIdForm
{
    /// <summary>Try what is known of such carriers: the same text, case, padding, hex against decimal.</summary>
    Auto,

    /// <summary>The same text.</summary>
    Text,

    /// <summary>submit_sm_resp in hex, receipts in decimal.</summary>
    HexToDec,

    /// <summary>submit_sm_resp in decimal, receipts in hex.</summary>
    DecToHex,
}

/// <summary>What becomes of a message that was written to a carrier and never answered.</summary>
public enum InDoubtPolicy
{
    /// <summary>Submit again: the recipient may get it twice.</summary>
    Resend,

    /// <summary>Give up: the recipient may not get it.</summary>
    Fail,
}

/// <summary>When a carrier is asked for a delivery receipt.</summary>
public enum RegisteredDeliveryPolicy
{
    AsRequested,
    Always,
}

/// <summary>What a carrier's command_status asks for.</summary>
public enum CarrierErrorClass
{
    /// <summary>Fewer messages: the session pauses, the message stays.</summary>
    Throttle,

    /// <summary>A passing fault: again later, then another carrier.</summary>
    Transient,

    /// <summary>The message itself is refused.</summary>
    Message,

    /// <summary>This carrier does not take it; another one may.</summary>
    Route,

    /// <summary>The session must be mended first.</summary>
    Session,
}

/// <summary>A carrier reached over SMPP.</summary>
public sealed class CarrierConfiguration
{
    public required string Name { get; init; }

    /// <summary>A host name or an address.</summary>
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required string SystemId { get; init; }

    public string Password { get; init; } = "";

    public string SystemType { get; init; } = "";

    public CarrierBind Bind { get; init; } = CarrierBind.Transceiver;

    public int Sessions { get; init; } = 2;

    /// <summary>Requests that may wait for an answer on a session.</summary>
    public int Window { get; init; } = 100;

    /// <summary>Messages a second over all sessions, 0 for no limit.</summary>
    public int Throughput { get; init; }

    /// <summary>Messages a second of each sender address, 0 for no limit.</summary>
    public int SenderThroughput { get; init; }

    public TimeSpan EnquireLinkTimer { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan ResponseTimer { get; init; } = TimeSpan.FromSeconds(60);

    public CarrierIdForm IdForm { get; init; } = CarrierIdForm.Auto;

    public InDoubtPolicy InDoubt { get; init; } = InDoubtPolicy.Resend;

    /// <summary>How often a message in doubt is sent again before it ends as unknown.</summary>
    public int InDoubtResends { get; init; } = 5;

    /// <summary>command_status to class, where this carrier means another than the usual by it.</summary>
    public IReadOnlyDictionary<uint, CarrierErrorClass> Errors { get; init; } =
        new Dictionary<uint, CarrierErrorClass>();

    public RegisteredDeliveryPolicy RegisteredDelivery { get; init; } = RegisteredDeliveryPolicy.AsRequested;
}
