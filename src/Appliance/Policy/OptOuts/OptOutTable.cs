namespace Appliance.Policy.OptOuts;

/// <summary>
/// A set of 128-bit keys with open addressing. One thread changes it; any thread may ask meanwhile, without a lock.
/// </summary>
/// <remarks>
/// What makes that safe: a slot is empty until its high half is not 0, and that is written after the low half; from
/// then on the high half never changes. A removed key keeps its slot with a low half that no key has. Slots of removed
/// keys are left behind when the table is rebuilt, and a rebuilt array is published as a whole.
/// </remarks>
internal sealed class OptOutTable
{
    private const int Smallest = 64;
    private const ulong Removed = ulong.MaxValue;

    /// <summary>Two words a slot.</summary>
    private ulong[] _slots = new ulong[2 * Smallest];
    private int _used;

    public int Count { get; private set; }

    public long Bytes => (long)Volatile.Read(ref _slots).Length * sizeof(ulong);

    public bool Contains(ulong high, ulong low, uint hash)
    {
        // Volatile: what the array holds was written before it was published.
        var slots = Volatile.Read(ref _slots);
        var count = (uint)(slots.Length / 2);
        for (var slot = Home(hash, count); ; slot = slot + 1 < count ? slot + 1 : 0)
        {
            // Volatile: the low half is read after the high half, which was written after it.
            var found = Volatile.Read(ref slots[2 * slot]);
            if (found == 0) return false;
            if (found == high && Volatile.Read(ref slots[(2 * slot) + 1]) == low) return true;
        }
    }

    /// <summary>False if it was there already.</summary>
    public bool Add(ulong high, ulong low, uint hash)
    {
        if (Contains(high, low, hash)) return false;
        if ((_used + 1) * 5L > _slots.Length / 2 * 4L) Rebuild();
        Place(_slots, high, low, hash);
        _used++;
        Count++;
        return true;
    }

    /// <summary>False if it was not there.</summary>
    public bool Remove(ulong high, ulong low, uint hash)
    {
        var count = (uint)(_slots.Length / 2);
        for (var slot = Home(hash, count); _slots[2 * slot] != 0; slot = slot + 1 < count ? slot + 1 : 0)
        {
            if (_slots[2 * slot] != high || _slots[(2 * slot) + 1] != low) continue;
            Volatile.Write(ref _slots[(2 * slot) + 1], Removed);
            Count--;
            return true;
        }

        return false;
    }

    /// <summary>Keys in no order. For the changing thread.</summary>
    public void CopyTo(ICollection<(ulong High, ulong Low)> keys)
    {
        for (var i = 0; i < _slots.Length; i += 2)
        {
            if (_slots[i] != 0 && _slots[i + 1] != Removed) keys.Add((_slots[i], _slots[i + 1]));
        }
    }

    /// <summary>A quarter more than the keys need at the fullest; so it is from 64 to 80 % full, and a key takes 20 to
    /// 25 bytes.</summary>
    private void Rebuild()
    {
        var count = Math.Max(Smallest, (int)Math.Min((Count + 1L) * 25 / 16, Array.MaxLength / 2));
        var slots = new ulong[2 * count];
        for (var i = 0; i < _slots.Length; i += 2)
        {
            if (_slots[i] != 0 && _slots[i + 1] != Removed)
                Place(slots, _slots[i], _slots[i + 1], OptOutList.Mix(_slots[i], _slots[i + 1]).Slot);
        }

        _used = Count;
        Volatile.Write(ref _slots, slots);
    }

    private static void Place(ulong[] slots, ulong high, ulong low, uint hash)
    {
        var count = (uint)(slots.Length / 2);
        var slot = Home(hash, count);
        while (slots[2 * slot] != 0) slot = slot + 1 < count ? slot + 1 : 0;
        slots[(2 * slot) + 1] = low;
        Volatile.Write(ref slots[2 * slot], high);
    }

    /// <summary>The hash as a fraction of the slots, so that their number need not be a power of two.</summary>
    private static uint Home(uint hash, uint count) => (uint)(((ulong)hash * count) >> 32);

    /// <summary>Where a key's slot begins in memory, to fetch it ahead.</summary>
    public ref readonly ulong HomeOf(uint hash)
    {
        var slots = Volatile.Read(ref _slots);
        return ref slots[2 * Home(hash, (uint)(slots.Length / 2))];
    }
}
