using Store.Native;

namespace Store;

/// <summary>Takes messages out of all lists of the history that are in the database.</summary>
/// <param name="journal">The open journal.</param>
/// <param name="messages">Position to the destination's hash.</param>
internal sealed class HistoryErasure(Journal journal, IReadOnlyDictionary<ulong, ulong> messages) : IDisposable
{
    private readonly Database _db = journal.Database;
    private readonly IndexBatch _batch = new(journal);

    /// <summary>The keys that were written anew or deleted, to be compacted.</summary>
    private readonly List<byte[]> _touched = [];

    /// <summary>Messages taken out.</summary>
    internal long Erased { get; private set; }

    /// <summary>The caller sees to it that no run is being written meanwhile.</summary>
    internal void Run()
    {
        var lists = new Dictionary<ushort, HashSet<ulong>> { [0] = [] }; // account 0: the list of all
        foreach (var bucket in messages.Values.Select(HistoryKey.Bucket).Distinct())
        {
            Rewrite(HistoryKey.ByDestination, bucket, ulong.MaxValue, (position, entry) =>
            {
                if (!messages.ContainsKey(position))
                {
                    return false;
                }
                Erased++;
                lists[0].Add(position);
                lists.TryAdd((ushort)entry, []);
                lists[(ushort)entry].Add(position);
                return true;
            }, () => true, messages.Keys.Min());
        }
        foreach (var (account, positions) in lists)
        {
            TakeOut(account, positions);
        }
        _batch.Write();
    }

    /// <summary>Each position by itself, for they lie far apart in long lists; those of one piece go
    /// together.</summary>
    private void TakeOut(ushort account, HashSet<ulong> positions)
    {
        var done = new HashSet<ulong>();
        foreach (var wanted in positions.OrderDescending())
        {
            if (!done.Contains(wanted))
            {
                Rewrite(HistoryKey.ByAccount, account, wanted,
                    (position, _) =>
                    {
                        var goes = positions.Contains(position);
                        if (goes)
                        {
                            done.Add(position);
                        }
                        return goes;
                    },
                    () => !done.Contains(wanted), wanted);
            }
        }
    }

    /// <summary>Makes the old lists leave the files.</summary>
    internal void Compact()
    {
        if (_touched.Count == 0)
        {
            return;
        }
        _db.Flush(JournalDatabase.History);
        foreach (var list in _touched.GroupBy(key => key[0]))
        {
            var keys = list.Order(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))).ToArray();
            _db.Compact(JournalDatabase.History, keys[0], keys[^1]);
        }
    }

    public void Dispose() => _batch.Dispose();

    /// <summary>
    /// Goes through a group's pieces from the newest that can have the position <paramref name="newest"/> down to those
    /// that have nothing from <paramref name="oldest"/> on, while there is more to do, and writes those anew that have
    /// something to take out.
    /// </summary>
    private void Rewrite(byte list, ushort group, ulong newest, Func<ulong, ulong, bool> goes, Func<bool> more,
        ulong oldest = 0)
    {
        Span<byte> start = stackalloc byte[HistoryKey.Size];
        new HistoryKey(list, group, newest, ushort.MaxValue).Write(start);
        using var iterator = new Iterator(_db, JournalDatabase.History);
        for (var found = iterator.SeekForPrevious(start);
            found && more() && iterator.Key.StartsWith(start[..HistoryKey.GroupSize])
                && HistoryPiece.Newest(iterator.Value) >= oldest;
            found = iterator.Previous())
        {
            RewritePiece(list, iterator.Key, iterator.Value, goes);
        }
    }

    private void RewritePiece(byte list, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value,
        Func<ulong, ulong, bool> goes)
    {
        // Differences grow where something goes, by a byte at most for each entry that stays.
        var rest = new byte[(value.Length * 2) + HistoryPiece.MaxEntry];
        var length = 0;
        ulong newer = 0;
        var changed = false;
        var piece = new HistoryPiece(list, value);
        while (piece.MoveNext())
        {
            if (goes(piece.Position, piece.Tail))
            {
                changed = true;
                continue;
            }
            length += HistoryPiece.Write(rest.AsSpan(length), list, newer, piece.Position, piece.Tail);
            newer = piece.Position;
        }
        if (!changed)
        {
            return;
        }
        _touched.Add(key.ToArray());
        if (length == 0)
        {
            _batch.Delete(JournalDatabase.History, key);
        }
        else
        {
            _batch.Put(JournalDatabase.History, key, rest.AsSpan(0, length));
        }
    }
}
