namespace Store;

/// <summary>Pairs (accepted, last) in the order they came.</summary>
internal sealed class FinishedBuffer() : IndexBuffer(MaxCount)
{
    /// <summary>1 MiB a buffer.</summary>
    internal const int MaxCount = 64 * 1024;

    private readonly ulong[] _accepted = new ulong[MaxCount];
    private readonly ulong[] _last = new ulong[MaxCount];

    internal ReadOnlySpan<ulong> Accepted => _accepted.AsSpan(0, Count);

    internal ulong LastAt(int index) => _last[index];

    internal void Add(ulong accepted, ulong last, ulong floor)
    {
        _accepted[Next] = accepted;
        _last[Next] = last;
        Publish(floor);
    }

    /// <summary>The newest pair for a position. 64 K pairs take about 20 us.</summary>
    internal bool TryFind(ulong accepted, out ulong last)
    {
        var at = Accepted.LastIndexOf(accepted);
        last = at >= 0 ? _last[at] : 0;
        return at >= 0;
    }
}
