using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Records;

namespace Appliance.Money;

/// <summary>
/// Rebuilds balances from the journal: its records are given in order, from a mark or from the beginning. What stands
/// before a mark may be given too; the mark takes its place.
/// </summary>
public sealed class BalanceReplay(Balances balances)
{
    /// <summary>Applies a record; others than those of balances change nothing.</summary>
    /// <exception cref="InvalidDataException">A record is shorter than it says.</exception>
    public void Apply(ReadOnlySpan<byte> record)
    {
        switch ((RecordKind)record[0])
        {
            case RecordKind.Accepted:
                var accepted = Read<Accepted>(record);
                if (accepted.Paid != 0) balances.Apply(accepted.Account, -accepted.Paid);
                break;
            case RecordKind.Charged:
                var charged = Read<MoneyChange>(record);
                if (charged.Account != 0) balances.Apply(charged.Account, -charged.Amount);
                break;
            case RecordKind.Refunded:
                var refunded = Read<MoneyChange>(record);
                if (refunded.Account != 0) balances.Apply(refunded.Account, refunded.Amount);
                break;
            case RecordKind.Adjusted:
                var adjusted = Read<Adjusted>(record);
                balances.Apply(adjusted.Account, adjusted.Amount);
                break;
            case RecordKind.BalanceMark:
                Restore(record);
                break;
            default:
                break;
        }
    }

    private void Restore(ReadOnlySpan<byte> record)
    {
        var mark = Read<BalanceMark>(record);
        var rest = record[Unsafe.SizeOf<BalanceMark>()..];
        if (rest.Length != mark.Count * Unsafe.SizeOf<BalanceMarkEntry>())
            throw new InvalidDataException($"a mark of {mark.Count} balances has {rest.Length} octets of them");
        if (mark.GoesOn == 0) balances.Clear();
        foreach (ref readonly var entry in MemoryMarshal.Cast<byte, BalanceMarkEntry>(rest))
            balances.Set(entry.Account, entry.Balance);
    }

    private static T Read<T>(ReadOnlySpan<byte> record) where T : unmanaged
    {
        if (record.Length < Unsafe.SizeOf<T>())
            throw new InvalidDataException($"a record of {typeof(T).Name} has {record.Length} octets");
        return MemoryMarshal.Read<T>(record);
    }
}
