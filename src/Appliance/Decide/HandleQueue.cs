namespace Appliance.Decide;

/// <summary>
/// A queue of live messages, linked through <see cref="LiveMessage.Next"/> and <see cref="LiveMessage.Back"/>: no
/// memory of its own, and leaving from the middle costs no walk.
/// </summary>
public struct HandleQueue()
{
    private int _head = MessageTable.None;
    private int _tail = MessageTable.None;

    public int Count { get; private set; }

    /// <summary>Nothing here expires before this, in seconds since 1970.</summary>
    public uint FirstExpiry { get; private set; } = uint.MaxValue;

    public readonly int Head => _head;

    public void Append(MessageTable table, int handle) => Insert(table, handle, _tail);

    public int TakeHead(MessageTable table)
    {
        var handle = _head;
        Remove(table, handle);
        // Who takes one will take more: the one after the next is fetched meanwhile.
        if (_head == MessageTable.None || table[_head].Next is var coming && coming == MessageTable.None) return handle;
        Ring.Memory.FetchAll(ref table[coming]);
        return handle;
    }

    /// <summary>
    /// Puts a message back where its age belongs: before what was accepted later. What comes back is among the
    /// oldest, so the walk is short.
    /// </summary>
    public void Return(MessageTable table, int handle)
    {
        var position = table[handle].Position;
        var before = _tail;
        if (before != MessageTable.None && table[before].Position > position)
        {
            before = MessageTable.None;
            for (var at = _head; table[at].Position < position; at = table[at].Next) before = at;
        }

        Insert(table, handle, before);
    }

    /// <summary>Takes out one wherever it stands.</summary>
    /// <returns>False if it stands in no queue.</returns>
    public bool TryRemove(MessageTable table, int handle)
    {
        if (table[handle].Back == MessageTable.None && _head != handle) return false;
        Remove(table, handle);
        return true;
    }

    private void Remove(MessageTable table, int handle)
    {
        ref var message = ref table[handle];
        if (message.Back == MessageTable.None) _head = message.Next;
        else table[message.Back].Next = message.Next;
        if (message.Next == MessageTable.None) _tail = message.Back;
        else table[message.Next].Back = message.Back;
        message.Next = message.Back = MessageTable.None;
        Count--;
    }

    /// <summary>Takes out all that has expired, in one walk; none where nothing can have.</summary>
    /// <param name="now">Seconds since 1970.</param>
    public void TakeExpired(MessageTable table, uint now, List<int> taken)
    {
        if (FirstExpiry > now) return;
        FirstExpiry = uint.MaxValue;
        for (var at = _head; at != MessageTable.None;)
        {
            var handle = at;
            var expiry = table[handle].Expiry;
            at = table[handle].Next;
            if (expiry == 0) continue;
            if (expiry > now)
            {
                FirstExpiry = Math.Min(FirstExpiry, expiry);
                continue;
            }

            Remove(table, handle);
            taken.Add(handle);
        }
    }

    private void Insert(MessageTable table, int handle, int before)
    {
        ref var message = ref table[handle];
        message.Back = before;
        message.Next = before == MessageTable.None ? _head : table[before].Next;
        if (before == MessageTable.None) _head = handle;
        else table[before].Next = handle;
        if (message.Next == MessageTable.None) _tail = handle;
        else table[message.Next].Back = handle;
        Count++;
        if (message.Expiry != 0) FirstExpiry = Math.Min(FirstExpiry, message.Expiry);
    }
}
