using Store;

namespace Appliance.Journal;

/// <summary>The indexes of the journal whose keys do not grow, and of where stories end.</summary>
public sealed class KeyedState(Store.Journal journal) : IKeyedState, IDisposable
{
    private const int SweptAtOnce = 512;

    /// <summary>Calls between two looks at an index that may be empty.</summary>
    private const int SweepPause = 64;

    private readonly KeyIndex _awaiting = new(journal, KeyIndexFamily.Awaiting);
    private readonly KeyIndex _names = new(journal, KeyIndexFamily.Repeats);
    private readonly (ulong Key, KeyedEntry Entry)[] _swept = new (ulong, KeyedEntry)[SweptAtOnce];
    private KeyedCursor _cursor;
    private int _sweptCount;
    private int _sweptNext;
    private int _pause;

    /// <summary>Where the stories of messages outside memory end.</summary>
    public FinishedIndex Finished { get; } = new(journal);

    /// <summary>Messages by account and by destination.</summary>
    public HistoryIndex History { get; } = new(journal);

    /// <summary>The oldest record a restart needs for what is not in the database yet.</summary>
    public ulong Floor => Math.Min(
        Math.Min(Finished.UnflushedFloor, History.UnflushedFloor),
        Math.Min(_awaiting.UnflushedFloor, _names.UnflushedFloor));

    /// <summary>How far the indexes of random keys are behind, seen as one.</summary>
    public IndexLag KeysLag => IndexLag.Worse(_awaiting.Lag, _names.Lag);

    /// <summary>Hands what is committed to the background; once a second, after a commit.</summary>
    public void Rotate()
    {
        Finished.Rotate();
        History.Rotate();
        _awaiting.Rotate();
        _names.Rotate();
    }

    public void Await(ulong key, in Keyed entry, ulong floor) =>
        _awaiting.Put(key, new KeyedEntry(entry.Position, entry.First, entry.Second), floor);

    public void Unawait(ulong key, ulong position) => _awaiting.Remove(key, position);

    public int FindAwaited(ulong key, Span<Keyed> found) => Find(_awaiting, key, found);

    public int SweepAwaited(Span<(ulong Key, Keyed Entry)> found)
    {
        if (_sweptNext == _sweptCount && !TryLoad()) return 0;
        var count = Math.Min(found.Length, _sweptCount - _sweptNext);
        for (var i = 0; i < count; i++)
        {
            var (key, entry) = _swept[_sweptNext++];
            found[i] = (key, new Keyed(entry.Position, entry.First, entry.Second));
        }

        return count;
    }

    public void Name(ulong key, in Keyed entry) =>
        _names.Put(key, new KeyedEntry(entry.Position, entry.First, entry.Second), entry.Position);

    public int FindNamed(ulong key, Span<Keyed> found) => Find(_names, key, found);

    public void Index(ushort account, ulong destination, ulong position) =>
        History.Add(account, destination, position);

    /// <summary>Takes messages out of the indexes for good. Any thread but the ring's, which must go on.</summary>
    /// <param name="messages">Position to the hash of the destination.</param>
    public void Erase(IReadOnlyDictionary<ulong, ulong> messages)
    {
        if (messages.Count == 0) return;
        History.Erase(messages);
        var positions = messages.Keys.ToHashSet();
        _awaiting.Erase(positions);
        _names.Erase(positions);
    }

    public void Dispose()
    {
        Finished.Dispose();
        History.Dispose();
        _awaiting.Dispose();
        _names.Dispose();
    }

    private static int Find(KeyIndex index, ulong key, Span<Keyed> found)
    {
        Span<KeyedEntry> entries = stackalloc KeyedEntry[Math.Min(found.Length, 16)];
        var count = index.Find(key, entries);
        for (var i = 0; i < count; i++)
            found[i] = new Keyed(entries[i].Position, entries[i].First, entries[i].Second);
        return count;
    }

    private bool TryLoad()
    {
        if (_pause > 0)
        {
            _pause--;
            return false;
        }

        _sweptNext = 0;
        _sweptCount = _awaiting.Scan(ref _cursor, _swept);
        if (_sweptCount == SweptAtOnce) return true;
        // Round again, but not at once: it may be empty.
        _cursor = default;
        _pause = SweepPause;
        return _sweptCount > 0;
    }
}
