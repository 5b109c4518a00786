using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Records;

namespace Appliance.Decide;

/// <summary>
/// One list of messages outside memory, first in, first out: 24 bytes a message, in chunks. What a batch appends can be
/// taken only after its commit, since before it nothing can be read.
/// </summary>
public sealed class HeldList(HeldKind kind, ulong key)
{
    private const int FirstChunk = 4;
    private const int LargestChunk = 512;

    private readonly List<HeldChunk> _chunks = [];

    /// <summary>Entries that left from the middle and still stand in their chunk.</summary>
    private HashSet<ulong>? _picked;
    private int _front;
    private int _fresh;
    private int _count;

    public HeldKind Kind => kind;

    public ulong Key => key;

    /// <summary>The carrier's that it is one of; null for other kinds.</summary>
    public HeldLine? Line { get; set; }

    /// <summary>Messages in the list.</summary>
    public int Count
    {
        get => _count;
        private set
        {
            Line?.Changed(this, _count, value);
            _count = value;
        }
    }

    /// <summary>Whether its beginning is being written again, so that nothing may leave.</summary>
    public bool IsRenewing { get; set; }

    /// <summary>Whether it is among the lists that are ordered by their floor.</summary>
    public bool IsInFloors { get; set; }

    /// <summary>Whether anything joined in this batch.</summary>
    public bool IsTouched { get; set; }

    /// <summary>Messages that may leave in this batch.</summary>
    public int Ready => IsRenewing ? 0 : Count - _fresh;

    /// <summary>Those of this batch that no record has put here yet.</summary>
    public List<HeldEntry> Unwritten { get; } = [];

    internal List<HeldChunk> Chunks => _chunks;

    /// <summary>The oldest record a restart needs for this list; <see cref="ulong.MaxValue"/> for an empty
    /// one.</summary>
    public ulong Floor
    {
        get
        {
            var floor = ulong.MaxValue;
            foreach (var chunk in _chunks) floor = Math.Min(floor, chunk.Anchor);
            return floor;
        }
    }

    /// <summary>No message of the list was accepted before this.</summary>
    public ulong Oldest
    {
        get
        {
            var oldest = ulong.MaxValue;
            foreach (var chunk in _chunks) oldest = Math.Min(oldest, chunk.Oldest);
            return oldest;
        }
    }

    /// <param name="anchor">The record a restart finds it by.</param>
    public void Append(in HeldEntry entry, ulong anchor)
    {
        if (_picked is not null && _picked.Remove(entry.Position)) Purge(entry.Position);
        var chunk = _chunks.Count == 0 ? null : _chunks[^1];
        if (chunk is null || chunk.IsFull)
        {
            var size = chunk is null ? FirstChunk : Math.Min(LargestChunk, chunk.Capacity * 2);
            chunk = new HeldChunk(size);
            _chunks.Add(chunk);
        }

        chunk.Add(in entry, anchor);
        Count++;
        _fresh++;
    }

    /// <summary>The last event of what was appended last is a later one.</summary>
    public void ExtendTail(ulong last) => _chunks[^1].Tail.Last = last;

    /// <summary>Everything appended so far is committed.</summary>
    public void Committed()
    {
        _fresh = 0;
        IsTouched = false;
    }

    /// <summary>After a restart, which has seen messages leave that it never saw join.</summary>
    public void Recount()
    {
        Count = 0;
        foreach (var chunk in _chunks)
        {
            foreach (ref readonly var entry in chunk.Entries)
                if (!IsGone(entry.Position)) Count++;
        }
    }

    /// <summary>Chunks whose record was only just written get its position.</summary>
    public void Written(ulong position)
    {
        for (var i = _chunks.Count - 1; i >= 0 && _chunks[i].Anchor == ulong.MaxValue; i--)
            _chunks[i].Anchor = position;
    }

    public bool TryPop(out HeldEntry entry)
    {
        entry = default;
        if (Ready <= 0 || !TrySkip()) return false;
        entry = _chunks[0][_front];
        Advance();
        Count--;
        return true;
    }

    /// <summary>Where the message at the head was accepted, committed or not; 0 for an empty list. Changes nothing.
    /// </summary>
    public ulong Head
    {
        get
        {
            if (Count == 0) return 0;
            var at = _front;
            foreach (var chunk in _chunks)
            {
                for (; at < chunk.Count; at++)
                    if (!IsGone(chunk[at].Position)) return chunk[at].Position;
                at = 0;
            }

            return 0;
        }
    }

