using System.Globalization;
using System.Text;
using Appliance.Records;

namespace Appliance.Tests.Decide;

/// <summary>A journal in memory, with its indexes, that forgets what was not synced when it crashes.</summary>
internal sealed class VirtualLog : IEventLog, IKeyedState
{
    private readonly SortedDictionary<ulong, byte[]> _committed = [];
    private readonly List<(ulong Position, byte[] Record)> _batch = [];
    private readonly List<Action> _pending = [];
    private readonly List<(string Name, byte[]? Value)> _factsToCome = [];
    private readonly List<Written> _written = [];
    private readonly Dictionary<ulong, List<Keyed>> _awaited = [];
    private readonly Dictionary<(ulong Key, ulong Position), ulong> _awaitedFloor = [];
    private readonly HashSet<(ulong Key, ulong Position)> _removing = [];
    private readonly Dictionary<ulong, ulong> _filedFloor = [];
    private readonly Dictionary<ulong, List<Keyed>> _named = [];
    private readonly Dictionary<string, byte[]> _facts = [];
    private ulong _next = 0x5A7B3C1DUL << 16;
    private int _swept;

    public Dictionary<ulong, ulong> Filed { get; } = [];

    public HashSet<ulong> Indexed { get; } = [];

    /// <summary>The oldest record a restart may read.</summary>
    public ulong RestartFrom { get; private set; }

    public IEnumerable<KeyValuePair<ulong, byte[]>> Records => _committed;

    /// <summary>Whether a batch may be heard while the next one is decided.</summary>
    public bool IsOverlapped { get; init; }

    public bool IsClean => _written.Count == 0 && (IsOverlapped || _batch.Count == 0);

    public int Awaited => _awaited.Values.Sum(entries => entries.Count);

    public ulong NextPosition => _next;

    public Span<byte> Reserve(int size, out ulong position)
    {
        position = _next;
        _next += (ulong)(size / 4) + 2;
        var record = new byte[size];
        _batch.Add((position, record));
        return record;
    }

    public int Read(ulong position, Span<byte> destination)
    {
        if (!_committed.TryGetValue(position, out var record)) return -1;
        record.AsSpan(0, Math.Min(record.Length, destination.Length)).CopyTo(destination);
        return record.Length;
    }

    /// <summary>A batch that can be read and is not durable yet.</summary>
    /// <param name="Facts">What they were before it.</param>
    /// <param name="OnSync">What reaches the disk no earlier than it.</param>
    private sealed record Written(ulong End, List<ulong> Positions, List<(string Name, byte[]? Value)> Facts,
        List<Action> OnSync);

    /// <summary>A write begins a new frame, as on disk.</summary>
    public LogMark Write()
    {
        foreach (var (position, record) in _batch) _committed.Add(position, record);
        if (_batch.Count > 0) _next = ((_next >> 16) + 1) << 16;
        var before = _factsToCome.ConvertAll(fact => (fact.Name, _facts.GetValueOrDefault(fact.Name)));
        foreach (var (name, value) in _factsToCome) SetFact(name, value);
        _written.Add(new Written(_next, _batch.ConvertAll(one => one.Position), before, [.. _pending]));
        _batch.Clear();
        _pending.Clear();
        _factsToCome.Clear();
        return new LogMark(new Store.JournalMark(1, _next, 0, 1, 1, 1), 1, 1);
    }

    public void Sync(in LogMark mark)
    {
        while (_written.Count > 0 && _written[0].End <= mark.Journal.End)
        {
            foreach (var change in _written[0].OnSync) change();
            _written.RemoveAt(0);
        }
    }

    public void Commit() => Sync(Write());

    private void SetFact(string name, byte[]? value)
    {
        if (value is null) _facts.Remove(name);
        else _facts[name] = value;
    }

