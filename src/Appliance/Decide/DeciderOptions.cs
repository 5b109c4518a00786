using Appliance.Operate;
using Appliance.Policy;
using Appliance.Policy.Fraud;
using Appliance.Policy.OptOuts;
using Appliance.Ring;
using Appliance.Routing;

namespace Appliance.Decide;

/// <summary>What the deciding stage is made of.</summary>
public sealed record DeciderOptions
{
    public required int Node { get; init; }

    /// <summary>Messages in memory at the most; the others wait in lists outside it.</summary>
    public required int MemoryMessages { get; init; }

    /// <summary>Messages that are not final at the most, but for those whose receipt is awaited outside
    /// memory.</summary>
    public required int LiveMessages { get; init; }

    public required IReadOnlyList<AccountOptions> Accounts { get; init; }

    public required IReadOnlyList<CarrierOptions> Carriers { get; init; }

    /// <summary>Routes and prices.</summary>
    public required LiveTables Tables { get; init; }

    /// <summary>What routes measure.</summary>
    public RoutingConfiguration Routing { get; init; } = new();

    /// <summary>What looks for fraud; of no effect by default.</summary>
    public FraudRules Fraud { get; init; } = new();

    /// <summary>The rules about messages, asked about hours when one that waited goes out; null for none.</summary>
    public PolicyTables? Policy { get; init; }

    /// <summary>Classes of messages that do not go out to who has opted out.</summary>
    public MessageClasses OptOutClasses { get; init; } = MessageClasses.All;

    /// <summary>Who has opted out, as the facts say; the deciding stage alone changes it.</summary>
    public OptOutList OptOuts { get; init; } = new();

    /// <summary>Milliseconds after which a message without a receipt is given up as unknown.</summary>
    public long ReceiptTimer { get; init; } = 72L * 3600 * 1000;

    /// <summary>Seconds after which a receipt that no ESME took is given up.</summary>
    public uint NoticeTtl { get; init; } = 72 * 3600;

    /// <summary>Receipts that may wait for ESMEs, of all accounts; beyond it the oldest of the account with the most
    /// end.</summary>
    public int NoticesLimit { get; init; } = 10_000_000;

    /// <summary>Seconds a message is worth sending where its sender doesn't say.</summary>
    public uint Validity { get; init; } = 48 * 3600;

    /// <summary>Milliseconds for which a submission of the same name is a repeat.</summary>
    public long RepeatWindow { get; init; } = 24L * 3600 * 1000;

    /// <summary>Frames of the journal after which all balances are written down anew.</summary>
    public ulong BalanceMarkDistance { get; init; } = 1024;

    /// <summary>Frames of the journal a restart reads at the most because of messages that do not move on.</summary>
    public ulong RestartDistance { get; init; } = 65_536;

    /// <summary>Messages that wait in memory for one carrier; more would only make the table large.</summary>
    public int MostWaiting { get; init; } = 32_768;

    /// <summary>What a carrier has in memory is filled up to four windows, and to this at the least.</summary>
    public int LeastStock { get; init; } = 256;

    /// <summary>Receipts that wait in memory for one account.</summary>
    public int MostNotices { get; init; } = 8192;

    /// <summary>Bytes of bodies of waiting messages kept in memory; a power of two.</summary>
    public int BodyCache { get; init; } = 64 << 20;

    /// <summary>Events a millisecond from which on what carriers are to hear gathers for some milliseconds.</summary>
    public int GatherFrom { get; init; } = Outgoing.Many;

    /// <summary>Is told how long submissions wait.</summary>
    public SubmissionShare Share { get; init; } = new(1 << 16);

    /// <summary>
    /// Ids of finished messages remembered, so that a second receipt is known as one; a power of two.
    /// </summary>
    public int RecentReceipts { get; init; } = 1 << 17;
}
