using System.Numerics;

namespace Appliance.Load.Smpp;

/// <summary>A message that was sent and waits for its response.</summary>
internal readonly record struct SentMessage(uint Sequence, long Number, long Intended, long SentAt);

/// <summary>Unanswered submit_sm of one connection, by sequence_number.</summary>
internal sealed class ResponseWindow(int size)
{
    private readonly SentMessage[] _slots = new SentMessage[BitOperations.RoundUpToPowerOf2((uint)size) * 2];

    internal int Count { get; private set; }

    internal bool HasRoom => Count < size;

    /// <summary>Whether another unanswered message holds that number's place; take the next number then.</summary>
    internal bool IsTaken(uint sequence) => _slots[sequence & (_slots.Length - 1)].Sequence != 0;

    internal void Add(in SentMessage message)
    {
        _slots[message.Sequence & (_slots.Length - 1)] = message;
        Count++;
    }

    internal bool TryRemove(uint sequence, out SentMessage message)
    {
        ref var slot = ref _slots[sequence & (_slots.Length - 1)];
        message = slot;
        if (slot.Sequence != sequence || sequence == 0) return false;
        slot = default;
        Count--;
        return true;
    }

    /// <summary>Gives up what was sent before that time.</summary>
    /// <returns>How many there were.</returns>
    internal int RemoveSentBefore(long time)
    {
        int removed = 0;
        for (int i = 0; i < _slots.Length; i++)
        {
            if (_slots[i].Sequence == 0 || _slots[i].SentAt >= time) continue;
            _slots[i] = default;
            removed++;
        }
        Count -= removed;
        return removed;
    }
}
