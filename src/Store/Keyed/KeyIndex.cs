using Store.Native;

namespace Store;

/// <summary>
/// Random 64-bit keys to entries, several a key. The journal's thread puts and removes, any thread finds. What came
/// lately is in memory; a background thread writes it to the database in key order (<see cref="BufferedIndex{T}"/>).
/// Measurements are in docs/decisions/0009-indexes.md.
/// </summary>
public sealed class KeyIndex : IDisposable
{
    /// <summary>12 MiB of buffers at most; when all wait for the disk, <see cref="Put"/> waits as well.</summary>
    private const int MaxBuffers = 8;

    private readonly Journal _journal;
    private readonly int _family;
    private readonly KeyedWriter _writer;
    private readonly BufferedIndex<KeyedBuffer> _buffers;

    public KeyIndex(Journal journal, KeyIndexFamily family)
    {
        _journal = journal;
        _family = KeyedFormat.FamilyOf(family);
        _writer = new KeyedWriter(journal, _family);
        _buffers = new BufferedIndex<KeyedBuffer>(journal, MaxBuffers, () => new KeyedBuffer(), _writer.Write);
    }

    /// <summary>Why the last write failed, while it does; it is tried again every second.</summary>
    public StoreException? LastError => _buffers.LastError;

    /// <summary>The lowest floor of the puts not in the database yet; <see cref="ulong.MaxValue"/> when all
    /// are.</summary>
    public ulong UnflushedFloor => _buffers.UnflushedFloor;

    public IndexLag Lag => _buffers.Lag;

    /// <summary>
    /// Adds an entry under a key, or replaces the one with the same position. Journal's thread; allocates nothing but a
    /// new buffer.
    /// </summary>
    /// <param name="key">Any value.</param>
    /// <param name="entry">What is found under it.</param>
    /// <param name="floor">The journal position from which a recovery would come to this put again.</param>
    public void Put(ulong key, in KeyedEntry entry, ulong floor)
    {
        _buffers.Active.Put(key, entry, floor);
        RotateWhenFull();
    }

    /// <summary>
    /// Removes the entry with a position from a key, if there is one. Journal's thread. A removal not yet in the
    /// database is lost in a crash.
    /// </summary>
    public void Remove(ulong key, ulong position)
    {
        _buffers.Active.Remove(key, position);
        RotateWhenFull();
    }

    /// <summary>
    /// The entries under a key, the newest position first, from any thread: what is not written yet included, what was
    /// removed or is before the retention's cut not. Returns how many; of more than fit, the newest.
    /// </summary>
    /// <exception cref="StoreException">A block of the database is damaged.</exception>
    public int Find(ulong key, Span<KeyedEntry> found)
    {
        while (true)
        {
            var live = _buffers.Live;
            var list = new FoundEntries(found, _journal.DroppedBefore);
            var removals = FindLive(live, key, ref list);
            FindStored(key, removals ? live : [], ref list);
            if (!_buffers.Changed(live))
            {
                return list.Count;
            }
        }
    }

    /// <summary>
    /// A piece of all that is in the database, in key order, from any thread, for sweeping through it: fills
    /// <paramref name="found"/> from the cursor on and moves the cursor. Fewer than asked for are the last ones. What
    /// is not written yet is not in it.
    /// </summary>
    /// <exception cref="StoreException">A block of the database is damaged.</exception>
    public int Scan(ref KeyedCursor cursor, Span<(ulong Key, KeyedEntry Entry)> found)
    {
        var live = _buffers.Live;
        Span<byte> first = stackalloc byte[KeyedFormat.KeySize];
        KeyedFormat.WriteKey(first, cursor.Key, cursor.Position);
        using var iterator = new Iterator(_journal.Database, _family, readahead: 256 * 1024);
        var count = 0;
        for (var more = iterator.Seek(first); more && count < found.Length; more = iterator.Next())
        {
            var key = KeyedFormat.Key(iterator.Key);
            var entry = KeyedFormat.Entry(iterator.Key, iterator.Value);
            cursor = new KeyedCursor(key, entry.Position + 1);
            if (!IsOverruled(live, key, entry.Position))
            {
                found[count++] = (key, entry);
            }
        }
        return count;
    }

