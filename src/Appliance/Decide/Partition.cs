using Appliance.Limits;

namespace Appliance.Decide;

/// <summary>
/// A share of a carrier's destinations that one session serves, with what waits for it in memory: all messages of a
/// destination are in one, so their order is kept within an account and a priority.
/// </summary>
public sealed class Partition(FairWeights weights)
{
    /// <summary>SMPP's priorities, 0 to 3 (SMPP 3.4 section 5.2.14).</summary>
    public const int Priorities = 4;

    private readonly FairQueue[] _queues = [new(weights), new(weights), new(weights), new(weights)];

    /// <summary>The session that serves it; null while the carrier has none.</summary>
    public Link? Link { get; set; }

    public int Count { get; private set; }

    /// <summary>The next of a priority, accounts taking turns, or <see cref="MessageTable.None"/>.</summary>
    public int Head(int priority) => _queues[priority].Head;

    /// <summary>Messages of a priority or above it.</summary>
    public int CountFrom(int priority)
    {
        if (Count == 0) return 0;
        var count = 0;
        for (var i = priority; i < Priorities; i++) count += _queues[i].Count;
        return count;
    }

    /// <summary>An account's messages of a priority or above it.</summary>
    public int CountOf(ushort account, int priority)
    {
        if (Count == 0) return 0;
        var count = 0;
        for (var i = priority; i < Priorities; i++) count += _queues[i].CountOf(account);
        return count;
    }

    /// <summary>When the oldest was accepted, milliseconds since 1970; the largest number for none.</summary>
    public long OldestAt(MessageTable table) => _queues.Min(queue => queue.OldestAt(table));

    public void Append(MessageTable table, int handle)
    {
        _queues[table[handle].Priority].Append(table, handle);
        Count++;
    }

    /// <summary>Puts a message back where its age belongs.</summary>
    public void Return(MessageTable table, int handle)
    {
        _queues[table[handle].Priority].Return(table, handle);
        Count++;
    }

    public int TakeHead(MessageTable table, int priority)
    {
        Count--;
        return _queues[priority].TakeHead(table);
    }

    public void Remove(MessageTable table, int handle)
    {
        if (_queues[table[handle].Priority].TryRemove(table, handle)) Count--;
    }

    /// <summary>Takes out all that has expired, wherever it stands.</summary>
    /// <param name="now">Seconds since 1970.</param>
    /// <param name="taken">They are added here, the highest priority first, in order.</param>
    public void TakeExpired(MessageTable table, uint now, List<int> taken)
    {
        if (Count == 0) return;
        var before = taken.Count;
        for (var priority = Priorities - 1; priority >= 0; priority--)
            _queues[priority].TakeExpired(table, now, taken);
        Count -= taken.Count - before;
    }
}
