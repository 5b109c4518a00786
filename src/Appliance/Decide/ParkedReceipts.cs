namespace Appliance.Decide;

/// <summary>A receipt that came before the answer that names its message.</summary>
/// <param name="Handset">Hashes of its two addresses; 0 where it names none.</param>
/// <param name="Record">Where the journal has it; 0 before it is written.</param>
internal readonly record struct Parked(byte MessageState, uint Error, ulong Handset, long At, ulong Record = 0)
{
    public ushort Carrier { get; init; }

    /// <summary>Whether its submit date is its done date. Not in the journal: after a restart it counts as not.
    /// </summary>
    public bool SameDates { get; init; }

    /// <summary>The id it is held under.</summary>
    public byte[] Id { get; init; } = [];

    /// <summary>Another id it names its message by, or empty.</summary>
    public byte[] Other { get; init; } = [];
}

/// <summary>
/// Receipts no message answers to yet: by the key of their id, bounded in number and time. They are in the journal,
/// so a restart finds them again.
/// </summary>
/// <param name="most">Receipts held at once; past it the oldest goes.</param>
/// <param name="keepFor">Milliseconds a receipt is held.</param>
internal sealed class ParkedReceipts(int most, long keepFor)
{
    private readonly Dictionary<ulong, Parked> _byKey = [];
    private readonly Queue<(ulong Key, long At, ulong Record)> _byAge = new();

    public int Count => _byKey.Count;

    /// <summary>The oldest record a restart needs; <see cref="ulong.MaxValue"/> for none.</summary>
    public ulong Floor
    {
        get
        {
            // Those that found their message go first, so that they hold nothing back.
            while (_byAge.TryPeek(out var oldest) && !IsHeld(oldest.Key, oldest.Record)) _byAge.Dequeue();
            return _byAge.TryPeek(out var floor) ? floor.Record : ulong.MaxValue;
        }
    }

    /// <summary>Holds a receipt; of two for one id the one with the later state is kept.</summary>
    public void Add(ulong key, in Parked receipt, bool final)
    {
        if (_byKey.TryGetValue(key, out _) && !final) return;
        _byKey[key] = receipt;
        _byAge.Enqueue((key, receipt.At, receipt.Record));
    }

    public bool TryPeek(ulong key, out Parked receipt) => _byKey.TryGetValue(key, out receipt);

    public bool TryTake(ulong key, out Parked receipt) => _byKey.Remove(key, out receipt);

    /// <summary>Lets go of what is too old or too much.</summary>
    /// <returns>How many were let go.</returns>
    public int Prune(long now)
    {
        var pruned = 0;
        while (_byAge.TryPeek(out var oldest) && (now - oldest.At > keepFor || _byKey.Count > most))
        {
            _byAge.Dequeue();
            if (!IsHeld(oldest.Key, oldest.Record)) continue;
            _byKey.Remove(oldest.Key);
            pruned++;
        }

        return pruned;
    }

    private bool IsHeld(ulong key, ulong record) => _byKey.TryGetValue(key, out var held) && held.Record == record;
}
