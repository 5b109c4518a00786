using Store.Native;

namespace Store;

/// <summary>
/// Reads a page from the lists in the database. It goes from the newest run to the oldest and takes of each run only
/// what is before the run that it looked at last: what an interrupted run has left beyond its end is not taken twice.
/// </summary>
internal ref struct HistoryReader
{
    private readonly byte _list;
    private readonly ushort _group;
    private readonly ulong _tail;
    private readonly ulong _tailMask;
    private readonly ulong _from;
    private readonly Span<ulong> _found;
    private ulong _before;

    internal HistoryReader(in HistoryQuery query, Span<ulong> found)
    {
        var byDestination = query.DestinationHash != 0;
        _list = byDestination ? HistoryKey.ByDestination : HistoryKey.ByAccount;
        _group = byDestination ? HistoryKey.Bucket(query.DestinationHash) : query.Account;
        _tail = byDestination ? HistoryKey.Tail(query.DestinationHash, query.Account) : 0;
        _tailMask = !byDestination ? 0 : query.Account != 0 ? ulong.MaxValue : ~(ulong)ushort.MaxValue;
        _from = query.From;
        _before = query.Before;
        _found = found;
    }

    internal int Count { get; private set; }

    /// <exception cref="StoreException">A block or a list is damaged.</exception>
    internal void Read(Database db)
    {
        if (_before == 0 || _found.IsEmpty)
        {
            return;
        }
        Span<byte> start = stackalloc byte[HistoryKey.Size];
        new HistoryKey(_list, _group, _before - 1, ushort.MaxValue).Write(start);
        using var iterator = new Iterator(db, JournalDatabase.History);
        var run = ulong.MaxValue;
        for (var more = iterator.SeekForPrevious(start);
            more && iterator.Key.StartsWith(start[..HistoryKey.GroupSize]);
            more = iterator.Previous())
        {
            var key = HistoryKey.Read(iterator.Key);
            if (key.Run != run)
            {
                _before = Math.Min(_before, run);
                run = key.Run;
            }
            if (HistoryPiece.Newest(iterator.Value) < _from || !ReadPiece(iterator.Value, key, db.Path))
            {
                return; // whatever follows is older
            }
        }
    }

    /// <summary>False when the page is full.</summary>
    private bool ReadPiece(ReadOnlySpan<byte> value, HistoryKey key, string path)
    {
        var piece = new HistoryPiece(_list, value);
        while (piece.MoveNext() && piece.Position >= _from)
        {
            if (piece.Position < _before && ((piece.Tail ^ _tail) & _tailMask) == 0)
            {
                _found[Count] = piece.Position;
                if (++Count == _found.Length)
                {
                    return false;
                }
            }
        }
        return piece.IsDamaged ? throw new StoreException(StoreFault.Corrupt,
            $"The history in {path} is damaged ({key}). Restore the folder from a backup or another node.") : true;
    }
}
