namespace Load;

/// <summary>A row of the performance table: what is sent, how, and to a carrier that does what.</summary>
/// <param name="Protocol">smpp or http.</param>
/// <param name="Options">Options of `appliance load` (docs/load.md) but for server, duration and warm-up.</param>
/// <param name="CarrierOptions">Options of `appliance simulate smsc` (docs/simulator.md).</param>
internal sealed record Scenario(string Name, string Protocol, string[] Options, string[] CarrierOptions)
{
    /// <summary>Eight of the thousand accounts, a session each.</summary>
    private static readonly string[] EightSessions =
        ["--accounts", "8", "--system-id", "acct####", "--password", "pw####", "--sessions", "1"];

    // Receipts come after 0.1 s, so that the run is steady soon and the receipts' work falls into it.
    private static readonly string[] WithReceipts = ["--receipt-delay", "100ms"];

    private static readonly string[] WithoutReceipts = ["--receipts", "none"];

    public const string OverloadName = "SMPP to SMPP, receipts, twice the peak";

    public static Scenario Main => All[0];

    /// <summary>Whether the load keeps to a rate, whatever the gateway can do.</summary>
    public bool IsOpenLoop => Options.Contains("--rate");

    /// <summary>Twice as much a second as the best figure so far, in an open loop.</summary>
    public static Scenario Overload(double peak) => new(OverloadName, "smpp",
        [.. EightSessions, "--window", "5000", "--rate", $"{peak * 2:0}"], WithReceipts);

    public static readonly Scenario[] All =
    [
        new("SMPP to SMPP, receipts, 8 sessions", "smpp", [.. EightSessions, "--window", "500"], WithReceipts),
        new("SMPP to SMPP, no receipts, 8 sessions", "smpp",
            [.. EightSessions, "--window", "500", "--receipts", "false"], WithoutReceipts),
        new("SMPP to SMPP, receipts, 1 session", "smpp", ["--sessions", "1", "--window", "100"], WithReceipts),
        new("SMPP to SMPP, receipts, 23,150/s", "smpp",
            [.. EightSessions, "--window", "1000", "--rate", "23150"], WithReceipts),
        new("SMPP to SMPP, receipts, 100,000/s", "smpp",
            [.. EightSessions, "--window", "5000", "--rate", "100000"], WithReceipts),
        new("HTTP, a message a request", "http", ["--connections", "256"], WithReceipts),
        new("HTTP, a message a request, 900 accounts", "http",
            ["--connections", "256", "--accounts", "900", "--key", "key####"], WithReceipts),
        new("HTTP, 100 messages a request", "http", ["--connections", "32", "--batch", "100"], WithReceipts),
    ];
}
