using System.Net;
using Appliance.Peers.Spec;

namespace Appliance.Simulator.Smsc;

/// <summary>What a simulated SMSC is started with; the rest is its behaviour, which may change later.</summary>
public sealed record SmscOptions
{
    /// <summary>Where it listens; port 0 lets the system choose.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 2776);

    /// <summary>Accepted alone if given; without it any system_id may bind.</summary>
    public string? SystemId { get; init; }

    /// <summary>Asked for if given.</summary>
    public string? Password { get; init; }

    /// <summary>Sessions of one system_id; ESME_RALYBND above. 0: no limit.</summary>
    public int MaxBinds { get; init; }

    /// <summary>Settings by the names that `simulate smsc --help` lists, e.g. receipt-delay = 1s.</summary>
    public IReadOnlyDictionary<string, string> Behaviour { get; init; } = new Dictionary<string, string>();

    /// <summary>The same seed and the same traffic give the same faults.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The first message's id; without it one that no earlier start has given.</summary>
    public ulong? FirstId { get; init; }

    /// <summary>Receipts and mobile-originated messages on their way to one session and not answered.</summary>
    public int ReceiptWindow { get; init; } = 1000;

    /// <summary>A receipt refused or not answered is sent again after this long.</summary>
    public TimeSpan ReceiptRetry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a receipt is sent before it is given up.</summary>
    public int ReceiptAttempts { get; init; } = 10;

    /// <summary>Receipts kept in all: not due, waiting for a receiver or for a response; 120 bytes each.</summary>
    public int ReceiptStore { get; init; } = 10_000_000;

    /// <summary>enquire_link to every session this often; zero: never.</summary>
    public TimeSpan EnquireLink { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an enquire_link or deliver_sm may stay unanswered.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where mobile-originated messages come from: a number with # for the digits that count up.</summary>
    public string MobileFrom { get; init; } = "26377#######";

    /// <summary>The number they are sent to.</summary>
    public string MobileTo { get; init; } = "12345";

    /// <summary>File for what was seen and said; see docs/simulator.md for its lines.</summary>
    public string? Record { get; init; }

    internal Pattern MobileFromPattern => Pattern.Parse(MobileFrom);
}
