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

    /// <summary>Of each carrier its place among an account's counts, in the order of their coming; 0 for one that has
    /// none. By number instead of by a hash: a message is counted three times, mostly for another pair than the one
    /// before.</summary>
    private readonly int[] _places = new int[ushort.MaxValue + 1];
    private readonly long[]?[]?[] _counts = new long[]?[ushort.MaxValue + 1][];
    private int _carriers;

    /// <summary>Called once for each new pair, so that a metric can be made for it.</summary>
    public Action<ushort, ushort, long[]>? Appeared { get; set; }

    public void Count(ushort account, ushort carrier, State state) => Count(account, carrier, (int)state);

    /// <summary>It waits for its time; when that comes it is counted as queued.</summary>
    public void CountScheduled(ushort account, ushort carrier) => Count(account, carrier, Scheduled);

    private void Count(ushort account, ushort carrier, int index)
    {
        var place = _places[carrier];
        var counts = _counts[account] is { } places && place < places.Length ? places[place] : null;
        (counts ?? Appear(account, carrier))[index]++;
    }

    private long[] Appear(ushort account, ushort carrier)
    {
        ref var place = ref _places[carrier];
        if (place == 0) place = ++_carriers;
        ref var places = ref _counts[account];
        if (places is null || place >= places.Length) Array.Resize(ref places, Math.Max(8, place * 2));
        var counts = places[place] = new long[Scheduled + 1];
        Appeared?.Invoke(account, carrier, counts);
        return counts;
    }
}