    /// <summary>Takes the head if it is this message: what a restart does where TryPop was.</summary>
    public void ReplayPop(ulong position)
    {
        if (TrySkip() && _chunks[0][_front].Position == position) Advance();
    }

    /// <summary>A message leaves from the middle, wherever it stands.</summary>
    /// <returns>False if it has left already.</returns>
    public bool TryPick(ulong position)
    {
        if (!(_picked ??= []).Add(position)) return false;
        Count--;
        return true;
    }

    /// <summary>Takes an entry out where a walk has found it.</summary>
    internal void Remove(HeldChunk chunk, int index)
    {
        chunk[index].Position = 0;
        Count--;
    }

    internal bool IsGone(ulong position) => position == 0 || (_picked is not null && _picked.Contains(position));

    /// <summary>
    /// After a restart: the beginning of the list as it was written again takes the place of what was read of it.
    /// </summary>
    public void Merge(List<HeldEntry> beginning, ulong anchor)
    {
        // Some may have left from the middle while the beginning was written, and some may be known in a later state.
        var gone = _picked;
        var known = new Dictionary<ulong, HeldEntry>();
        var rest = new List<(HeldEntry Entry, ulong Anchor)>();
        foreach (var entry in beginning) known[entry.Position] = entry;
        foreach (var chunk in _chunks)
        {
            foreach (ref readonly var entry in chunk.Entries)
            {
                if (entry.Position == 0) continue;
                ref var same = ref CollectionsMarshal.GetValueRefOrNullRef(known, entry.Position);
                if (Unsafe.IsNullRef(ref same)) rest.Add((entry, chunk.Anchor));
                else if (entry.Last > same.Last) same = entry;
            }
        }

        _chunks.Clear();
        _picked = null;
        _front = 0;
        Count = 0;
        foreach (var entry in beginning)
            if (gone is null || !gone.Contains(entry.Position)) Append(known[entry.Position], anchor);
        foreach (var (entry, at) in rest)
            if (gone is null || !gone.Contains(entry.Position)) Append(in entry, at);
    }

    private bool TrySkip()
    {
        while (_chunks.Count > 0)
        {
            if (_front == _chunks[0].Count)
            {
                _chunks.RemoveAt(0);
                _front = 0;
                continue;
            }

            var position = _chunks[0][_front].Position;
            if (position != 0 && (_picked is null || !_picked.Remove(position))) return true;
            Advance();
        }

        return false;
    }

    /// <summary>What has left is marked, so that walks pass it by.</summary>
    private void Advance()
    {
        _chunks[0][_front].Position = 0;
        if (++_front < _chunks[0].Count) return;
        _chunks.RemoveAt(0);
        _front = 0;
    }

    private void Purge(ulong position)
    {
        foreach (var chunk in _chunks)
        {
            for (var i = 0; i < chunk.Count; i++)
                if (chunk[i].Position == position) chunk[i].Position = 0;
        }
    }
}

/// <summary>Entries that stand together, and the oldest record a restart needs to find them.</summary>
internal sealed class HeldChunk(int capacity)
{
    private readonly HeldEntry[] _entries = new HeldEntry[capacity];

    public int Capacity => capacity;

    public int Count { get; private set; }

    public ulong Anchor { get; set; } = ulong.MaxValue;

    /// <summary>The oldest message that ever stood here.</summary>
    public ulong Oldest { get; private set; } = ulong.MaxValue;

    /// <summary>Nothing here expires before this, in seconds since 1970.</summary>
    public uint FirstExpiry { get; set; } = uint.MaxValue;

    public bool IsFull => Count == capacity;

    public ref HeldEntry this[int index] => ref _entries[index];

    public ref HeldEntry Tail => ref _entries[Count - 1];

    public ReadOnlySpan<HeldEntry> Entries => _entries.AsSpan(0, Count);

    public void Add(in HeldEntry entry, ulong anchor)
    {
        _entries[Count++] = entry;
        Anchor = Math.Min(Anchor, anchor);
        Oldest = Math.Min(Oldest, entry.Position);
        if (entry.Expiry != 0) FirstExpiry = Math.Min(FirstExpiry, entry.Expiry);
    }
}
