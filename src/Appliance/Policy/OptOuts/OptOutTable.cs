namespace Appliance.Policy.OptOuts;

/// <summary>
/// A set of 128-bit keys with open addressing, and before it a Bloom filter of the keys' subjects (account and number),
/// which fits the processor's cache where the keys do not: most numbers have opted out of nothing, and one look at the
/// filter says so. One thread changes it; any thread may ask meanwhile, without a lock.
/// </summary>
/// <remarks>
/// What makes that safe: a slot is empty until its high half is not 0, and that is written after the low half and after
/// the filter's bits; from then on the high half never changes. A removed key keeps its slot with a low half that no
/// key has. What is removed is left behind when the table is rebuilt, and the rebuilt arrays are published together.
/// </remarks>
internal sealed class OptOutTable
{
    private const int Smallest = 60;
    private const ulong Removed = ulong.MaxValue;

    // 64 bits for 12 slots are 6.7 to 8.3 bits a key: with three bits of one word set for each, one in twenty numbers
    // that are not there looks as if it were.
    private const int SlotsOfWord = 12;

    private Arrays _arrays = new(Smallest);
    private int _used;

    /// <summary>Two words a slot; a word of the filter for <see cref="SlotsOfWord"/> slots.</summary>
    private sealed class Arrays(int slots)
    {
        public readonly ulong[] Slots = new ulong[2 * slots];
        public readonly ulong[] Filter = new ulong[slots / SlotsOfWord];
    }

    public int Count { get; private set; }

    public long Bytes => Volatile.Read(ref _arrays) is { } arrays
        ? (arrays.Slots.Length + arrays.Filter.Length) * (long)sizeof(ulong)
        : 0;

    /// <summary>Whether there may be a key of that subject; false is certain.</summary>
    public bool MayContain(ulong subject)
    {
        // Volatile: what the arrays hold was written before they were published.
        var filter = Volatile.Read(ref _arrays).Filter;
        var bits = BitsOf(subject);
        return (Volatile.Read(ref filter[WordOf(subject, filter.Length)]) & bits) == bits;
    }

    public bool Contains(in OptOutKey key)
    {
        var slots = Volatile.Read(ref _arrays).Slots;
        var count = (uint)(slots.Length / 2);
        for (var slot = Home(key, count); ; slot = slot + 1 < count ? slot + 1 : 0)
        {
            // Volatile: the low half is read after the high half, which was written after it.
            var found = Volatile.Read(ref slots[2 * slot]);
            if (found == 0) return false;
            if (found == key.High && Volatile.Read(ref slots[(2 * slot) + 1]) == key.Low) return true;
        }
    }

    /// <summary>False if it was there already.</summary>
    public bool Add(in OptOutKey key)
    {
        if (Contains(key)) return false;
        if ((_used + 1) * 5L > _arrays.Slots.Length / 2 * 4L) Rebuild();
        Place(_arrays, key);
        _used++;
        Count++;
        return true;
    }

    /// <summary>False if it was not there.</summary>
    public bool Remove(in OptOutKey key)
    {
        var slots = _arrays.Slots;
        var count = (uint)(slots.Length / 2);
        for (var slot = Home(key, count); slots[2 * slot] != 0; slot = slot + 1 < count ? slot + 1 : 0)
        {
            if (slots[2 * slot] != key.High || slots[(2 * slot) + 1] != key.Low) continue;
            Volatile.Write(ref slots[(2 * slot) + 1], Removed);
            Count--;
            return true;
        }

        return false;
    }

    /// <summary>Two thirds full at first and four fifths at the most; so a key takes 21 to 26 bytes.</summary>
    private void Rebuild()
    {
        var slots = Math.Max(Smallest, (int)Math.Min((Count + 1L) * 25 / 16, Array.MaxLength / 2));
        var old = _arrays.Slots;
        var arrays = new Arrays(slots);
        for (var i = 0; i < old.Length; i += 2)
        {
            if (old[i] != 0 && old[i + 1] != Removed) Place(arrays, OptOutKey.Of(old[i], old[i + 1]));
        }

        _used = Count;
        Volatile.Write(ref _arrays, arrays);
    }

    private static void Place(Arrays arrays, in OptOutKey key)
    {
        var subject = key.SubjectHash;
        ref var word = ref arrays.Filter[WordOf(subject, arrays.Filter.Length)];
        Volatile.Write(ref word, word | BitsOf(subject));
        var slots = arrays.Slots;
        var count = (uint)(slots.Length / 2);
        var slot = Home(key, count);
        while (slots[2 * slot] != 0) slot = slot + 1 < count ? slot + 1 : 0;
        slots[(2 * slot) + 1] = key.Low;
        Volatile.Write(ref slots[2 * slot], key.High);
    }

    /// <summary>The hash as a fraction of the slots, so that their number need not be a power of two.</summary>
    private static uint Home(in OptOutKey key, uint count) => (uint)(((ulong)(uint)key.FullHash * count) >> 32);

    /// <summary>Of the subject's hash the low 32 bits are for the word, 18 above them for bits in it, the highest 8 for
    /// the table.</summary>
    private static int WordOf(ulong subject, int words) => (int)(((ulong)(uint)subject * (uint)words) >> 32);

    private static ulong BitsOf(ulong subject) =>
        (1UL << (int)(subject >> 32 & 63)) | (1UL << (int)(subject >> 38 & 63)) | (1UL << (int)(subject >> 44 & 63));
}
