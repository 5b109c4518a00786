namespace Load;

/// <summary>A row of the performance table: what is sent, how, and to a carrier that does what.</summary>
/// <param name="Protocol">smpp or http.</param>
/// <param name="Options">Options of `appliance load` (docs/load.md) but for server, duration and warm-up.</param>
/// <param name="CarrierOptions">Options of `appliance simulate smsc` (docs/simulator.md).</param>
internal sealed record Scenario(string Name, string Protocol, string[] Options, string[] CarrierOptions)
{
    // Receipts come after 0.1 s, so that the run is steady soon and the receipts' work falls into it.
    private static readonly string[] WithReceipts = ["--receipt-delay", "100ms"];

    private static readonly string[] WithoutReceipts = ["--receipts", "none"];

    public static readonly Scenario[] All =
    [
        new("SMPP to SMPP, receipts, 8 sessions", "smpp", ["--sessions", "8", "--window", "250"], WithReceipts),
        new("SMPP to SMPP, no receipts, 8 sessions", "smpp",
            ["--sessions", "8", "--window", "250", "--receipts", "false"], WithoutReceipts),
        new("SMPP to SMPP, receipts, 1 session", "smpp", ["--sessions", "1", "--window", "100"], WithReceipts),
        new("SMPP to SMPP, receipts, 23,150/s", "smpp",
            ["--sessions", "8", "--window", "1000", "--rate", "23150"], WithReceipts),
        new("SMPP to SMPP, receipts, 100,000/s", "smpp",
            ["--sessions", "8", "--window", "5000", "--rate", "100000"], WithReceipts),
        new("HTTP, a message a request", "http", ["--connections", "256"], WithReceipts),
        new("HTTP, 100 messages a request", "http", ["--connections", "32", "--batch", "100"], WithReceipts),
    ];
}
