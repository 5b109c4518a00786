using System.Numerics;

namespace Appliance.Decide;

/// <summary>
/// Keys of 64 bits to handles, several handles a key: open addressing with linear probing, deletion by shifting
/// back, so that nothing is left behind and nothing is ever rebuilt.
/// </summary>
public sealed class LongIndex
{
    private readonly ulong[] _keys;
    private readonly int[] _values;
    private readonly int _mask;
    private readonly int _shift;

    /// <param name="most">Entries at the most; half the places stay free.</param>
    public LongIndex(int most)
    {
        var capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, most * 2L));
        _keys = new ulong[capacity];
        _values = new int[capacity];
        _mask = capacity - 1;
        _shift = 64 - BitOperations.Log2((uint)capacity);
    }

    public int Count { get; private set; }

    /// <param name="key">Any value but 0, which marks a free place.</param>
    public void Add(ulong key, int value)
    {
        var place = Home(key);
        while (_keys[place] != 0) place = (place + 1) & _mask;
        _keys[place] = key;
        _values[place] = value;
        Count++;
    }

    /// <summary>The first place with this key, or -1; <see cref="Next"/> goes on from there.</summary>
    public int Find(ulong key) => FindFrom(key, Home(key));

    public int Next(ulong key, int place) => FindFrom(key, (place + 1) & _mask);

    public int ValueAt(int place) => _values[place];

    public bool Remove(ulong key, int value)
    {
        var place = Find(key);
        while (place >= 0 && _values[place] != value) place = Next(key, place);
        if (place < 0) return false;
        Close(place);
        Count--;
        return true;
    }

    private int FindFrom(ulong key, int place)
    {
        while (_keys[place] != 0)
        {
            if (_keys[place] == key) return place;
            place = (place + 1) & _mask;
        }

        return -1;
    }

    /// <summary>Moves later entries of the run back over the hole, as far as their home allows.</summary>
    private void Close(int hole)
    {
        var place = hole;
        while (true)
        {
            place = (place + 1) & _mask;
            if (_keys[place] == 0) break;
            var home = Home(_keys[place]);
            // The entry may move only if its home does not lie between the hole and where it stands.
            if (((place - home) & _mask) < ((place - hole) & _mask)) continue;
            _keys[hole] = _keys[place];
            _values[hole] = _values[place];
            hole = place;
        }

        _keys[hole] = 0;
    }

    private int Home(ulong key) => (int)((key * 0x9E3779B97F4A7C15UL) >> _shift);
}