    /// <summary>
    /// Takes the entries with these positions out, whatever their keys, by going through all of the database, and out
    /// of the table files. Returns how many. Any thread but the journal's, which goes on rotating meanwhile: what is in
    /// memory is written first.
    /// </summary>
    /// <exception cref="StoreException">The disk failed, or the journal's thread does not rotate.</exception>
    public long Erase(IReadOnlySet<ulong> positions)
    {
        _buffers.WaitUntilWritten(buffer => buffer.Holds(positions));
        using var batch = new IndexBatch(_journal);
        Span<byte> key = stackalloc byte[KeyedFormat.KeySize];
        long erased = 0;
        using (var iterator = new Iterator(_journal.Database, _family, readahead: 1 << 20))
        {
            for (var more = iterator.SeekToFirst(); more; more = iterator.Next())
            {
                if (positions.Contains(KeyedFormat.Entry(iterator.Key, iterator.Value).Position))
                {
                    iterator.Key.CopyTo(key);
                    batch.Delete(_family, key);
                    erased++;
                }
            }
        }
        batch.Write();
        if (erased > 0)
        {
            _journal.Database.Flush(_family);
            KeyedFormat.WriteKey(key, ulong.MaxValue, ulong.MaxValue);
            _journal.Database.Compact(_family, stackalloc byte[KeyedFormat.KeySize], key);
        }
        return erased;
    }

    /// <summary>
    /// Hands what has come so far to the background thread. Journal's thread, once a second or so, after a commit: what
    /// is not committed yet waits in its buffer for the commit.
    /// </summary>
    public void Rotate() => _buffers.Rotate();

    /// <summary>
    /// Waits until everything before is in the database. After a commit, and not for the journal's thread under load.
    /// </summary>
    /// <exception cref="StoreException">The write fails.</exception>
    public void Flush() => _buffers.Flush();

    /// <summary>
    /// Writes what is left of what is committed; a disk that fails leaves it to the next recovery.
    /// </summary>
    public void Dispose()
    {
        _buffers.Dispose();
        _writer.Dispose();
    }

    private void RotateWhenFull()
    {
        if (_buffers.Active.IsFull)
        {
            _buffers.Rotate();
        }
    }

    /// <summary>True when there is a removal under the key, so that what is older has to be compared with it.</summary>
    private static bool FindLive(KeyedBuffer[] live, ulong key, ref FoundEntries list)
    {
        var removals = false;
        for (var b = live.Length - 1; b >= 0; b--)
        {
            var buffer = live[b];
            for (var i = buffer.Newest(key); i >= 0; i = buffer.Older(i, key))
            {
                ref readonly var item = ref buffer.At(i);
                if (item.IsRemoval)
                {
                    removals = true;
                }
                else if (!removals || IsNewest(live, b, i))
                {
                    list.Add(item.Entry);
                }
            }
        }
        return removals;
    }

    private void FindStored(ulong key, KeyedBuffer[] live, ref FoundEntries list)
    {
        Span<byte> last = stackalloc byte[KeyedFormat.KeySize];
        KeyedFormat.WriteKey(last, key, ulong.MaxValue);
        using var cursor = new PrefixCursor(_journal.Database, _family, last);
        for (; cursor.IsValid; cursor.Previous())
        {
            var entry = KeyedFormat.Entry(cursor.Key, cursor.Value);
            if (!list.Takes(entry.Position))
            {
                return; // what follows is older still
            }
            if (!IsOverruled(live, key, entry.Position))
            {
                list.Add(entry);
            }
        }
    }

    /// <summary>Whether nothing newer has been said of the item's key and position.</summary>
    private static bool IsNewest(KeyedBuffer[] live, int buffer, int index)
    {
        ref readonly var item = ref live[buffer].At(index);
        return Newest(live, item.Key, item.Entry.Position) == (buffer, index);
    }

    /// <summary>Whether what is in the database has been removed since.</summary>
    private static bool IsOverruled(KeyedBuffer[] live, ulong key, ulong position)
    {
        var (buffer, index) = Newest(live, key, position);
        return buffer >= 0 && live[buffer].At(index).IsRemoval;
    }

    private static (int Buffer, int Index) Newest(KeyedBuffer[] live, ulong key, ulong position)
    {
        for (var b = live.Length - 1; b >= 0; b--)
        {
            for (var i = live[b].Newest(key); i >= 0; i = live[b].Older(i, key))
            {
                if (live[b].At(i).Entry.Position == position)
                {
                    return (b, i);
                }
            }
        }
        return (-1, -1);
    }
}
