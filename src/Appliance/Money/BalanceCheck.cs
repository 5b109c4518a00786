using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Appliance.Records;
using Store;

namespace Appliance.Money;

/// <summary>
/// Adds up what each account was charged, given back and paid, from the first record there is, and compares: with each
/// mark and each payment's own sum on the way, and at the end with what a start would find.
/// </summary>
public sealed class BalanceCheck : IRecordCheck
{
    private const string Remedy = "Keep the folder for whoever looks into it. The appliance starts with what a start "
        + "finds; a correction is booked with `ctl balance add`.";

    private readonly Balances _counted = new();
    private readonly Balances _started = new();
    private readonly BalanceReplay _counting;
    private readonly BalanceReplay _starting;
    private readonly SortedSet<ushort> _accounts = [];
    private readonly Dictionary<ushort, long> _mark = [];
    private readonly List<CheckFinding> _findings = [];
    private FactReader _facts = _ => null;
    private ulong _restartFrom;
    private ulong _markAt;

    /// <summary>Whether what was counted so far is all: the log is whole, or a mark said what was before.</summary>
    private bool _isKnown;

    public BalanceCheck()
    {
        _counting = new BalanceReplay(_counted);
        _starting = new BalanceReplay(_started);
    }

    /// <summary>Accounts that money was ever moved for.</summary>
    public int Accounts => _accounts.Count;

    public void Begin(FactReader facts, bool isFromFirst)
    {
        _facts = facts;
        _isKnown = isFromFirst;
        _restartFrom = facts(Checkpoint.Key) is { Length: sizeof(ulong) } value
            ? BinaryPrimitives.ReadUInt64BigEndian(value)
            : 0;
    }

    public void Take(ulong position, ReadOnlySpan<byte> record)
    {
        var kind = (RecordKind)record[0];
        var isMark = kind == RecordKind.BalanceMark;
        if (_markAt != 0 && !(isMark && Read<BalanceMark>(record).GoesOn != 0)) EndMark();
        if (!isMark && AccountOf(kind, record) is var account && account == 0) return;
        if (position >= _restartFrom) _starting.Apply(record);
        if (isMark)
        {
            if (_markAt == 0) _markAt = position;
            foreach (ref readonly var entry in MemoryMarshal.Cast<byte, BalanceMarkEntry>(
                record[Unsafe.SizeOf<BalanceMark>()..]))
            {
                _mark[entry.Account] = entry.Balance;
                _accounts.Add(entry.Account);
            }

            return;
        }

        account = AccountOf(kind, record);
        _accounts.Add(account);
        if (!_isKnown) return;
        _counting.Apply(record);
        if (kind == RecordKind.Adjusted)
            Compare(account, MemoryMarshal.Read<Adjusted>(record).Balance, $"the payment at position {position} says");
    }

    public IReadOnlyList<CheckFinding> Finish()
    {
        EndMark();
        if (_isKnown)
            foreach (var account in _accounts) Compare(account, _started[account].Balance, "a start would find");
        return _findings;
    }

    /// <summary>0 for a record that moves no money.</summary>
    private static ushort AccountOf(RecordKind kind, ReadOnlySpan<byte> record) => kind switch
    {
        RecordKind.Accepted => Read<Accepted>(record) is { Paid: not 0 } accepted ? accepted.Account : (ushort)0,
        RecordKind.Charged or RecordKind.Refunded => Read<MoneyChange>(record).Account,
        RecordKind.Adjusted => Read<Adjusted>(record).Account,
        _ => 0,
    };

    /// <summary>All zero for a record that is too short to be one: the journal's own check is about that.</summary>
    private static T Read<T>(ReadOnlySpan<byte> record) where T : unmanaged =>
        record.Length < Unsafe.SizeOf<T>() ? default : MemoryMarshal.Read<T>(record);

    /// <summary>All of a mark has been read; whoever is not in it has nothing.</summary>
    private void EndMark()
    {
        if (_markAt == 0) return;
        foreach (var account in _accounts)
        {
            var marked = _mark.GetValueOrDefault(account);
            if (_isKnown) Compare(account, marked, $"the mark at position {_markAt} says");
            else _counted.Set(account, marked);
        }

        _isKnown = true;
        _markAt = 0;
        _mark.Clear();
    }

    /// <summary>Tells a difference once: from there on it is counted from what was found.</summary>
    private void Compare(ushort account, long found, string who)
    {
        var counted = _counted[account].Balance;
        if (counted == found) return;
        _findings.Add(new CheckFinding(CheckSeverity.Damage,
            $"account {NameOf(account)}: what it was charged, given back and paid adds up to {Micros.Format(counted)}, "
            + $"{who} {Micros.Format(found)}.", Remedy, StoreFault.Corrupt));
        _counted.Set(account, found);
    }

    private string NameOf(ushort account)
    {
        var prefix = "name/account/"u8;
        Span<byte> key = stackalloc byte[prefix.Length + sizeof(ushort)];
        prefix.CopyTo(key);
        BinaryPrimitives.WriteUInt16BigEndian(key[prefix.Length..], account);
        return _facts(key) is { } name ? Encoding.UTF8.GetString(name)
            : "#" + account.ToString(CultureInfo.InvariantCulture);
    }
}
