namespace Store;

/// <summary>Which messages a page of the history is of, as positions of their acceptance.</summary>
/// <param name="Account">The account's number; 0 for any.</param>
/// <param name="DestinationHash">The destination number's 64-bit hash; 0 for any.</param>
/// <param name="Before">Strictly below this position; the last one of a page leads to the next page.</param>
/// <param name="From">Not below this position.</param>
public readonly record struct HistoryQuery(
    ushort Account, ulong DestinationHash, ulong Before = Position.Max, ulong From = Position.None)
{
    internal bool Matches(ushort account, ulong hash) =>
        (Account == 0 || Account == account) && (DestinationHash == 0 || DestinationHash == hash);
}
