using System.Numerics;

namespace Appliance.Decide;

/// <summary>
/// The keys that were added last, about so many: places for two each, and a newer one takes the place of the older. One
/// may be forgotten early, none is ever invented.
/// </summary>
public sealed class RecentKeys
{
    private readonly ulong[] _keys;
    private readonly int _shift;

    /// <param name="most">Keys remembered at the most; a power of two.</param>
    public RecentKeys(int most)
    {
        _keys = new ulong[most];
        _shift = 64 - BitOperations.Log2((uint)most / 2);
    }

    /// <param name="key">Any value but 0, which marks a free place.</param>
    public void Add(ulong key)
    {
        var place = Pair(key);
        if (_keys[place] == key) return;
        _keys[place + 1] = _keys[place];
        _keys[place] = key;
    }

    public bool Contains(ulong key)
    {
        var place = Pair(key);
        return _keys[place] == key || _keys[place + 1] == key;
    }

    /// <summary>Fetches where a key is, or would be.</summary>
    public void Foresee(ulong key) => Ring.Memory.Fetch(ref _keys[Pair(key)]);

    private int Pair(ulong key) => (int)((key * 0x9E3779B97F4A7C15UL) >> _shift) * 2;
}
