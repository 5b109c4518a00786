using Store.Native;

namespace Store;

/// <summary>
/// Reads a page of an account from the lists in the database, oldest first. It seeks the piece in which the page begins
/// and goes on to newer ones, so that a page costs what is on it, wherever in the list it is. Of each run only what is
/// before the next one counts, as in <see cref="HistoryReader"/>.
/// </summary>
internal ref struct HistoryForwardReader
{
    private readonly ushort _group;
    private readonly ulong _from;
    private readonly ulong _before;
    private readonly Span<ulong> _found;

    internal HistoryForwardReader(in HistoryQuery query, Span<ulong> found)
    {
        _group = query.Account;
        _from = query.From;
        _before = query.Before;
        _found = found;
    }

    internal int Count { get; private set; }

    /// <summary>Entries of lists it has looked at.</summary>
    internal long Looked { get; private set; }

    /// <exception cref="StoreException">A block or a list is damaged.</exception>
    internal void Read(Database db)
    {
        if (_found.IsEmpty || _from >= _before)
        {
            return;
        }
        using var iterator = new Iterator(db, JournalDatabase.History);
        var run = 0UL;
        for (var more = Begin(iterator); more && IsOurs(iterator);)
        {
            var key = HistoryKey.Read(iterator.Key);
            if (key.Run >= _before)
            {
                CutAt(_before);
                return;
            }
            if (key.Run != run)
            {
                CutAt(key.Run);
                run = key.Run;
            }
            else if (Count == _found.Length)
            {
                // What the run has left may be another's already: only the next one tells.
                more = Seek(iterator, run + 1, 0);
                run = 0;
                continue;
            }
            if (Count == _found.Length)
            {
                return;
            }
            ReadPiece(iterator.Value, key, db.Path);
            more = iterator.Next();
        }
    }

    /// <summary>To the first piece that ends at or after where the page begins.</summary>
    private bool Begin(Iterator iterator)
    {
        Span<byte> start = stackalloc byte[HistoryKey.Size];
        new HistoryKey(HistoryKey.ByAccount, _group, _from, ushort.MaxValue).Write(start);
        if (!iterator.SeekForPrevious(start) || !IsOurs(iterator))
        {
            return Seek(iterator, 0, 0);
        }
        // It is in this run, between two pieces of it, or in the next run.
        var last = HistoryKey.Read(iterator.Key);
        var (low, high) = (0, last.Piece + 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            Looked++;
            if (Seek(iterator, last.Run, (ushort)middle) && HistoryPiece.Newest(iterator.Value) >= _from)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }
        return low <= last.Piece ? Seek(iterator, last.Run, (ushort)low) : Seek(iterator, last.Run + 1, 0);
    }

    private readonly bool Seek(Iterator iterator, ulong run, ushort piece)
    {
        Span<byte> key = stackalloc byte[HistoryKey.Size];
        new HistoryKey(HistoryKey.ByAccount, _group, run, piece).Write(key);
        return iterator.Seek(key) && IsOurs(iterator);
    }

    private readonly bool IsOurs(Iterator iterator)
    {
        var key = HistoryKey.Read(iterator.Key);
        return key.List == HistoryKey.ByAccount && key.Group == _group;
    }

    /// <summary>A piece is written newest first.</summary>
    private void ReadPiece(ReadOnlySpan<byte> value, HistoryKey key, string path)
    {
        Span<ulong> newestFirst = stackalloc ulong[HistoryWriter.PieceCount];
        var count = 0;
        var piece = new HistoryPiece(HistoryKey.ByAccount, value);
        while (piece.MoveNext() && piece.Position >= _from && count < newestFirst.Length)
        {
            Looked++;
            newestFirst[count++] = piece.Position;
        }
        if (piece.IsDamaged)
        {
            throw new StoreException(StoreFault.Corrupt,
                $"The history in {path} is damaged ({key}). Restore the folder from a backup or another node.");
        }
        while (count > 0 && Count < _found.Length && newestFirst[count - 1] < _before)
        {
            _found[Count++] = newestFirst[--count];
        }
    }

    /// <summary>Takes back what is not before a position.</summary>
    private void CutAt(ulong position)
    {
        while (Count > 0 && _found[Count - 1] >= position)
        {
            Count--;
        }
    }
}
