using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Records;

namespace Appliance.Decide;

/// <summary>
/// All messages outside memory, by list, and the records that say who joined and who left which. A message is in the
/// table, in one of these lists, in the index of awaited receipts, or finished.
/// </summary>
public sealed class HeldLists(IEventLog log)
{
    /// <summary>Entries in a record at the most; a chunk of a list fits.</summary>
    public const int MostInRecord = 512;

    private readonly Dictionary<(HeldKind, ulong), HeldList> _lists = [];
    private readonly SortedSet<ulong> _due = [];
    private readonly List<HeldList> _expiring = [];

    /// <summary>Lists by their floor, as it was when they were put in.</summary>
    private readonly PriorityQueue<HeldList, ulong> _floors = new();
    private readonly List<HeldList> _touched = [];

    /// <summary>While the journal is read after a start.</summary>
    private readonly Dictionary<HeldList, (ulong Anchor, List<HeldEntry> Entries)> _renewed = [];

    /// <summary>Messages in all lists; parts are counted one by one.</summary>
    public int Parts { get; private set; }

    /// <summary>Those of them that are final and wait for an ESME to take the receipt.</summary>
    public int Notices { get; private set; }

    public IEnumerable<HeldList> All => _lists.Values;

    /// <summary>The earliest due time that anything waits for, in seconds; <see cref="ulong.MaxValue"/> for
    /// none.</summary>
    public ulong FirstDue => _due.Count == 0 ? ulong.MaxValue : _due.Min;

    /// <summary>The oldest record a restart needs for the lists.</summary>
    public ulong Floor => Deepest?.Floor ?? ulong.MaxValue;

    /// <summary>The list for which a restart must read furthest back; null where all are empty.</summary>
    public HeldList? Deepest
    {
        get
        {
            // A list's floor only rises, so what the heap knows of it is never too high.
            while (_floors.TryPeek(out var list, out var known))
            {
                var floor = list.Floor;
                if (floor == known) return list;
                _floors.Dequeue();
                list.IsInFloors = floor != ulong.MaxValue;
                if (list.IsInFloors) _floors.Enqueue(list, floor);
            }

            return null;
        }
    }

    /// <summary>Lists of which anything may expire: of what waits for its time nothing does before it.</summary>
    public IReadOnlyList<HeldList> Expiring => _expiring;

    /// <summary>The next list whose time has come and whose messages may leave in this batch; null for none.</summary>
    /// <param name="now">Seconds since 1970.</param>
    public HeldList? NextDue(ulong now)
    {
        if (FirstDue > now) return null;
        foreach (var due in _due)
        {
            if (due > now) return null;
            if (Find(HeldKind.Scheduled, due) is { Ready: > 0 } list) return list;
        }

        return null;
    }

    /// <summary>No message of the lists was accepted before this.</summary>
    public ulong Oldest => _lists.Count == 0 ? ulong.MaxValue : _lists.Values.Min(list => list.Oldest);

    /// <summary>The key of the list in which an account's messages of a priority wait for a carrier.</summary>
    public static ulong WaitingKey(ushort carrier, int priority, ushort account) =>
        ((ulong)account << 18) | ((ulong)carrier << 2) | (uint)priority;

    public static ushort CarrierOf(ulong waitingKey) => (ushort)(waitingKey >> 2);

    public static int PriorityOf(ulong waitingKey) => (int)(waitingKey & 3);

    public static ushort AccountOf(ulong waitingKey) => (ushort)(waitingKey >> 18);

    public HeldList? Find(HeldKind kind, ulong key) => _lists.GetValueOrDefault((kind, key));

    public HeldList Get(HeldKind kind, ulong key)
    {
        ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(_lists, (kind, key), out var known);
        if (known) return list!;
        list = new HeldList(kind, key);
        if (kind == HeldKind.Scheduled) _due.Add(key);
        else _expiring.Add(list);
        return list;
    }

