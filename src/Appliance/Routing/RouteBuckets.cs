using System.Numerics;

namespace Appliance.Routing;

/// <summary>The lowest rank of a destination's routes, by what else they ask for.</summary>
internal struct LowestRanks()
{
    /// <summary>Neither account nor sender.</summary>
    internal int Plain = Routes.NoRank;
    internal int Account = Routes.NoRank;
    internal int Sender = Routes.NoRank;

    /// <summary>Account and sender.</summary>
    internal int Both = Routes.NoRank;

    internal readonly int AnySender => Math.Min(Sender, Both);
}

/// <summary>Ranks of routes by (destination, account, sender): an open hash table over runs of ranks. Immutable.
/// </summary>
internal sealed class RouteBuckets
{
    private const int AccountShift = 24;
    private const int DestinationShift = 40;

    private readonly Bucket[] _table;
    private readonly int[] _ranks;
    private readonly LowestRanks[] _lowest;

    /// <summary>Where a bucket's run of ranks starts and how long it is; no length for an empty place.</summary>
    private readonly record struct Bucket(ulong Key, int Start, int Count);

    /// <param name="buckets">Ranks in rising order.</param>
    /// <param name="destinations">How many there are.</param>
    internal RouteBuckets(IReadOnlyDictionary<ulong, List<int>> buckets, int destinations)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)(buckets.Count * 2) + 2);
        _table = new Bucket[size];
        _lowest = new LowestRanks[destinations];
        Array.Fill(_lowest, new LowestRanks());
        var ranks = new List<int>();
        foreach (var (key, run) in buckets)
        {
            var slot = SlotOf(key);
            while (_table[slot].Count > 0) slot = (slot + 1) & (size - 1);
            _table[slot] = new Bucket(key, ranks.Count, run.Count);
            ranks.AddRange(run);
            Lower(key, run[0]);
        }

        _ranks = [.. ranks];
    }

    internal static ulong KeyOf(int destination, ushort account, int sender) =>
        ((ulong)destination << DestinationShift) | ((ulong)account << AccountShift) | (uint)sender;

    internal ref readonly LowestRanks LowestOf(int destination) => ref _lowest[destination];

    /// <summary>The ranks of a bucket, rising; empty where there is none.</summary>
    internal ReadOnlySpan<int> Find(int destination, ushort account, int sender)
    {
        var key = KeyOf(destination, account, sender);
        for (var slot = SlotOf(key); _table[slot].Count > 0; slot = (slot + 1) & (_table.Length - 1))
        {
            ref readonly var bucket = ref _table[slot];
            if (bucket.Key == key) return _ranks.AsSpan(bucket.Start, bucket.Count);
        }

        return default;
    }

    private void Lower(ulong key, int rank)
    {
        ref var lowest = ref _lowest[(int)(key >> DestinationShift)];
        var account = (key >> AccountShift & ushort.MaxValue) != 0;
        var sender = (key & ((1 << AccountShift) - 1)) != 0;
        ref var place = ref lowest.Plain;
        if (account && sender) place = ref lowest.Both;
        else if (account) place = ref lowest.Account;
        else if (sender) place = ref lowest.Sender;
        place = Math.Min(place, rank);
    }

    private int SlotOf(ulong key)
    {
        key *= 0x9E3779B97F4A7C15UL;
        return (int)((key >> 32) & (uint)(_table.Length - 1));
    }
}