    /// <summary>
    /// What was not synced is gone, and of the indexes all that a restart comes to again: none of it need have
    /// reached the disk.
    /// </summary>
    /// <param name="survivors">Batches that were written and not synced, and got to the disk all the same.</param>
    public void Crash(int survivors = 0)
    {
        // A batch with opt-outs is on the disk before it is heard.
        survivors = Math.Min(survivors, _written.Count);
        if (survivors > 0) Sync(new LogMark(new Store.JournalMark(1, _written[survivors - 1].End, 0, 1, 1, 1), 1, 1));
        for (var i = _written.Count - 1; i >= 0; i--)
        {
            foreach (var position in _written[i].Positions) _committed.Remove(position);
            foreach (var (name, value) in Enumerable.Reverse(_written[i].Facts)) SetFact(name, value);
        }

        _written.Clear();
        _factsToCome.Clear();
        _batch.Clear();
        _pending.Clear();
        foreach (var (accepted, floor) in _filedFloor)
            if (floor >= RestartFrom) Filed.Remove(accepted);
        foreach (var ((key, position), floor) in _awaitedFloor.ToArray())
            if (floor >= RestartFrom) Remove(key, position);
        _removing.Clear();
        foreach (var entries in _named.Values) entries.RemoveAll(one => one.Position >= RestartFrom);
        Indexed.RemoveWhere(position => position >= RestartFrom);
    }

    public void File(ulong accepted, ulong last, ulong floor)
    {
        // What is there already has reached the disk by its own floor.
        if (last <= Filed.GetValueOrDefault(accepted)) return;
        Filed[accepted] = last;
        _filedFloor[accepted] = floor;
    }

    public bool TryFindFiled(ulong accepted, out ulong last) => Filed.TryGetValue(accepted, out last);

    public void Checkpoint(ulong oldest)
    {
        var from = Math.Min(oldest, _next);
        _pending.Add(() => RestartFrom = Math.Max(RestartFrom, from));
    }

