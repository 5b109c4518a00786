namespace Appliance.Decide;

/// <summary>
/// A share of a carrier's destinations that one session serves, with what waits for it in memory: all messages of a
/// destination are in one, so their order is kept within a priority.
/// </summary>
public sealed class Partition
{
    /// <summary>SMPP's priorities, 0 to 3 (SMPP 3.4 section 5.2.14).</summary>
    public const int Priorities = 4;

    private readonly HandleQueue[] _queues = [new(), new(), new(), new()];

    /// <summary>The session that serves it; null while the carrier has none.</summary>
    public Link? Link { get; set; }

    public int Count { get; private set; }

    /// <summary>The next one: the oldest of the highest priority.</summary>
    public int Head => Top().Head;

    /// <summary>Messages of a priority or above it.</summary>
    public int CountFrom(int priority)
    {
        if (Count == 0) return 0;
        var count = 0;
        for (var i = priority; i < Priorities; i++) count += _queues[i].Count;
        return count;
    }

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

    public int TakeHead(MessageTable table)
    {
        Count--;
        return Top().TakeHead(table);
    }

    public void Remove(MessageTable table, int handle)
    {
        if (_queues[table[handle].Priority].TryRemove(table, handle)) Count--;
    }

    /// <summary>Ends what is at the head of any priority and no longer wanted.</summary>
    public bool TryTakeHead(MessageTable table, Func<int, bool> unwanted, out int handle)
    {
        foreach (ref var queue in _queues.AsSpan())
        {
            if (queue.Count == 0 || !unwanted(queue.Head)) continue;
            Count--;
            handle = queue.TakeHead(table);
            return true;
        }

        handle = MessageTable.None;
        return false;
    }

    private ref HandleQueue Top()
    {
        for (var i = Priorities - 1; i > 0; i--)
            if (_queues[i].Count > 0) return ref _queues[i];
        return ref _queues[0];
    }
}
