using System.Numerics;

namespace Appliance.Routing.Live;

/// <summary>
/// Which carrier the last message to a number took, for so many numbers: the one of which it is longest ago makes room.
/// </summary>
public sealed class DestinationMemory
{
    private const int Ways = 4;

    private readonly Entry[] _entries;
    private readonly int _sets;

    private struct Entry
    {
        /// <summary>Milliseconds since 1970.</summary>
        public long At;
        public uint Check;
        public ushort Carrier;
    }

    /// <param name="capacity">Numbers, 16 octets each.</param>
    public DestinationMemory(int capacity)
    {
        _sets = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, capacity / Ways));
        _entries = new Entry[_sets * Ways];
    }

    /// <param name="number">Its <see cref="AddressHash.Long"/>.</param>
    /// <param name="since">Milliseconds since 1970: what is older does not count.</param>
    /// <returns>The carrier's id, 0 for none.</returns>
    public ushort Find(ulong number, long since)
    {
        var first = SetOf(number);
        for (var i = first; i < first + Ways; i++)
        {
            ref readonly var entry = ref _entries[i];
            if (entry.Check == (uint)number && entry.Carrier != 0) return entry.At >= since ? entry.Carrier : (ushort)0;
        }

        return 0;
    }

    /// <summary>Fetches where a number is, or would be.</summary>
    public void Foresee(ulong number)
    {
        var first = SetOf(number);
        Ring.Memory.Fetch(ref _entries[first]);
        // The set need not begin where a line of the cache does.
        Ring.Memory.Fetch(ref _entries[first + Ways - 1]);
    }

    public void Remember(ulong number, ushort carrier, long now)
    {
        var first = SetOf(number);
        var place = first;
        for (var i = first; i < first + Ways; i++)
        {
            if (_entries[i].Check == (uint)number && _entries[i].Carrier != 0)
            {
                place = i;
                break;
            }

            if (_entries[i].At < _entries[place].At) place = i;
        }

        _entries[place] = new Entry { At = now, Check = (uint)number, Carrier = carrier };
    }

    private int SetOf(ulong number) => (int)((number >> 32) & (uint)(_sets - 1)) * Ways;
}
