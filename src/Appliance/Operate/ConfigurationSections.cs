using System.Net;
using Appliance.Money;
using Appliance.Policy;

namespace Appliance.Operate;

/// <summary>The HTTP API's listener.</summary>
public sealed class HttpConfiguration
{
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 8080);
}

/// <summary>The listener of metrics, health and the console.</summary>
public sealed class AdminConfiguration
{
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 9464);

    /// <summary>
    /// 32 octets, or none: then /admin/v1 asks for no key, which is for loopback addresses only. Metrics and health
    /// never ask for one.
    /// </summary>
    public ReadOnlyMemory<byte> KeySha256 { get; init; }
}

/// <summary>The SMPP server that customers bind to. Timers bear the names of SMPP 3.4 section 7.2.</summary>
public sealed class SmppConfiguration
{
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 2775);

    /// <summary>The system_id of our bind responses.</summary>
    public string SystemId { get; init; } = "appliance";

    /// <summary>Threads that read and write all SMPP connections, ESMEs' and carriers'.</summary>
    public int IoThreads { get; init; } = 1;

    /// <summary>From connect to bind request.</summary>
    public TimeSpan SessionInitTimer { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest silence of a bound peer.</summary>
    public TimeSpan InactivityTimer { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The longest wait for the answer to a request of ours.</summary>
    public TimeSpan ResponseTimer { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The silence after which we ask whether the peer is alive.</summary>
    public TimeSpan EnquireLinkTimer { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Octets, header included.</summary>
    public int MaxPduLength { get; init; } = 16384;

    public int MaxConnections { get; init; } = 2000;
}

/// <summary>How the ring's consumer waits for work.</summary>
public enum RingWait
{
    /// <summary>Sleeps: the choice for shared machines.</summary>
    Blocking,

    /// <summary>Spins, then yields its core.</summary>
    Yielding,

    /// <summary>Burns a core of its own for the lowest latency.</summary>
    BusySpin,
}

public sealed class RingConfiguration
{
    /// <summary>A power of two.</summary>
    public int Slots { get; init; } = 16384;

    public RingWait Wait { get; init; } = RingWait.Blocking;
}

public sealed class LimitsConfiguration
{
    /// <summary>Messages not yet final; what of them is not being worked on waits on disk.</summary>
    public int LiveMessages { get; init; } = 10_000_000;

    /// <summary>Messages being worked on that are held in memory.</summary>
    public int MemoryMessages { get; init; } = 1_000_000;

    /// <summary>For how long a submission of the same name is a repeat.</summary>
    public TimeSpan RepeatWindow { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long a message is tried where its sender names no validity_period.</summary>
    public TimeSpan Validity { get; init; } = TimeSpan.FromDays(2);

    /// <summary>The longest validity_period a sender may name, from when the message may go out.</summary>
    public TimeSpan ValidityMax { get; init; } = TimeSpan.FromDays(14);

    /// <summary>How long a submitted message waits for its receipt; then its state is unknown.</summary>
    public TimeSpan ReceiptTimer { get; init; } = TimeSpan.FromDays(3);

    /// <summary>How long a receipt waits for an ESME that takes it.</summary>
    public TimeSpan ReceiptTtl { get; init; } = TimeSpan.FromDays(3);

    /// <summary>Receipts that may wait for ESMEs.</summary>
    public int Notices { get; init; } = 10_000_000;

    /// <summary>By how much the wall clock may differ from the newest time in the journal at a start.</summary>
    public TimeSpan ClockGap { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Memory of the store's write buffers.</summary>
    public int JournalMemoryMb { get; init; } = 128;

    /// <summary>The least that stays free on the data folder's disk, where nothing else is said.</summary>
    public const int DefaultDiskFreeMb = 1024;

    /// <summary>
    /// With less free disk space new messages are refused. 0 for what the journal may still have to write, at least
    /// <see cref="DefaultDiskFreeMb"/>.
    /// </summary>
    public int DiskFreeMinMb { get; init; }

    /// <summary>With so much free disk space they are taken again; 0 for a quarter more than the minimum.</summary>
    public int DiskFreeOkMb { get; init; }
}

public sealed class RetentionConfiguration
{
    /// <summary>Days after which a finished message and its history may go; 0 to keep all.</summary>
    public int Days { get; init; }
}

/// <summary>A customer. Without Smpp it cannot bind, without Http it cannot post.</summary>
public sealed class AccountConfiguration
{
    public required string Name { get; init; }

    public AccountSmppConfiguration? Smpp { get; init; }

    public AccountHttpConfiguration? Http { get; init; }

    /// <summary>Country (ISO 3166 alpha-2) of the numbers it writes in their national form, or null.</summary>
    public string? Country { get; init; }

    /// <summary>What its messages are for that do not say; null for policy.default_class.</summary>
    public MessageClass? Class { get; init; }

    /// <summary>Messages a second, 0 for no limit.</summary>
    public int Throughput { get; init; }

    /// <summary>Messages a second of each sender address, 0 for no limit.</summary>
    public int SenderThroughput { get; init; }

    /// <summary>Messages not yet final, 0 for no limit.</summary>
    public int MaxLive { get; init; }

    /// <summary>Its share of a carrier for which several accounts' messages wait.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>The highest priority its messages may have, 0 to 3; what asks for more gets this.</summary>
    public int MaxPriority { get; init; } = 3;

    /// <summary>
    /// Numbers and short codes, or beginnings of such with a *, to which mobiles write to the account, as configured.
    /// </summary>
    public IReadOnlyList<string> Numbers { get; init; } = [];

    /// <summary>Whether the account also gets those messages that were understood as a keyword.</summary>
    public bool InboundKeywords { get; init; } = true;

    /// <summary>Null where no balance is kept of it.</summary>
    public BillingConfiguration? Billing { get; init; }
}

public sealed class AccountSmppConfiguration
{
    public required string SystemId { get; init; }

    /// <summary>32 octets. The password itself is not kept.</summary>
    public required ReadOnlyMemory<byte> PasswordSha256 { get; init; }

    /// <summary>Sessions at a time, over all bind types.</summary>
    public int MaxBinds { get; init; } = 8;

    /// <summary>Requests of ours that may wait for an answer on a session.</summary>
    public int Window { get; init; } = 100;

    public RepeatNames Repeats { get; init; } = RepeatNames.None;
}

/// <summary>By what a submit_sm is known as a repeat of another.</summary>
public enum RepeatNames
{
    /// <summary>Each is a message of its own.</summary>
    None,

    /// <summary>The TLV user_message_reference and the destination.</summary>
    UserMessageReference,
}

public sealed class AccountHttpConfiguration
{
    /// <summary>32 octets. The key itself is not kept.</summary>
    public required ReadOnlyMemory<byte> KeySha256 { get; init; }
}
