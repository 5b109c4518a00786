using Appliance.Ring;

namespace Appliance.Simulator.Smsc;

/// <summary>
/// All <see cref="Pending"/> of a simulator, in pages that are never moved, with a list of the free ones. Index 0 is
/// no entry. Grows page by page up to its capacity; then <see cref="TryRent"/> says no.
/// </summary>
internal sealed class PendingPool(int capacity)
{
    private const int PageBits = 12;
    private const int PageSize = 1 << PageBits;

    private Pending[][] _pages = [];
    private int _created = 1;
    private int _free;

    internal int InUse { get; private set; }

    internal ref Pending this[int index] => ref _pages[index >> PageBits][index & (PageSize - 1)];

    internal bool TryRent(out int index)
    {
        index = _free;
        if (index != 0)
        {
            _free = this[index].Next;
            // The next one has not been looked at since it was given back.
            Memory.FetchAll(ref this[_free]);
        }
        else
        {
            if (_created > capacity) return false;
            index = _created++;
            if (index >> PageBits == _pages.Length || _pages.Length == 0) AddPage();
        }
        this[index].Next = 0;
        InUse++;
        return true;
    }

    internal void Return(int index)
    {
        ref var entry = ref this[index];
        entry.Next = _free;
        _free = index;
        InUse--;
    }

    private void AddPage()
    {
        Array.Resize(ref _pages, _pages.Length + 1);
        _pages[^1] = new Pending[PageSize];
    }
}

/// <summary>First in, first out, linked through <see cref="Pending.Next"/>.</summary>
internal struct PendingList
{
    private int _tail;

    internal int Head { get; private set; }

    internal readonly bool IsEmpty => Head == 0;

    internal void Add(PendingPool pool, int index)
    {
        pool[index].Next = 0;
        if (Head == 0) Head = index;
        else pool[_tail].Next = index;
        _tail = index;
    }

    internal int RemoveFirst(PendingPool pool)
    {
        int index = Head;
        Head = pool[index].Next;
        return index;
    }

    /// <summary>Empties the list and gives its first entry; the others follow by <see cref="Pending.Next"/>.</summary>
    internal int TakeAll()
    {
        int head = Head;
        Head = 0;
        return head;
    }
}
