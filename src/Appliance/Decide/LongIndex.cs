using System.Numerics;

namespace Appliance.Decide;

/// <summary>
/// Keys of 64 bits to handles, several handles a key: open addressing with linear probing, deletion by shifting
/// back, so that nothing is left behind. It doubles when half full, so that few entries stay close together.
/// </summary>
public sealed class LongIndex
{
    private const int FewestPlaces = 1024;

    private Entry[] _entries = new Entry[FewestPlaces];
    private int _mask = FewestPlaces - 1;
    private int _shift = 64 - BitOperations.Log2(FewestPlaces);

    /// <summary>Key and value stand together: finding one costs one line of the cache.</summary>
    private struct Entry
    {
        public ulong Key;
        public int Value;
    }

    public int Count { get; private set; }

    /// <param name="key">Any value but 0, which marks a free place.</param>
    public void Add(ulong key, int value)
    {
        if (Count * 2 >= _entries.Length) Grow();
        Place(key, value);
        Count++;
    }

    /// <summary>The first place with this key, or -1; <see cref="Next"/> goes on from there.</summary>
    public int Find(ulong key) => FindFrom(key, Home(key));

    public int Next(ulong key, int place) => FindFrom(key, (place + 1) & _mask);

    /// <summary>Fetches where a key is, or would be.</summary>
    public void Foresee(ulong key) => Ring.Memory.Fetch(ref _entries[Home(key)]);

    public int ValueAt(int place) => _entries[place].Value;

    public bool Remove(ulong key, int value)
    {
        var place = Find(key);
        while (place >= 0 && _entries[place].Value != value) place = Next(key, place);
        if (place < 0) return false;
        Close(place);
        Count--;
        return true;
    }

    private int FindFrom(ulong key, int place)
    {
        var entries = _entries;
        while (entries[place].Key != 0)
        {
            if (entries[place].Key == key) return place;
            place = (place + 1) & _mask;
        }

        return -1;
    }

    private void Place(ulong key, int value)
    {
        var entries = _entries;
        var place = Home(key);
        while (entries[place].Key != 0) place = (place + 1) & _mask;
        entries[place] = new Entry { Key = key, Value = value };
    }

    private void Grow()
    {
        var before = _entries;
        _entries = new Entry[before.Length * 2];
        _mask = _entries.Length - 1;
        _shift--;
        foreach (ref readonly var entry in before.AsSpan())
            if (entry.Key != 0) Place(entry.Key, entry.Value);
    }

    /// <summary>Moves later entries of the run back over the hole, as far as their home allows.</summary>
    private void Close(int hole)
    {
        var entries = _entries;
        var place = hole;
        while (true)
        {
            place = (place + 1) & _mask;
            if (entries[place].Key == 0) break;
            var home = Home(entries[place].Key);
            // The entry may move only if its home does not lie between the hole and where it stands.
            if (((place - home) & _mask) < ((place - hole) & _mask)) continue;
            entries[hole] = entries[place];
            hole = place;
        }

        entries[hole].Key = 0;
    }

    private int Home(ulong key) => (int)((key * 0x9E3779B97F4A7C15UL) >> _shift);
}
