namespace Store;

/// <summary>
/// The entries found so far, the newest position first, each position once: the first that is added counts. Of more
/// than fit the newest stay.
/// </summary>
internal ref struct FoundEntries(Span<KeyedEntry> entries, ulong from)
{
    private readonly Span<KeyedEntry> _entries = entries;

    internal int Count { get; private set; }

    /// <summary>Whether an entry of this position, or any older one, has a place.</summary>
    internal readonly bool Takes(ulong position) =>
        position >= from && (Count < _entries.Length || (Count > 0 && position > _entries[Count - 1].Position));

    internal void Add(in KeyedEntry entry)
    {
        if (!Takes(entry.Position))
        {
            return;
        }
        var at = Count;
        while (at > 0 && _entries[at - 1].Position < entry.Position)
        {
            at--;
        }
        if (at > 0 && _entries[at - 1].Position == entry.Position)
        {
            return;
        }
        if (Count < _entries.Length)
        {
            Count++;
        }
        _entries[at..(Count - 1)].CopyTo(_entries[(at + 1)..]);
        _entries[at] = entry;
    }
}