    /// <summary>A message joins a list; a record at the end of the batch says so.</summary>
    public void Append(HeldList list, in HeldEntry entry)
    {
        list.Append(in entry, ulong.MaxValue);
        Touch(list);
        Watch(list, log.NextPosition);
        list.Unwritten.Add(entry);
        Count(list, entry.Parts);
    }

    /// <summary>A message joins a list; the record of its acceptance says so.</summary>
    public void AppendAccepted(HeldList list, in HeldEntry entry, ulong anchor)
    {
        list.Append(in entry, anchor);
        Touch(list);
        Watch(list, anchor);
        Count(list, entry.Parts);
    }

    /// <summary>
    /// Messages join a list before all that are in it, while nothing else happens to it: after a start. It is written
    /// as a new beginning of the list.
    /// </summary>
    public void Prepend(HeldList list, List<HeldEntry> entries)
    {
        var phase = HeldPhase.Renew | HeldPhase.Begin;
        ulong anchor = 0;
        for (var at = 0; at < entries.Count; at += MostInRecord)
        {
            var block = CollectionsMarshal.AsSpan(entries)[at..Math.Min(entries.Count, at + MostInRecord)];
            if (at + block.Length == entries.Count) phase |= HeldPhase.End;
            var position = WriteHeld(list.Kind, list.Key, phase, block);
            if (anchor == 0) anchor = position;
            phase = HeldPhase.Renew;
        }

        foreach (ref readonly var entry in CollectionsMarshal.AsSpan(entries)) Parts += entry.Parts;
        list.Merge(entries, anchor);
        Touch(list);
        Watch(list, 0);
    }

    /// <summary>Takes up to so many from the head of a list.</summary>
    /// <param name="parts">Stops when the messages taken have so many parts together.</param>
    /// <returns>How many, in <paramref name="taken"/>.</returns>
    public int Pop(HeldList list, Span<HeldEntry> taken, int parts)
    {
        var count = 0;
        while (count < taken.Length && parts > 0 && list.TryPop(out taken[count]))
        {
            parts -= taken[count].Parts;
            Count(list, -taken[count++].Parts);
        }

        DropEmpty(list);
        return count;
    }

    /// <summary>One message leaves from the middle of a list.</summary>
    public void Pick(HeldList list, byte parts, ulong position)
    {
        if (!list.TryPick(position)) return;
        Count(list, -parts);
        DropEmpty(list);
    }

    internal void Remove(HeldList list, HeldChunk chunk, int index)
    {
        Count(list, -chunk[index].Parts);
        list.Remove(chunk, index);
        DropEmpty(list);
    }

    /// <summary>Writes down that messages come back into memory.</summary>
    /// <returns>The record's position: their anchor.</returns>
    public ulong WriteRevived(HeldKind kind, ulong key, bool picked, ReadOnlySpan<HeldEntry> entries)
    {
        // Who joined in this batch must have joined in the journal before it leaves there.
        if (Find(kind, key) is { Unwritten.Count: > 0 }) Write();
        var size = Unsafe.SizeOf<Revived>() + (entries.Length * Unsafe.SizeOf<RevivedEntry>());
        var record = log.Reserve(size, out var position);
        var head = new Revived
        {
            Kind = RecordKind.Revived,
            List = kind,
            Key = key,
            Picked = picked ? (byte)1 : (byte)0,
            Count = entries.Length,
        };
        MemoryMarshal.Write(record, in head);
        var written = MemoryMarshal.Cast<byte, RevivedEntry>(record[Unsafe.SizeOf<Revived>()..]);
        for (var i = 0; i < entries.Length; i++)
            written[i] = new RevivedEntry { Position = entries[i].Position, Last = entries[i].Last };
        return position;
    }

