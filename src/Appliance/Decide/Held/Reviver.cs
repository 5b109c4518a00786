using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Records;

namespace Appliance.Decide;

/// <summary>
/// Brings a message back into memory: its history is read from the last event backwards and applied forwards, as a
/// restart would.
/// </summary>
public sealed class Reviver(Ledger ledger, Replay replay)
{
    /// <summary>A message_payload of 64 KiB with its head.</summary>
    private const int LongestRecord = 72 * 1024;

    private readonly List<(ulong Position, int Start, int Length)> _chain = [];
    private readonly Dictionary<ulong, int> _restarts = [];
    private byte[] _records = new byte[4096];

    /// <summary>Whether the history that was last asked for could not be read.</summary>
    public bool IsUnreadable { get; private set; }

    /// <summary>Adds what is not finished of a message to the table.</summary>
    /// <param name="position">Where its first part was accepted.</param>
    /// <param name="last">The last event of its history.</param>
    /// <param name="anchor">The record a restart finds it by.</param>
    /// <param name="retried">Whether the parts that failed begin again.</param>
    /// <returns>Its first part, or <see cref="MessageTable.None"/> where nothing is left to do, or no such message
    /// is there.</returns>
    public int Revive(ulong position, ulong last, ulong anchor, bool retried = false)
    {
        IsUnreadable = false;
        var handle = ledger.Table.Find(position);
        if (handle != MessageTable.None) return handle;
        IsUnreadable = !TryReadChain(position, last);
        if (IsUnreadable) return MessageTable.None;
        var before = ledger.Replaying;
        ledger.Replaying = true;
        FindRestarts(retried);
        for (var i = _chain.Count - 1; i >= 0; i--) Apply(i, anchor);
        ledger.Replaying = before;
        handle = ledger.Table.Find(position);
        // Events before a new beginning were passed over; the history goes on from the last one all the same.
        if (handle != MessageTable.None) ledger.Table[handle].Last = last;
        return handle;
    }

    /// <summary>Puts the parts of a message that follow its first one into <paramref name="parts"/>, the first
    /// one before them.</summary>
    public static void Group(MessageTable table, int first, List<int> parts)
    {
        parts.Clear();
        // Parts are accepted, revived and anchored one after the other, so they stand together.
        for (var handle = first; handle != MessageTable.None && table[handle].First == first;)
        {
            parts.Add(handle);
            handle = table[handle].Newer;
        }
    }

    /// <summary>Takes a message out of the table as if it had not been revived.</summary>
    public void Discard(int first)
    {
        var parts = new List<int>();
        Group(ledger.Table, first, parts);
        for (var i = parts.Count - 1; i >= 0; i--) ledger.Forget(parts[i]);
    }

    /// <summary>Whether the journal has a message there that has not been erased.</summary>
    public bool IsMessage(ulong position) =>
        ledger.Log.Read(position, _records) >= Unsafe.SizeOf<Accepted>()
        && (RecordKind)_records[0] is RecordKind.Accepted or RecordKind.Inbound
        && (MemoryMarshal.Read<Accepted>(_records).Flags & AcceptedFlags.Erased) == 0;

    /// <summary>Whether the message there goes to one of a receipt's addresses.</summary>
    public bool IsFor(ulong position, ulong handset)
    {
        var length = Math.Min(ledger.Log.Read(position, _records), _records.Length);
        if (length <= 0 || (RecordKind)_records[0] != RecordKind.Accepted) return false;
        var accepted = MemoryMarshal.Read<Accepted>(_records);
        if ((accepted.Flags & AcceptedFlags.Erased) != 0) return false;
        var body = Bodies.Of(_records.AsSpan(0, length));
        return Addresses.IsOneOf(Addresses.Octets(body, accepted.DestinationOffset), handset);
    }

