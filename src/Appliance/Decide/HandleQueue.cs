namespace Appliance.Decide;

/// <summary>A queue of live messages, linked through <see cref="LiveMessage.Next"/>: no memory of its own.</summary>
public struct HandleQueue()
{
    private int _head = MessageTable.None;
    private int _tail = MessageTable.None;

    public int Count { get; private set; }

    /// <summary>Nothing here expires before this, in seconds since 1970.</summary>
    public uint FirstExpiry { get; private set; } = uint.MaxValue;

    public readonly int Head => _head;

    public void Append(MessageTable table, int handle)
    {
        table[handle].Next = MessageTable.None;
        if (_tail == MessageTable.None) _head = handle;
        else table[_tail].Next = handle;
        _tail = handle;
        Note(table, handle);
    }

    public int TakeHead(MessageTable table)
    {
        var handle = _head;
        _head = table[handle].Next;
        if (_head == MessageTable.None) _tail = MessageTable.None;
        table[handle].Next = MessageTable.None;
        Count--;
        return handle;
    }

    /// <summary>
    /// Puts a message back where its age belongs: before what was accepted later. What comes back is among the
    /// oldest, so the walk is short.
    /// </summary>
    public void Return(MessageTable table, int handle)
    {
        var position = table[handle].Position;
        var before = MessageTable.None;
        var at = _head;
        while (at != MessageTable.None && table[at].Position < position)
        {
            before = at;
            at = table[at].Next;
        }

        table[handle].Next = at;
        if (before == MessageTable.None) _head = handle;
        else table[before].Next = handle;
        if (at == MessageTable.None) _tail = handle;
        Note(table, handle);
    }

    /// <summary>Takes a message out wherever it stands: a walk, for what is rare.</summary>
    public bool TryRemove(MessageTable table, int handle)
    {
        var before = MessageTable.None;
        for (var at = _head; at != MessageTable.None; before = at, at = table[at].Next)
        {
            if (at != handle) continue;
            if (before == MessageTable.None) _head = table[at].Next;
            else table[before].Next = table[at].Next;
            if (_tail == handle) _tail = before;
            table[at].Next = MessageTable.None;
            Count--;
            return true;
        }

        return false;
    }

    /// <summary>Takes out all that has expired, in one walk; none where nothing can have.</summary>
    /// <param name="now">Seconds since 1970.</param>
    public void TakeExpired(MessageTable table, uint now, List<int> taken)
    {
        if (FirstExpiry > now) return;
        var next = uint.MaxValue;
        var before = MessageTable.None;
        for (var at = _head; at != MessageTable.None;)
        {
            var after = table[at].Next;
            var expiry = table[at].Expiry;
            if (expiry == 0 || expiry > now)
            {
                if (expiry != 0) next = Math.Min(next, expiry);
                before = at;
                at = after;
                continue;
            }

            if (before == MessageTable.None) _head = after;
            else table[before].Next = after;
            if (after == MessageTable.None) _tail = before;
            table[at].Next = MessageTable.None;
            Count--;
            taken.Add(at);
            at = after;
        }

        FirstExpiry = next;
    }

    private void Note(MessageTable table, int handle)
    {
        Count++;
        if (table[handle].Expiry != 0) FirstExpiry = Math.Min(FirstExpiry, table[handle].Expiry);
    }
}
