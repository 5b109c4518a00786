using System.Numerics;

namespace Appliance.Routing.Live;

/// <summary>
/// Tallies by (carrier, network), so many and no more: each pair has eight places, and one that finds them all taken
/// gets the place of the pair of which the least is known.
/// </summary>
internal sealed class PairTable
{
    private const int Ways = 8;

    /// <summary>Apart from the tallies: those of a pair's eight places are one line of the cache.</summary>
    private readonly ulong[] _keys;
    private readonly ReceiptTally[] _tallies;
    private readonly int _sets;

    internal PairTable(int capacity)
    {
        _sets = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, capacity / Ways));
        _keys = new ulong[_sets * Ways];
        _tallies = new ReceiptTally[_keys.Length];
    }

    internal int Count { get; private set; }

    /// <summary>Pairs that lost their place.</summary>
    internal long Evicted { get; private set; }

    /// <summary>The place of a pair, or -1.</summary>
    internal int Find(ushort carrier, uint network)
    {
        var key = KeyOf(carrier, network);
        var first = SetOf(key);
        for (var i = first; i < first + Ways; i++)
            if (_keys[i] == key) return i;
        return -1;
    }

    internal ref ReceiptTally this[int place] => ref _tallies[place];

    internal ref ReceiptTally GetOrAdd(ushort carrier, uint network, StatsClock clock, long now)
    {
        var place = Find(carrier, network);
        if (place >= 0) return ref _tallies[place];
        var key = KeyOf(carrier, network);
        place = Weakest(SetOf(key), clock, now);
        if (_keys[place] == 0) Count++;
        else Evicted++;
        _keys[place] = key;
        ref var tally = ref _tallies[place];
        tally = default;
        tally.Advance(clock, now);
        return ref tally;
    }

    private int Weakest(int first, StatsClock clock, long now)
    {
        var weakest = first;
        var least = float.MaxValue;
        for (var i = first; i < first + Ways; i++)
        {
            if (_keys[i] == 0) return i;
            ref var tally = ref _tallies[i];
            tally.Advance(clock, now);
            var known = tally.Outcomes + tally.Waiting;
            if (known >= least) continue;
            least = known;
            weakest = i;
        }

        return weakest;
    }

    /// <summary>Never 0: ids of carriers begin with 1.</summary>
    private static ulong KeyOf(ushort carrier, uint network) => ((ulong)carrier << 32) | network;

    private int SetOf(ulong key) => (int)((key * 0x9E3779B97F4A7C15UL) >> 40 & (uint)(_sets - 1)) * Ways;
}