    /// <summary>The carriers that would not have a message, by its history.</summary>
    /// <returns>False where that cannot be read.</returns>
    public bool TryFindRefusals(ulong position, ulong last, List<ushort> carriers)
    {
        if (!TryReadChain(position, last)) return false;
        FindRestarts(retried: false);
        for (var i = _chain.Count - 1; i >= 0; i--)
        {
            var record = _records.AsSpan(_chain[i].Start, _chain[i].Length);
            if ((RecordKind)record[0] != RecordKind.Responded) continue;
            var head = MemoryMarshal.Read<EventHead>(record);
            if (head.Reason == Reason.NextCarrier && !IsBeforeRestart(head.Accepted, i)) carriers.Add(head.Carrier);
        }

        return true;
    }

    private bool TryReadChain(ulong position, ulong last)
    {
        _chain.Clear();
        var used = 0;
        for (var at = last; at != 0;)
        {
            if (_records.Length - used < LongestRecord)
                Array.Resize(ref _records, _records.Length + (2 * LongestRecord));
            var length = ledger.Log.Read(at, _records.AsSpan(used));
            if (length <= 0 || length > _records.Length - used) return false;
            _chain.Add((at, used, length));
            if (!Chain.TryPrevious(_records.AsSpan(used, length), position, at, out var previous)) return false;
            used += length;
            at = previous;
        }

        return _chain.Count > 0 && _chain[^1].Position == position;
    }

    /// <summary>Where each part last began again; what is before is history only.</summary>
    private void FindRestarts(bool retried)
    {
        _restarts.Clear();
        for (var i = _chain.Count - 1; i >= 0; i--)
        {
            var record = _records.AsSpan(_chain[i].Start, _chain[i].Length);
            if ((RecordKind)record[0] is not (RecordKind.Changed or RecordKind.Responded)) continue;
            var head = MemoryMarshal.Read<EventHead>(record);
            if (head.Reason == Reason.Retried || (retried && head.State == State.Failed)) _restarts[head.Accepted] = i;
        }
    }

    private void Apply(int i, ulong anchor)
    {
        var (position, start, length) = _chain[i];
        var record = _records.AsSpan(start, length);
        switch ((RecordKind)record[0])
        {
            case RecordKind.Inbound when (MemoryMarshal.Read<Accepted>(record).Flags & AcceptedFlags.FromEsme) == 0:
                break; // it is only kept
            case RecordKind.Accepted or RecordKind.Inbound:
                var accepted = MemoryMarshal.Read<Accepted>(record);
                var handle = replay.Accept(position, anchor, in accepted, Bodies.Of(record));
                // Handed over before it began again: it waits.
                if (_restarts.ContainsKey(position)) ledger.Table[handle].Stage = Stage.Queued;
                break;
            case RecordKind.HandedOver:
                var handed = MemoryMarshal.Read<HandedOver>(record);
                foreach (ref readonly var entry in Chain.Entries(record))
                {
                    // Others that were handed over with it are none of its business.
                    if (entry.Message == _chain[^1].Position && !IsBeforeRestart(entry.Accepted, i))
                        replay.HandOver(position, in handed, entry.Accepted);
                }

                break;
            case RecordKind.Replaced:
                replay.Replace(position, MemoryMarshal.Read<Replaced>(record));
                break;
            case RecordKind.Charged or RecordKind.Refunded:
                // A new beginning does not change what was paid.
                replay.Account(position, MemoryMarshal.Read<EventHead>(record));
                break;
            default:
                var head = MemoryMarshal.Read<EventHead>(record);
                if (!IsBeforeRestart(head.Accepted, i))
                    replay.Change(position, in head, record.Slice(Unsafe.SizeOf<EventHead>(), head.Length));
                break;
        }
    }

    /// <summary>The chain runs backwards: a higher index is earlier.</summary>
    private bool IsBeforeRestart(ulong accepted, int i) => _restarts.TryGetValue(accepted, out var restart)
        && (i > restart || (i == restart && !IsRetried(i)));

    private bool IsRetried(int i) =>
        MemoryMarshal.Read<EventHead>(_records.AsSpan(_chain[i].Start)).Reason == Reason.Retried;
}
