using Appliance.Records;

namespace Appliance.Decide;

/// <summary>What the deciding stage counts for one carrier; written by the ring's thread alone.</summary>
public sealed class CarrierCounters
{
    public long Throttles;
    public long Duplicates;
    public long ReceiptsMatched;
    public long ReceiptsEarly;
    public long ReceiptsLate;
    public long ReceiptsDuplicate;
    public long ReceiptsOrphaned;

    /// <summary>All that a message was found for.</summary>
    public long Receipts => ReceiptsMatched + ReceiptsEarly + ReceiptsLate + ReceiptsDuplicate;

    public long UnknownResponses;
    public long ResponseTimeouts;
    public long Retries;

    /// <summary>Messages that went on to another carrier since this one asked for fewer.</summary>
    public long Overflows;

    /// <summary>Called with the nanoseconds from submit_sm to submit_sm_resp.</summary>
    public Action<long>? SubmitLatency { get; set; }
}

/// <summary>Counts of state changes by account, carrier and state; written by the ring's thread alone.</summary>
public sealed class StateCounters
{
    /// <summary>
    /// Behind the states that are stored: to the journal a scheduled message is a queued one with a due time.
    /// </summary>
    public static readonly int Scheduled = Enum.GetValues<State>().Length;

    private readonly Dictionary<(ushort Account, ushort Carrier), long[]> _counts = [];
    private (ushort, ushort) _lastKey;
    private long[]? _last;

    /// <summary>Called once for each new pair, so that a metric can be made for it.</summary>
    public Action<ushort, ushort, long[]>? Appeared { get; set; }

    public void Count(ushort account, ushort carrier, State state) => Count(account, carrier, (int)state);

    /// <summary>It waits for its time; when that comes it is counted as queued.</summary>
    public void CountScheduled(ushort account, ushort carrier) => Count(account, carrier, Scheduled);

    private void Count(ushort account, ushort carrier, int index)
    {
        if (_last is null || _lastKey != (account, carrier))
        {
            _lastKey = (account, carrier);
            if (!_counts.TryGetValue(_lastKey, out _last))
            {
                _last = new long[Scheduled + 1];
                _counts.Add(_lastKey, _last);
                Appeared?.Invoke(account, carrier, _last);
            }
        }

        _last[index]++;
    }
}