    public void SetFact(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        _factsToCome.Add((Convert.ToHexString(key), value.ToArray()));

    public void RemoveFact(ReadOnlySpan<byte> key) => _factsToCome.Add((Convert.ToHexString(key), null));

    public bool HasFact(ReadOnlySpan<byte> key) => _facts.ContainsKey(Convert.ToHexString(key));

    /// <summary>Null where there is none.</summary>
    public byte[]? Fact(ReadOnlySpan<byte> key) => _facts.GetValueOrDefault(Convert.ToHexString(key));

    /// <summary>What a start reads of them.</summary>
    public IEnumerable<(byte[] Key, byte[] Value)> Facts(ReadOnlySpan<byte> prefix)
    {
        var begins = Convert.ToHexString(prefix);
        return _facts.Where(one => one.Key.StartsWith(begins, StringComparison.Ordinal))
            .Select(one => (Convert.FromHexString(one.Key), one.Value));
    }

    /// <summary>How often batches were released so far: what peers got in one release was decided no later than what
    /// they get in the next.</summary>
    public int Releases { get; set; }

    /// <summary>Positions of the dead letters.</summary>
    public ulong[] Dead() => [.. _facts.Keys.Select(Convert.FromHexString)
        .Where(key => key.AsSpan().StartsWith(Appliance.Decide.DeadLetters.Prefix))
        .Select(key => System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(
            key.AsSpan(Appliance.Decide.DeadLetters.Prefix.Length)))];

    public void Await(ulong key, in Keyed entry, ulong floor)
    {
        if (!_awaited.TryGetValue(key, out var entries)) _awaited[key] = entries = [];
        var position = entry.Position;
        entries.RemoveAll(one => one.Position == position);
        entries.Insert(0, entry);
        _awaitedFloor[(key, position)] = floor;
        _removing.Remove((key, position));
    }

    /// <summary>Seen at once, but on disk only with what the batch says.</summary>
    public void Unawait(ulong key, ulong position)
    {
        _removing.Add((key, position));
        _pending.Add(() =>
        {
            if (_removing.Remove((key, position))) Remove(key, position);
        });
    }

    private void Remove(ulong key, ulong position)
    {
        _awaitedFloor.Remove((key, position));
        if (!_awaited.TryGetValue(key, out var entries)) return;
        entries.RemoveAll(one => one.Position == position);
        if (entries.Count == 0) _awaited.Remove(key);
    }

    public int FindAwaited(ulong key, Span<Keyed> found)
    {
        if (!_awaited.TryGetValue(key, out var entries)) return 0;
        var there = entries.Where(one => !_removing.Contains((key, one.Position))).Take(found.Length).ToArray();
        there.CopyTo(found);
        return there.Length;
    }

    public int SweepAwaited(Span<(ulong Key, Keyed Entry)> found)
    {
        var all = _awaited.SelectMany(one => one.Value.Select(entry => (one.Key, entry)))
            .Where(one => !_removing.Contains((one.Key, one.entry.Position))).ToArray();
        if (_swept >= all.Length) _swept = 0;
        var count = Math.Min(found.Length, all.Length - _swept);
        for (var i = 0; i < count; i++) found[i] = all[_swept + i];
        _swept += count;
        return count;
    }

    public void Name(ulong key, in Keyed entry)
    {
        if (!_named.TryGetValue(key, out var entries)) _named[key] = entries = [];
        var position = entry.Position;
        entries.RemoveAll(one => one.Position == position);
        entries.Insert(0, entry);
    }

    public int FindNamed(ulong key, Span<Keyed> found) => Find(_named, key, found);

    public void Index(ushort account, ulong destination, ulong position) => Indexed.Add(position);

    /// <summary>Every record that names a message.</summary>
    public string Trace(ulong position)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"restart from {RestartFrom:x}"));
        var octets = BitConverter.GetBytes(position);
        foreach (var (at, record) in _committed)
        {
            if (at != position && record.AsSpan().IndexOf(octets) < 0) continue;
            text.Append(CultureInfo.InvariantCulture, $"; {at:x} {(RecordKind)record[0]}");
            if ((RecordKind)record[0] is RecordKind.Changed or RecordKind.Responded or RecordKind.Receipt)
                text.Append(CultureInfo.InvariantCulture, $" {(State)record[1]} {(Reason)record[2]}");
            if ((RecordKind)record[0] is RecordKind.Held or RecordKind.Revived)
                text.Append(CultureInfo.InvariantCulture, $" {(HeldKind)record[1]} {record[2]} {BitConverter.ToUInt64(record, 4):x}");
        }

        return text.ToString();
    }

    /// <summary>The kinds of things that happened.</summary>
    public IEnumerable<string> Kinds()
    {
        foreach (var record in _committed.Values)
        {
            switch ((RecordKind)record[0])
            {
                case RecordKind.Held:
                    yield return $"Held {(HeldKind)record[1]} {(HeldPhase)record[2]}";
                    break;
                case RecordKind.Revived:
                    yield return $"Revived {(HeldKind)record[1]} {(record[2] == 0 ? "head" : "picked")}";
                    break;
                case RecordKind.Accepted:
                    foreach (var flag in Enum.GetValues<AcceptedFlags>())
                        if (flag != 0 && ((AcceptedFlags)record[1] & flag) != 0) yield return $"Accepted {flag}";
                    break;
                case RecordKind.ReceiptParked:
                    yield return "ReceiptParked None";
                    break;
                case RecordKind.OptOut when Appliance.Policy.OptOuts.OptOutChange.TryRead(record, out var change):
                    yield return $"OptOut {change.Action}";
                    break;
                case RecordKind.Inbound:
                    yield return "Inbound None";
                    break;
                case RecordKind.BalanceMark or RecordKind.Adjusted:
                    yield return $"{(RecordKind)record[0]}";
                    break;
                default:
                    yield return $"{(RecordKind)record[0]} {(Reason)record[2]}";
                    break;
            }
        }
    }

    /// <summary>What the journal says of one list.</summary>
    public string TraceList(HeldKind kind, ulong key)
    {
        var text = new StringBuilder();
        foreach (var (at, record) in _committed)
        {
            if ((RecordKind)record[0] is not (RecordKind.Held or RecordKind.Revived)) continue;
            if ((HeldKind)record[1] != kind || BitConverter.ToUInt64(record, 4) != key) continue;
            text.Append(CultureInfo.InvariantCulture, $"\n{at:x} {(RecordKind)record[0]} {record[2]}:");
            var size = (RecordKind)record[0] == RecordKind.Held ? 24 : 16;
            for (var i = 16; i < record.Length; i += size)
                text.Append(CultureInfo.InvariantCulture, $" {BitConverter.ToUInt64(record, i):x}");
        }

        return text.ToString();
    }

    private static int Find(Dictionary<ulong, List<Keyed>> index, ulong key, Span<Keyed> found)
    {
        if (!index.TryGetValue(key, out var entries)) return 0;
        var count = Math.Min(found.Length, entries.Count);
        for (var i = 0; i < count; i++) found[i] = entries[i];
        return count;
    }
}
