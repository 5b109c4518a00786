using System.Numerics;
using Appliance.Ring;

namespace Appliance.Simulator.Smsc;

/// <summary>
/// What is due when, without a timer or an allocation per entry: 65,536 slots of 1.05 ms (2^20 ns), a minute and nine
/// seconds round. What is due later than that stays in its slot for as many rounds as it takes. Entries of one slot
/// keep their order. A bit per slot finds the next one that holds something.
/// </summary>
internal sealed class TimeWheel
{
    private const int TickBits = 20;
    private const int SlotCount = 1 << 16;
    private const int SlotMask = SlotCount - 1;

    private readonly PendingPool _pool;
    private readonly PendingList[] _slots = new PendingList[SlotCount];
    private readonly ulong[] _occupied = new ulong[SlotCount / 64];
    private long _tick;
    private int _count;

    internal TimeWheel(PendingPool pool, long now)
    {
        _pool = pool;
        _tick = now >> TickBits;
    }

    internal int Count => _count;

    /// <summary>Puts an entry where its <see cref="Pending.Due"/> is; what is past is due with the next tick.</summary>
    internal void Add(int index)
    {
        // Rounded up: nothing is sent before its time.
        long tick = Math.Max((_pool[index].Due >> TickBits) + 1, _tick + 1);
        Put(index, (int)(tick & SlotMask));
        _count++;
    }

    /// <summary>Takes out, in order, everything due by <paramref name="now"/>.</summary>
    internal void Advance(long now, Action<int> due)
    {
        long until = now >> TickBits;
        if (_count == 0)
        {
            _tick = Math.Max(_tick, until);
            return;
        }
        while (_tick < until)
        {
            long next = NextOccupied();
            if (next > until)
            {
                _tick = until;
                return;
            }
            _tick = next;
            Empty((int)(next & SlotMask), due);
            if (_count > 0) continue;
            _tick = until;
        }
    }

    /// <summary>When <see cref="Advance"/> has something to do again; never, if the wheel is empty.</summary>
    internal long NextDue() => _count == 0 ? long.MaxValue : NextOccupied() << TickBits;

    private void Put(int index, int slot)
    {
        _slots[slot].Add(_pool, index);
        _occupied[slot >> 6] |= 1UL << (slot & 63);
    }

    private void Empty(int slot, Action<int> due)
    {
        int index = _slots[slot].TakeAll();
        _occupied[slot >> 6] &= ~(1UL << (slot & 63));
        while (index != 0)
        {
            ref var entry = ref _pool[index];
            int next = entry.Next;
            if (next != 0) Memory.FetchAll(ref _pool[next]);
            if (entry.Due >> TickBits >= _tick)
            {
                Put(index, slot);
            }
            else
            {
                _count--;
                due(index);
            }
            index = next;
        }
    }

    /// <summary>The tick after this one whose slot holds something, looking once round.</summary>
    private long NextOccupied()
    {
        long tick = _tick + 1;
        int word = (int)(tick & SlotMask) >> 6;
        ulong bits = _occupied[word] & (ulong.MaxValue << (int)(tick & 63));
        for (int looked = 0; looked <= _occupied.Length; looked++)
        {
            if (bits != 0)
            {
                int slot = (word << 6) + BitOperations.TrailingZeroCount(bits);
                return tick + ((slot - tick) & SlotMask);
            }
            word = (word + 1) & (_occupied.Length - 1);
            bits = _occupied[word];
        }
        return tick + SlotCount;
    }
}