    /// <summary>At the end of a batch: the records of all that joined.</summary>
    public void Write()
    {
        foreach (var list in _touched)
        {
            if (list.Unwritten.Count == 0) continue;
            var entries = CollectionsMarshal.AsSpan(list.Unwritten);
            ulong first = 0;
            while (!entries.IsEmpty)
            {
                var count = Math.Min(MostInRecord, entries.Length);
                var position = WriteHeld(list.Kind, list.Key, HeldPhase.Append, entries[..count]);
                if (first == 0) first = position;
                entries = entries[count..];
            }

            list.Written(first);
            Watch(list, first);
            list.Unwritten.Clear();
        }
    }

    /// <summary>The batch is durable: what joined in it may leave.</summary>
    public void Committed()
    {
        foreach (var list in _touched) list.Committed();
        _touched.Clear();
    }

    /// <summary>A message as it stands in a list when it was only just accepted.</summary>
    public static HeldEntry EntryOf(ulong position, in Accepted accepted) => new()
    {
        Position = position,
        Last = position,
        Expiry = accepted.Expiry,
        Account = accepted.Account,
        Parts = accepted.Parts,
    };

    /// <returns>The record's position.</returns>
    public ulong WriteHeld(HeldKind kind, ulong key, HeldPhase phase, ReadOnlySpan<HeldEntry> entries)
    {
        var head = new Held
        {
            Kind = RecordKind.Held,
            List = kind,
            Phase = phase,
            Key = key,
            Count = entries.Length,
        };
        return RecordWriter.Write(log, in head, MemoryMarshal.AsBytes(entries));
    }

    /// <summary>Reads back a record of a list after a start; who joined is no longer in memory.</summary>
    public void Replay(ulong position, in Held head, ReadOnlySpan<HeldEntry> entries)
    {
        var list = Get(head.List, head.Key);
        if (head.Phase == HeldPhase.Append)
        {
            foreach (ref readonly var entry in entries) AppendAccepted(list, in entry, position);
            return;
        }

        // A beginning that was not ended before a crash counts for nothing: the next one starts anew.
        if ((head.Phase & HeldPhase.Begin) != 0) _renewed[list] = (position, []);
        if (!_renewed.TryGetValue(list, out var renewed)) return;
        renewed.Entries.AddRange(entries);
        if ((head.Phase & HeldPhase.End) == 0) return;
        _renewed.Remove(list);
        if (renewed.Entries.Count > 0) list.Merge(renewed.Entries, renewed.Anchor);
        Watch(list, 0);
    }

    /// <summary>Reads back that a message left a list.</summary>
    public void ReplayRevived(in Revived head, ulong position)
    {
        if (Find(head.List, head.Key) is not { } list) return;
        if (head.Picked != 0) list.TryPick(position);
        else list.ReplayPop(position);
    }

    /// <summary>All is read: what the lists hold is counted anew.</summary>
    public void EndReplay(Action<HeldEntry> each)
    {
        Parts = Notices = 0;
        foreach (var list in _lists.Values.ToArray())
        {
            list.Committed();
            list.Recount();
            DropEmpty(list);
            foreach (var chunk in list.Chunks)
            {
                foreach (ref readonly var entry in chunk.Entries)
                {
                    if (list.IsGone(entry.Position)) continue;
                    Count(list, entry.Parts);
                    each(entry);
                }
            }
        }

        _touched.Clear();
        _renewed.Clear();
    }

    private void Count(HeldList list, int parts)
    {
        Parts += parts;
        if (list.Kind == HeldKind.Notices) Notices += parts;
    }

    private void Touch(HeldList list)
    {
        if (list.IsTouched) return;
        list.IsTouched = true;
        _touched.Add(list);
    }

    /// <summary>Somebody is in the list, and no anchor of it is below this.</summary>
    private void Watch(HeldList list, ulong floor)
    {
        if (list.IsInFloors) return;
        list.IsInFloors = true;
        _floors.Enqueue(list, floor);
    }

    private void DropEmpty(HeldList list)
    {
        // Due times pass and do not come again; the other lists are few.
        if (list.Count > 0 || list.Kind != HeldKind.Scheduled) return;
        _lists.Remove((list.Kind, list.Key));
        _due.Remove(list.Key);
    }
}
