namespace Store;

/// <summary>Messages in the order of their acceptance, so that positions ascend.</summary>
internal sealed class HistoryBuffer() : IndexBuffer(MaxCount)
{
    /// <summary>4.5 MiB a buffer.</summary>
    internal const int MaxCount = 256 * 1024;

    private readonly ulong[] _positions = new ulong[MaxCount];
    private readonly ulong[] _hashes = new ulong[MaxCount];
    private readonly ushort[] _accounts = new ushort[MaxCount];

    internal ReadOnlySpan<ulong> Positions => _positions.AsSpan(0, Count);

    internal ReadOnlySpan<ulong> Hashes => _hashes.AsSpan(0, Count);

    internal ReadOnlySpan<ushort> Accounts => _accounts.AsSpan(0, Count);

    internal void Add(ushort account, ulong hash, ulong position)
    {
        var next = Next;
        _positions[next] = position;
        _hashes[next] = hash;
        _accounts[next] = account;
        Publish(position);
    }

    /// <summary>Whether one of these messages is in here.</summary>
    internal bool Holds(IEnumerable<ulong> positions) =>
        Count > 0 && positions.Any(position => Positions.BinarySearch(position) >= 0);

    /// <summary>
    /// The positions that a query wants, newest first, as many as fit. 256 K entries take about 100 us.
    /// </summary>
    internal int Page(in HistoryQuery query, Span<ulong> found)
    {
        var count = 0;
        var end = LowerBound(query.Before);
        while (count < found.Length && (end = LastCandidate(query, end)) >= 0 && _positions[end] >= query.From)
        {
            if (query.Matches(_accounts[end], _hashes[end]))
            {
                found[count++] = _positions[end];
            }
        }
        return count;
    }

    /// <summary>The positions that a query of an account wants, oldest first, as many as fit.</summary>
    internal int PageForward(in HistoryQuery query, Span<ulong> found)
    {
        var (count, end) = (0, LowerBound(query.Before));
        for (var at = LowerBound(query.From); count < found.Length && at < end; at++)
        {
            var next = query.Account == 0 ? 0 : _accounts.AsSpan(at, end - at).IndexOf(query.Account);
            if (next < 0)
            {
                break;
            }
            at += next;
            found[count++] = _positions[at];
        }
        return count;
    }

    /// <summary>The last place before <paramref name="end"/> that may match; -1 when there is none.</summary>
    private int LastCandidate(in HistoryQuery query, int end) =>
        query.DestinationHash != 0 ? _hashes.AsSpan(0, end).LastIndexOf(query.DestinationHash)
        : query.Account != 0 ? _accounts.AsSpan(0, end).LastIndexOf(query.Account)
        : end - 1;

    /// <summary>How many entries are below a position.</summary>
    private int LowerBound(ulong position)
    {
        var at = Positions.BinarySearch(position);
        return at >= 0 ? at : ~at;
    }
}
