using System.Numerics;
using Appliance.Ring;

namespace Appliance.Simulator.Smsc;

/// <summary>What was sent on one session and is not answered: by sequence_number, as indexes into the pool.</summary>
internal sealed class DeliveryWindow
{
    private const uint LastSequence = 0x7FFF_FFFF;

    /// <summary>Answers between the look at an entry and its turn.</summary>
    private const uint Ahead = 3;

    private readonly int _size;
    private int[] _slots = [];
    private uint _sequence;

    internal DeliveryWindow(int size) => _size = size;

    internal int Count { get; private set; }

    internal bool HasRoom => Count < _size;

    /// <summary>For requests that are not kept here: enquire_link, unbind.</summary>
    internal uint NextSequence() => _sequence = _sequence >= LastSequence ? 1 : _sequence + 1;

    /// <summary>Takes the entry in and gives the sequence_number to send it under.</summary>
    internal uint Add(int index)
    {
        // Twice the window, so that a late answer's slot rarely costs its successor a number.
        if (_slots.Length == 0) _slots = new int[BitOperations.RoundUpToPowerOf2((uint)_size) * 2];
        uint sequence = NextSequence();
        while (_slots[sequence & (_slots.Length - 1)] != 0) sequence = NextSequence();
        _slots[sequence & (_slots.Length - 1)] = index;
        Count++;
        return sequence;
    }

    /// <summary>Takes out what was sent under that number; 0 if nothing is.</summary>
    internal int Remove(PendingPool pool, uint sequence)
    {
        if (_slots.Length == 0) return 0;
        ref int slot = ref _slots[sequence & (_slots.Length - 1)];
        int index = slot;
        // Answers come in order, mostly.
        int coming = _slots[(sequence + Ahead) & (_slots.Length - 1)];
        if (coming != 0) Memory.Fetch(ref pool[coming]);
        if (index == 0 || pool[index].Sequence != sequence) return 0;
        slot = 0;
        Count--;
        return index;
    }

    /// <summary>Takes out everything sent before that time.</summary>
    internal void RemoveSentBefore(PendingPool pool, long time, Action<int> removed)
    {
        for (int i = 0; i < _slots.Length && Count > 0; i++)
        {
            int index = _slots[i];
            if (index == 0 || pool[index].SentAt >= time) continue;
            _slots[i] = 0;
            Count--;
            removed(index);
        }
    }
}
