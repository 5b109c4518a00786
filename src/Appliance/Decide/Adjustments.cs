using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Records;

namespace Appliance.Decide;

/// <summary>
/// Payments and corrections. Each is a record of the journal, and a fact under its position that outlives it: the book
/// of what was paid. A payment's name is a fact too, for good: the same one is not booked twice.
/// </summary>
public sealed class Adjustments(IEventLog log, Billing billing, Outgoing outgoing)
{
    private const int NameKey = sizeof(ulong);

    // What this batch has booked, which the facts do not know yet.
    private readonly HashSet<ulong> _named = [];
    private readonly HashSet<(ulong Name, ulong Content)> _contents = [];

    /// <summary>What the key of a booked payment begins with; the position follows, big-endian.</summary>
    public static ReadOnlySpan<byte> Prefix => "paid/"u8;

    /// <summary>What the key of a payment's name begins with; its hash follows, and for its content that one's.
    /// </summary>
    private static ReadOnlySpan<byte> NamePrefix => "payname/"u8;

    public void Take(ref Slot slot, long now)
    {
        if (slot.Source is not PendingBalance who) return;
        var result = slot.Kind == EventKind.Balance ? ChangeResult.Done : Book(ref slot, who, now);
        who.Set(billing.Balances[slot.Account]);
        outgoing.Changed(who, result);
    }

    /// <summary>The batch is durable: the facts know it.</summary>
    public void Committed()
    {
        if (_named.Count == 0) return;
        _named.Clear();
        _contents.Clear();
    }

    private ChangeResult Book(ref Slot slot, PendingBalance who, long now)
    {
        Span<byte> name = stackalloc byte[NamePrefix.Length + (2 * NameKey)];
        NamePrefix.CopyTo(name);
        BinaryPrimitives.WriteUInt64BigEndian(name[NamePrefix.Length..], slot.RepeatKey);
        BinaryPrimitives.WriteUInt64BigEndian(name[^NameKey..], slot.RepeatBody);
        if (_named.Contains(slot.RepeatKey) || log.HasFact(name[..^NameKey]))
        {
            who.IsRepeat = _contents.Contains((slot.RepeatKey, slot.RepeatBody)) || log.HasFact(name);
            return who.IsRepeat ? ChangeResult.Done : ChangeResult.NameConflict;
        }

        if (!billing.TryAdjust(slot.Account, slot.Price)) return ChangeResult.OutOfRange;
        log.SetFact(name[..^NameKey], []);
        log.SetFact(name, []);
        _named.Add(slot.RepeatKey);
        _contents.Add((slot.RepeatKey, slot.RepeatBody));
        Write(in slot, billing.Balances[slot.Account].Balance, slot.Bytes, now);
        return ChangeResult.Done;
    }

    private void Write(in Slot slot, long balance, ReadOnlySpan<byte> words, long now)
    {
        var record = log.Reserve(Unsafe.SizeOf<Adjusted>() + words.Length, out var position);
        MemoryMarshal.Write(record, new Adjusted
        {
            Kind = RecordKind.Adjusted,
            Account = slot.Account,
            Amount = slot.Price,
            Balance = balance,
            At = now,
        });
        words.CopyTo(record[Unsafe.SizeOf<Adjusted>()..]);
        Span<byte> key = stackalloc byte[Prefix.Length + sizeof(ulong)];
        Prefix.CopyTo(key);
        BinaryPrimitives.WriteUInt64BigEndian(key[Prefix.Length..], position);
        log.SetFact(key, record);
    }
}
