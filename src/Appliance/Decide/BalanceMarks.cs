using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Money;
using Appliance.Records;

namespace Appliance.Decide;

/// <summary>Writes the balances of all accounts into the journal.</summary>
public static class BalanceMarks
{
    /// <returns>Where the first record is; one without any account is a mark as well.</returns>
    public static ulong Write(IEventLog log, Balances balances, long now)
    {
        ulong first = 0;
        var from = 0;
        var entries = new BalanceMarkEntry[BalanceMark.MostEntries];
        int count;
        do
        {
            count = balances.Mark(ref from, entries);
            var octets = MemoryMarshal.AsBytes(entries.AsSpan(0, count));
            var record = log.Reserve(Unsafe.SizeOf<BalanceMark>() + octets.Length, out var position);
            MemoryMarshal.Write(record, new BalanceMark
            {
                Kind = RecordKind.BalanceMark,
                GoesOn = first == 0 ? (byte)0 : (byte)1,
                Count = (ushort)count,
                At = now,
            });
            octets.CopyTo(record[Unsafe.SizeOf<BalanceMark>()..]);
            if (first == 0) first = position;
        }
        while (count == entries.Length);
        return first;
    }
}
